package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads VHDXs, fixed and dynamic; no differencing disks, and none whose log must be replayed first. */
public final class VhdxReader {
    private static final String REGIONS = "VHDX region table";
    private static final String METADATA = "VHDX metadata";
    private static final String TABLE = "VHDX block allocation table";
    private static final int MOST_REGIONS = 2047;
    private static final int MOST_ITEMS = 2047;
    private static final int MOST_BLOCKS = 1 << 24;
    private static final int IS_USER = 1;
    private static final int IS_REQUIRED = 4;

    private final ByteSource file;

    private VhdxReader(ByteSource file) {
        this.file = file;
    }

    /** A region of the file. */
    private record Region(long offset, long length) {}

    /** What the metadata say. */
    private record Parameters(long blockBytes, long sizeBytes, int sectorBytes) {}

    /**
     * Reads headers, tables and metadata; blocks are read when they are asked for.
     *
     * @param file must stay open as long as the image is used
     * @throws FormatException when it is no VHDX, is damaged, a differencing disk, or was not closed properly
     */
    public static DiskImage open(ByteSource file) throws IOException {
        byte[] magic = file.read(0, (int) Math.min(VhdxLayout.FILE_SIGNATURE.length(), file.size()));
        if (!new String(magic, java.nio.charset.StandardCharsets.ISO_8859_1).equals(VhdxLayout.FILE_SIGNATURE)) {
            throw new NotThisFormatException("VHDX file identifier", 0, "no signature", VhdxLayout.FILE_SIGNATURE);
        }
        return new VhdxReader(file).image();
    }

    private DiskImage image() throws IOException {
        VhdxHeader header = header();
        if (!header.log().equals(Guid.ZERO)) {
            throw new UnsupportedFeatureException(
                    "VHDX header", VhdxLayout.HEADER_1_AT + 48L, "the log holds changes", "a disk that was closed");
        }
        Map<Guid, Region> regions = regions();
        Parameters parameters = parameters(regions.get(VhdxLayout.METADATA_REGION));
        return table(regions.get(VhdxLayout.BAT_REGION), parameters);
    }

    /** The valid header with the greater sequence number. */
    private VhdxHeader header() throws IOException {
        VhdxHeader best = null;
        FormatException first = null;
        for (long at : new long[] {VhdxLayout.HEADER_1_AT, VhdxLayout.HEADER_2_AT}) {
            try {
                VhdxHeader header = VhdxHeader.parse(file.read(at, VhdxHeader.SIZE), at);
                if (best == null || Long.compareUnsigned(header.sequence(), best.sequence()) > 0) {
                    best = header;
                }
            } catch (FormatException e) {
                first = first == null ? e : first;
            }
        }
        if (best == null) {
            throw first;
        }
        return best;
    }

    /** The first valid table of the two. */
    private Map<Guid, Region> regions() throws IOException {
        try {
            return regions(VhdxLayout.REGION_TABLE_1_AT);
        } catch (CorruptDataException e) {
            try {
                return regions(VhdxLayout.REGION_TABLE_2_AT);
            } catch (CorruptDataException second) {
                e.addSuppressed(second);
                throw e;
            }
        }
    }

