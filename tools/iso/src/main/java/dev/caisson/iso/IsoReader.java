package dev.caisson.iso;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads volume descriptors, directories and the boot catalog. */
public final class IsoReader {
    private static final String DESCRIPTOR = "ISO 9660 volume descriptor";
    private static final String RECORD = "ISO 9660 directory record";
    private static final String CATALOG = "El Torito boot catalog";
    private static final int MOST_DESCRIPTORS = 64;
    private static final int MOST_DEPTH = 16;
    private static final int MOST_DIRECTORY_BYTES = 1 << 22;
    private static final int MOST_FILES = 1 << 16;
    private static final int DIRECTORY = 2;
    private static final int MORE_SECTIONS = 0x80;
    private static final int ENTRY = 32;

    private final ByteSource source;
    private final Set<Long> visited = new HashSet<>();
    private final List<IsoFile> files = new ArrayList<>();

    private IsoReader(ByteSource source) {
        this.source = source;
    }

    /** Whether there is a volume descriptor where one must be. */
    public static boolean isIso(ByteSource source) throws IOException {
        long at = (long) IsoLayout.FIRST_DESCRIPTOR * IsoLayout.SECTOR;
        return source.size() >= at + IsoLayout.SECTOR
                && BinaryReader.littleEndian(DESCRIPTOR, source.read(at, 6))
                        .skip(1)
                        .text(5)
                        .equals(IsoLayout.STANDARD);
    }

    /**
     * Reads an image.
     *
     * @throws FormatException when it is none, is damaged, or uses what is not supported
     */
    public static IsoImage read(ByteSource source) throws IOException {
        if (!isIso(source)) {
            throw new NotThisFormatException(DESCRIPTOR, 0x8000, "no identifier", IsoLayout.STANDARD);
        }
        return new IsoReader(source).read();
    }

    private IsoImage read() throws IOException {
        byte[] primary = null;
        List<IsoImage.Boot> boot = List.of();
        for (int i = 0; i < MOST_DESCRIPTORS; i++) {
            long at = (long) (IsoLayout.FIRST_DESCRIPTOR + i) * IsoLayout.SECTOR;
            byte[] bytes = source.read(at, IsoLayout.SECTOR);
            BinaryReader in = reader(DESCRIPTOR, bytes, at);
            int type = in.u8();
            if (!in.text(5).equals(IsoLayout.STANDARD) || in.u8() < 1) {
                throw new CorruptDataException(DESCRIPTOR, at, "no identifier", IsoLayout.STANDARD);
            }
            if (type == 255) {
                if (primary == null) {
                    throw new CorruptDataException(DESCRIPTOR, at, "the end", "a primary descriptor before");
                }
                return volume(primary, boot);
            }
            if (type == 1 && primary == null) {
                primary = bytes;
            } else if (type == 0 && in.text(23).equals("EL TORITO SPECIFICATION")) {
                boot = catalog(in.seek(71).u32() * IsoLayout.SECTOR);
            }
        }
        throw new CorruptDataException(DESCRIPTOR, 0x8000, MOST_DESCRIPTORS + " descriptors", "a terminator");
    }

    private static BinaryReader reader(String structure, byte[] bytes, long at) {
        return new BinaryReader(structure, bytes, 0, bytes.length, at, ByteOrder.LITTLE_ENDIAN);
    }

    private IsoImage volume(byte[] bytes, List<IsoImage.Boot> boot) throws IOException {
        long at = (long) IsoLayout.FIRST_DESCRIPTOR * IsoLayout.SECTOR;
        BinaryReader in = reader(DESCRIPTOR, bytes, at);
        String identifier = in.seek(40).text(32).stripTrailing();
        long sectors = both32(in.seek(80), DESCRIPTOR);
        int block = in.seek(128).u16();
        if (block != IsoLayout.SECTOR) {
            throw new UnsupportedFeatureException(DESCRIPTOR, at + 128, "blocks of " + block + " bytes", "2048");
        }
        long size = sectors * IsoLayout.SECTOR;
        if (size > source.size()) {
            throw new CorruptDataException(
                    DESCRIPTOR, at + 80, "a volume of " + size + " bytes", "at most the " + source.size() + " there");
        }
        in.seek(156 + 2);
        directory("", both32(in, RECORD), both32(in, RECORD), 0);
        return new IsoImage(identifier, size, files, boot);
    }

    private static long both32(BinaryReader in, String structure) throws FormatException {
        long at = in.offset();
        long little = in.u32();
        long big = Integer.toUnsignedLong(Integer.reverseBytes(in.i32()));
        if (little != big) {
            throw new CorruptDataException(structure, at, little + " in one byte order, " + big + " in the other", "");
        }
        return little;
    }

