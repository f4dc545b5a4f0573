package dev.caisson.gpt;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** Reads both tables of a disk, each checked on its own, and compares them. For one thread. */
public final class GptReader {
    private static final String ENTRIES = "GPT partition entries";

    private final ByteSource disk;
    private final SectorSize sectorSize;
    private final long sectors;
    private final List<GptReading.Damage> damages = new ArrayList<>();

    private GptReader(ByteSource disk, SectorSize sectorSize) {
        this.disk = disk;
        this.sectorSize = sectorSize;
        this.sectors = disk.size() / sectorSize.bytes();
    }

    /** One header with the entries that it points to. */
    private record Copy(GptHeader header, SortedMap<Integer, GptEntry> entries) {}

    /**
     * Reads a disk whose sector size is not known: the one under which a header is found, 512 bytes first.
     *
     * @throws FormatException as {@link #read(ByteSource, SectorSize)}
     */
    public static GptReading read(ByteSource disk) throws IOException {
        return read(disk, detectSectorSize(disk));
    }

    /**
     * Reads a disk.
     *
     * @throws NotThisFormatException when neither table has its signature
     * @throws FormatException when neither table is good; the backup's damage is a suppressed exception
     */
    public static GptReading read(ByteSource disk, SectorSize sectorSize) throws IOException {
        return new GptReader(disk, sectorSize).read();
    }

    private static SectorSize detectSectorSize(ByteSource disk) throws IOException {
        for (boolean first : new boolean[] {true, false}) {
            for (SectorSize size : SectorSize.values()) {
                long sectors = disk.size() / size.bytes();
                if (sectors >= 2 && sectors < Lba.LIMIT) {
                    long number = first ? 1 : sectors - 1;
                    byte[] signature = disk.read(number * size.bytes(), 8);
                    if (new String(signature, StandardCharsets.ISO_8859_1).equals("EFI PART")) {
                        return size;
                    }
                }
            }
        }
        return SectorSize.BYTES_512;
    }

    private GptReading read() throws IOException {
        if (sectors < 4 || sectors >= Lba.LIMIT) {
            throw new NotThisFormatException("GPT", 0, "the disk has " + sectors + " sectors", "at least 4");
        }
        checkMbr();
        Optional<Copy> primary = readCopy(GptReading.Part.PRIMARY, new Lba(1, sectorSize));
        Lba end = new Lba(sectors - 1, sectorSize);
        Lba backupAt = primary.map(copy -> copy.header.alternateLba()).orElse(end);
        if (!backupAt.equals(end)) {
            damage(
                    GptReading.Part.PRIMARY,
                    new CorruptDataException(
                            "GPT header",
                            sectorSize.bytes() + 32L,
                            "AlternateLBA is " + backupAt,
                            end + ", the last sector of the disk"));
        }
        Optional<Copy> backup = readCopy(GptReading.Part.BACKUP, backupAt);
        if (disk.size() % sectorSize.bytes() != 0) {
            damage(
                    GptReading.Part.BACKUP,
                    new CorruptDataException(
                            "disk", disk.size(), "ends here", "a multiple of " + sectorSize.bytes() + " bytes"));
        }
        if (primary.isPresent() && backup.isPresent()) {
            compare(primary.get(), backup.get());
        }
        return new GptReading(table(primary.or(() -> backup)), inOrder());
    }

    private void damage(GptReading.Part part, FormatException cause) {
        damages.add(new GptReading.Damage(part, cause));
    }

    private List<GptReading.Damage> inOrder() {
        return damages.stream()
                .sorted(Comparator.comparing(GptReading.Damage::part))
                .toList();
    }

    private void checkMbr() throws IOException {
        byte[] sector = disk.read(0, sectorSize.bytes());
        try {
            ProtectiveMbr.check(sector, sectors);
        } catch (FormatException e) {
            damage(GptReading.Part.PROTECTIVE_MBR, e);
        }
    }

    private Optional<Copy> readCopy(GptReading.Part part, Lba at) throws IOException {
        try {
            if (at.number() < 1 || at.number() >= sectors) {
                throw new CorruptDataException(
                        "GPT header", at.offsetBytes(), "lies behind the end of the disk", "at most " + (sectors - 1));
            }
            GptHeader header = GptHeader.decode(disk.read(at.offsetBytes(), sectorSize.bytes()), at);
            checkPlaces(part, header);
            return Optional.of(new Copy(header, readEntries(header)));
        } catch (FormatException e) {
            damage(part, e);
            return Optional.empty();
        }
    }