    private Map<Guid, Region> regions(long at) throws IOException {
        byte[] bytes = file.read(at, VhdxLayout.KIBIBYTE_64);
        BinaryReader in = new BinaryReader(REGIONS, bytes, 0, bytes.length, at, ByteOrder.LITTLE_ENDIAN);
        if (!in.text(4).equals("regi")) {
            throw new CorruptDataException(REGIONS, at, "no signature", "regi");
        }
        long stored = in.u32();
        if (stored != VhdxLayout.checksum(bytes)) {
            throw new CorruptDataException(
                    REGIONS, at + 4, "checksum 0x" + Long.toHexString(stored), "that of the bytes");
        }
        long count = in.u32();
        in.skip(4);
        if (count > MOST_REGIONS) {
            throw new CorruptDataException(REGIONS, at + 8, count + " entries", "at most " + MOST_REGIONS);
        }
        Map<Guid, Region> regions = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            long entry = in.offset();
            Guid kind = in.guid();
            Region region = new Region(in.u63(), in.u32());
            boolean required = (in.u32() & 1) != 0;
            boolean known = kind.equals(VhdxLayout.BAT_REGION) || kind.equals(VhdxLayout.METADATA_REGION);
            if (!known && required) {
                throw new UnsupportedFeatureException(REGIONS, entry, "required region " + kind, "known regions");
            }
            if (known && (!isAligned(region) || region.length() > file.size() - region.offset())) {
                throw new CorruptDataException(
                        REGIONS,
                        entry + 16,
                        "region of " + region.length() + " bytes at " + region.offset(),
                        "whole MiB, within " + file.size() + " bytes");
            }
            if (known && regions.put(kind, region) != null) {
                throw new CorruptDataException(REGIONS, entry, "region " + kind + " twice", "once");
            }
        }
        if (regions.size() != 2) {
            throw new CorruptDataException(REGIONS, at, regions.size() + " of the regions", "table and metadata");
        }
        return regions;
    }

    private static boolean isAligned(Region region) {
        return region.offset() >= VhdxLayout.MEBIBYTE
                && region.offset() % VhdxLayout.MEBIBYTE == 0
                && region.length() > 0
                && region.length() % VhdxLayout.MEBIBYTE == 0;
    }

    private Parameters parameters(Region region) throws IOException {
        byte[] bytes = file.read(region.offset(), VhdxLayout.KIBIBYTE_64);
        BinaryReader in = new BinaryReader(METADATA, bytes, 0, bytes.length, region.offset(), ByteOrder.LITTLE_ENDIAN);
        if (!in.text(8).equals("metadata")) {
            throw new CorruptDataException(METADATA, region.offset(), "no signature", "metadata");
        }
        int count = in.skip(2).u16();
        in.skip(20);
        if (count > MOST_ITEMS) {
            throw new CorruptDataException(METADATA, region.offset() + 10, count + " entries", "at most " + MOST_ITEMS);
        }
        Map<Guid, BinaryReader> items = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            long entry = in.offset();
            Guid kind = in.guid();
            long offset = in.u32();
            long length = in.u32();
            long flags = in.u32();
            in.skip(4);
            int expected = lengthOf(kind);
            boolean user = (flags & IS_USER) != 0;
            if (user || expected < 0) {
                if (!user && (flags & IS_REQUIRED) != 0) {
                    throw new UnsupportedFeatureException(METADATA, entry, "required item " + kind, "known items");
                }
                continue;
            }
            if (length != expected
                    || offset < VhdxLayout.KIBIBYTE_64
                    || offset > region.length() - length
                    || items.containsKey(kind)) {
                throw new CorruptDataException(
                        METADATA,
                        entry,
                        "item " + kind + " of " + length + " bytes at " + offset,
                        "one of " + expected + " bytes behind the table");
            }
            long at = region.offset() + offset;
            byte[] item = file.read(at, expected);
            items.put(kind, new BinaryReader(METADATA, item, 0, expected, at, ByteOrder.LITTLE_ENDIAN));
        }
        return parameters(items, region.offset());
    }

    private static int lengthOf(Guid kind) {
        if (kind.equals(VhdxLayout.FILE_PARAMETERS) || kind.equals(VhdxLayout.VIRTUAL_DISK_SIZE)) {
            return 8;
        }
        if (kind.equals(VhdxLayout.LOGICAL_SECTOR_SIZE) || kind.equals(VhdxLayout.PHYSICAL_SECTOR_SIZE)) {
            return 4;
        }
        return kind.equals(VhdxLayout.VIRTUAL_DISK_ID) ? Guid.SIZE : -1;
    }

    private static Parameters parameters(Map<Guid, BinaryReader> items, long offset) throws FormatException {
        if (items.size() != 5) {
            throw new CorruptDataException(METADATA, offset, items.size() + " known items", "all 5 required ones");
        }
        BinaryReader file = items.get(VhdxLayout.FILE_PARAMETERS);
        long blockBytes = file.u32();
        long flags = file.u32();
        if ((flags & 2) != 0) {
            throw new UnsupportedFeatureException(METADATA, file.offset(), "a differencing disk", "one without parent");
        }
        if (Long.bitCount(blockBytes) != 1 || blockBytes < VhdxLayout.MEBIBYTE || blockBytes > 256L << 20) {
            throw new CorruptDataException(
                    METADATA, file.offset() - 8, "blocks of " + blockBytes + " bytes", "a power of two, 1 to 256 MiB");
        }
        long sector = items.get(VhdxLayout.LOGICAL_SECTOR_SIZE).u32();
        long physical = items.get(VhdxLayout.PHYSICAL_SECTOR_SIZE).u32();
        if (sector != 512 && sector != 4096 || physical != 512 && physical != 4096) {
            throw new CorruptDataException(
                    METADATA, offset, "sectors of " + sector + " and " + physical + " bytes", "512 or 4096");
        }
        long size = items.get(VhdxLayout.VIRTUAL_DISK_SIZE).u63();
        if (size > VhdxLayout.MOST_BYTES || size % sector != 0) {
            throw new CorruptDataException(METADATA, offset, "a disk of " + size + " bytes", "whole sectors to 64 TiB");
        }
        return new Parameters(blockBytes, size, (int) sector);
    }

    private DiskImage table(Region region, Parameters parameters) throws IOException {
        long blocks = (parameters.sizeBytes + parameters.blockBytes - 1) / parameters.blockBytes;
        if (blocks > MOST_BLOCKS) {
            throw new LimitExceededException(TABLE, region.offset(), blocks + " blocks", "at most " + MOST_BLOCKS);
        }
        long ratio = VhdxLayout.chunkRatio(parameters.sectorBytes, parameters.blockBytes);
        long entries = VhdxLayout.tableEntries(blocks, ratio);
        if (entries * 8 > region.length()) {
            throw new CorruptDataException(
                    TABLE, region.offset(), region.length() + " bytes", entries + " entries of 8 bytes");
        }
        long[] all = new long[(int) entries];
        ByteBuffer.wrap(file.read(region.offset(), all.length * 8))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(all);
        long[] offsets = new long[(int) blocks];
        Set<Long> used = new HashSet<>();
        for (int i = 0; i < blocks; i++) {
            int index = (int) VhdxLayout.tableIndex(i, ratio);
            offsets[i] = payload(all[index], region.offset() + 8L * index, parameters.blockBytes);
            if (offsets[i] >= 0 && !used.add(offsets[i])) {
                throw new CorruptDataException(
                        TABLE, region.offset() + 8L * index, "block at " + offsets[i] + " twice", "its own block");
            }
        }
        return new Blocks(file, parameters.sizeBytes, (int) parameters.blockBytes, offsets).image();
    }

    /** Where a payload block lies; -1 for one of zeros ([MS-VHDX] 2.5.1.1). */
    private long payload(long entry, long at, long blockBytes) throws FormatException {
        int state = (int) (entry & 7);
        long offset = entry & -VhdxLayout.MEBIBYTE;
        switch (state) {
            case 0, 1, 2, 3 -> {
                return -1;
            }
            case 6 -> {
                if (offset < VhdxLayout.MEBIBYTE || offset > file.size() - blockBytes) {
                    throw new CorruptDataException(
                            TABLE, at, "block at " + offset, "within " + file.size() + " bytes, behind the headers");
                }
                return offset;
            }
            default -> throw new CorruptDataException(TABLE, at, "state " + state, "0 to 3, or 6");
        }
    }

    private static final class Blocks extends ClusterSource {
        private final ByteSource file;
        private final long[] offsets;

        Blocks(ByteSource file, long size, int blockBytes, long[] offsets) {
            super(size, blockBytes);
            this.file = file;
            this.offsets = offsets;
        }

        @Override
        boolean isPresent(long block) {
            return offsets[(int) block] >= 0;
        }

        @Override
        long storedAt(long block) {
            return offsets[(int) block];
        }

        @Override
        ByteSource file() {
            return file;
        }

        @Override
        byte[] decode(long block) {
            throw new IllegalStateException("blocks are stored as they are");
        }
    }
}