    private void directory(String path, long sector, long length, int depth) throws IOException {
        long at = sector * IsoLayout.SECTOR;
        if (depth > MOST_DEPTH) {
            throw new LimitExceededException(RECORD, at, "directories " + depth + " deep", "at most " + MOST_DEPTH);
        }
        if (length > MOST_DIRECTORY_BYTES) {
            throw new LimitExceededException(
                    RECORD, at, "a directory of " + length + " bytes", "at most " + MOST_DIRECTORY_BYTES);
        }
        if (!visited.add(sector)) {
            throw new CorruptDataException(RECORD, at, "a directory within itself", "a tree");
        }
        byte[] bytes = source.read(at, (int) length);
        String open = "";
        long openAt = 0;
        long openBytes = 0;
        for (int p = 0; p < bytes.length; ) {
            int recordLength = bytes[p] & 0xff;
            if (recordLength == 0) {
                p += IsoLayout.SECTOR - p % IsoLayout.SECTOR;
                continue;
            }
            if (recordLength < 34 || p % IsoLayout.SECTOR + recordLength > IsoLayout.SECTOR) {
                throw new CorruptDataException(RECORD, at + p, "length " + recordLength, "34 to the sector's end");
            }
            if (p + recordLength > bytes.length) {
                throw new CorruptDataException(RECORD, at + p, "ends behind its directory", "");
            }
            BinaryReader in = new BinaryReader(RECORD, bytes, p, recordLength, at + p, ByteOrder.LITTLE_ENDIAN);
            int attributes = in.skip(1).u8();
            long first = both32(in, RECORD);
            long size = both32(in, RECORD);
            int flags = in.skip(7).u8();
            int interleaved = in.u16();
            int nameLength = in.skip(4).u8();
            String isoName = in.text(nameLength);
            if (attributes != 0 || interleaved != 0) {
                throw new UnsupportedFeatureException(RECORD, at + p, "attributes or interleaving", "neither");
            }
            boolean itself = nameLength == 1 && (bytes[p + 33] == 0 || bytes[p + 33] == 1);
            p += recordLength;
            if (itself) {
                continue;
            }
            in.skip(in.position() % 2);
            String name = path + name(in, isoName);
            if (size > source.size() - first * IsoLayout.SECTOR) {
                throw new CorruptDataException(
                        RECORD, at + p, "file of " + size + " bytes at sector " + first, "within the image");
            }
            if ((flags & DIRECTORY) != 0) {
                directory(name + "/", first, size, depth + 1);
                continue;
            }
            if (open.isEmpty()) {
                open = name;
                openAt = first * IsoLayout.SECTOR;
                openBytes = 0;
            } else if (!open.equals(name) || openAt + openBytes != first * IsoLayout.SECTOR) {
                throw new UnsupportedFeatureException(
                        RECORD, at + p, "sections of " + open + " apart from each other", "one behind the other");
            }
            openBytes += size;
            if ((flags & MORE_SECTIONS) == 0) {
                add(new Found(open, openAt, openBytes), at + p);
                open = "";
            }
        }
        if (!open.isEmpty()) {
            throw new CorruptDataException(RECORD, at, "the last section of " + open + " is missing", "");
        }
    }

    /** A file before its name is checked. */
    private record Found(String path, long offset, long sizeBytes) {}

    private void add(Found found, long at) throws FormatException {
        if (files.size() == MOST_FILES) {
            throw new LimitExceededException(RECORD, at, "more files", "at most " + MOST_FILES);
        }
        try {
            files.add(new IsoFile(found.path, found.offset, found.sizeBytes));
        } catch (IllegalArgumentException e) {
            throw new UnsupportedFeatureException(
                    RECORD, at, "a name that is not of letters, digits and ._-", "a plain name");
        }
    }

    /** Rock Ridge's name if there is one, else that of ECMA-119 without the version, in lower case. */
    private static String name(BinaryReader in, String isoName) throws FormatException {
        StringBuilder name = new StringBuilder();
        while (in.remaining() >= 4) {
            String signature = in.text(2);
            int length = in.u8();
            in.skip(1);
            if (length < 4 || length - 4 > in.remaining()) {
                break; // padding, or the system use of something else
            }
            if (signature.equals("NM") && length >= 5) {
                in.skip(1);
                name.append(in.text(length - 5));
            } else {
                in.skip(length - 4);
            }
        }
        if (name.length() > 0) {
            return name.toString();
        }
        int version = isoName.indexOf(';');
        String plain = version < 0 ? isoName : isoName.substring(0, version);
        return (plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain)
                .toLowerCase(java.util.Locale.ROOT);
    }

    private List<IsoImage.Boot> catalog(long at) throws IOException {
        byte[] bytes = source.read(at, IsoLayout.SECTOR);
        BinaryReader in = reader(CATALOG, bytes, at);
        int sum = 0;
        for (int i = 0; i < ENTRY / 2; i++) {
            sum += in.u16();
        }
        if (bytes[0] != 1 || (sum & 0xffff) != 0 || in.seek(30).u16() != 0xaa55) {
            throw new CorruptDataException(CATALOG, at, "sum of the validation entry " + (sum & 0xffff), "0");
        }
        List<IsoImage.Boot> boot = new ArrayList<>();
        int platform = bytes[1] & 0xff;
        add(boot, platform, in.seek(ENTRY));
        for (int p = 2 * ENTRY; p + ENTRY <= bytes.length && (bytes[p] & 0xfe) == 0x90; ) {
            int sectionPlatform = bytes[p + 1] & 0xff;
            int entries = in.seek(p + 2).u16();
            boolean last = (bytes[p] & 1) != 0;
            p += ENTRY;
            for (int i = 0; i < entries && p + ENTRY <= bytes.length; i++, p += ENTRY) {
                add(boot, sectionPlatform, in.seek(p));
            }
            if (last) {
                break;
            }
        }
        return boot;
    }

    private void add(List<IsoImage.Boot> boot, int platform, BinaryReader in) throws FormatException {
        long at = in.offset();
        int bootable = in.u8();
        int media = in.u8();
        int sectors = in.skip(4).u16();
        long offset = in.u32() * IsoLayout.SECTOR;
        if (bootable != 0x88) {
            return;
        }
        if ((media & 0xf) != 0) {
            throw new UnsupportedFeatureException(CATALOG, at, "emulation " + (media & 0xf), "none");
        }
        if (offset >= source.size()) {
            throw new CorruptDataException(CATALOG, at, "boot image at " + offset, "within the image");
        }
        boot.add(new IsoImage.Boot(platform, offset, sectors < 2 ? 0 : sectors * 512L));
    }
}