    /** Header, entries and usable sectors may not lie over each other or outside the disk. */
    private void checkPlaces(GptReading.Part part, GptHeader header) throws FormatException {
        long entrySectors = sectorSize.sectorsFor(header.entriesBytes());
        long first = header.entriesLba().number();
        long from = header.firstUsable().number();
        long to = header.lastUsable().number();
        boolean primary = part == GptReading.Part.PRIMARY;
        boolean apart = primary
                ? first >= 2 && first + entrySectors <= from
                : first > to && first + entrySectors <= header.myLba().number();
        if (!apart || to >= sectors || from < 2) {
            throw new CorruptDataException(
                    "GPT header",
                    header.myLba().offsetBytes(),
                    "PartitionEntryLBA is " + first + ", usable are " + from + " to " + to,
                    "places beside each other on a disk of " + sectors + " sectors");
        }
    }

    private SortedMap<Integer, GptEntry> readEntries(GptHeader header) throws IOException {
        long offset = header.entriesLba().offsetBytes();
        byte[] bytes = disk.read(offset, header.entriesBytes());
        CRC32 crc = new CRC32();
        crc.update(bytes);
        if (crc.getValue() != header.entriesCrc32()) {
            throw new CorruptDataException(
                    ENTRIES,
                    offset,
                    String.format(Locale.ROOT, "CRC-32 is 0x%08x", crc.getValue()),
                    String.format(Locale.ROOT, "0x%08x as the header says", header.entriesCrc32()));
        }
        SortedMap<Integer, GptEntry> entries = new TreeMap<>();
        for (int i = 0; i < header.entryCount(); i++) {
            int at = i * header.entrySize();
            if (!Guid.ofStored(bytes, at).equals(Guid.ZERO)) {
                BinaryReader in = new BinaryReader(
                        "GPT partition entry", bytes, at, GptEntry.SIZE, offset + at, ByteOrder.LITTLE_ENDIAN);
                entries.put(i + 1, GptEntry.decode(in, sectorSize));
            }
        }
        checkEntries(header, entries);
        return entries;
    }

    private static void checkEntries(GptHeader header, SortedMap<Integer, GptEntry> entries) throws FormatException {
        Set<Guid> seen = new HashSet<>();
        for (GptEntry entry : entries.values()) {
            boolean inside = entry.first().compareTo(header.firstUsable()) >= 0
                    && entry.last().compareTo(header.lastUsable()) <= 0;
            if (!inside || !seen.add(entry.unique())) {
                throw new CorruptDataException(
                        ENTRIES,
                        header.entriesLba().offsetBytes(),
                        "\"" + entry.name() + "\" from " + entry.first() + " to " + entry.last() + ", GUID "
                                + entry.unique(),
                        inside ? "different GUIDs" : "within " + header.firstUsable() + " to " + header.lastUsable());
            }
        }
        List<GptEntry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparing(GptEntry::first));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).first().compareTo(sorted.get(i - 1).last()) <= 0) {
                throw new CorruptDataException(
                        ENTRIES,
                        header.entriesLba().offsetBytes(),
                        "\"" + sorted.get(i - 1).name() + "\" and \""
                                + sorted.get(i).name() + "\" overlap",
                        "partitions beside each other");
            }
        }
    }

    private void compare(Copy primary, Copy backup) {
        GptHeader p = primary.header;
        GptHeader b = backup.header;
        boolean same = b.alternateLba().equals(p.myLba())
                && b.firstUsable().equals(p.firstUsable())
                && b.lastUsable().equals(p.lastUsable())
                && b.diskGuid().equals(p.diskGuid())
                && b.entryCount() == p.entryCount()
                && b.entrySize() == p.entrySize()
                && b.entriesCrc32() == p.entriesCrc32();
        if (!same) {
            damage(
                    GptReading.Part.BACKUP,
                    new CorruptDataException(
                            "GPT header", b.myLba().offsetBytes(), "differs from the primary", "the same table"));
        }
    }

    private PartitionTable table(Optional<Copy> copy) throws FormatException {
        if (copy.isPresent()) {
            GptHeader header = copy.get().header;
            long size = Math.max(header.myLba().number(), header.alternateLba().number()) + 1;
            return new PartitionTable(
                    sectorSize, size, header.diskGuid(), header.firstUsable(), header.lastUsable(), copy.get().entries);
        }
        FormatException primary = null;
        for (GptReading.Damage damage : inOrder()) {
            if (damage.part() == GptReading.Part.PRIMARY && primary == null) {
                primary = damage.cause();
            } else if (damage.part() == GptReading.Part.BACKUP && primary != null) {
                // A damaged backup says more than a primary without any signature.
                boolean backupSaysMore = primary instanceof NotThisFormatException
                        && !(damage.cause() instanceof NotThisFormatException);
                FormatException thrown = backupSaysMore ? damage.cause() : primary;
                thrown.addSuppressed(backupSaysMore ? primary : damage.cause());
                throw thrown;
            }
        }
        throw primary;
    }
}
