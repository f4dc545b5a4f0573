package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Reads VHDs, fixed and dynamic; no differencing disks. */
public final class VhdReader {
    private static final int SECTOR = 512;
    private static final int HEADER_SIZE = 1024;
    private static final String HEADER = "VHD dynamic header";
    private static final String BLOCK = "VHD block";
    private static final int MOST_BLOCKS = 1 << 24;

    private VhdReader() {}

    /**
     * Reads footer, header and table; blocks are read when they are asked for.
     *
     * @param file must stay open as long as the image is used
     * @throws FormatException when it is no VHD, is damaged, or a differencing disk
     */
    public static DiskImage open(ByteSource file) throws IOException {
        long end = file.size() - VhdFooter.SIZE;
        if (end < 0) {
            throw new NotThisFormatException("VHD footer", 0, file.size() + " bytes", "at least 512");
        }
        VhdFooter footer = VhdFooter.parse(file.read(end, VhdFooter.SIZE), end);
        if (footer.dynamic()) {
            return dynamic(file, footer);
        }
        if (footer.sizeBytes() != end) {
            throw new CorruptDataException(
                    "VHD footer", end + 48, "size " + footer.sizeBytes(), end + " bytes before it");
        }
        return DiskImage.of(end, List.of(new dev.caisson.bytes.Extent(0, file.slice(0, end))));
    }

    private static DiskImage dynamic(ByteSource file, VhdFooter footer) throws IOException {
        byte[] bytes = file.read(SECTOR, HEADER_SIZE);
        BinaryReader in = new BinaryReader(HEADER, bytes, 0, bytes.length, SECTOR, ByteOrder.BIG_ENDIAN);
        if (!in.text(8).equals("cxsparse")) {
            throw corrupt(SECTOR, "no cookie", "cxsparse");
        }
        long stored = in.seek(36).u32();
        if (stored != VhdFooter.checksum(bytes, 36)) {
            throw corrupt(SECTOR + 36, "checksum 0x" + Long.toHexString(stored), "that of the bytes");
        }
        long tableAt = in.seek(16).u63();
        in.skip(4);
        long entries = in.u32();
        long blockBytes = in.u32();
        if (blockBytes < SECTOR || blockBytes > 1 << 28 || Long.bitCount(blockBytes) != 1) {
            throw corrupt(SECTOR + 32, "blocks of " + blockBytes + " bytes", "a power of two up to 256 MiB");
        }
        long needed = (footer.sizeBytes() + blockBytes - 1) / blockBytes;
        if (entries < needed) {
            throw corrupt(SECTOR + 28, entries + " table entries", "at least " + needed);
        }
        if (needed > MOST_BLOCKS) {
            throw new LimitExceededException(HEADER, SECTOR + 28, needed + " blocks", "at most " + MOST_BLOCKS);
        }
        ByteSource.checkRange(file, tableAt, needed * 4);
        int[] table = new int[(int) needed];
        ByteBuffer.wrap(file.read(tableAt, table.length * 4)).asIntBuffer().get(table);
        return new Blocks(file, footer.sizeBytes(), (int) blockBytes, table).image();
    }

    private static CorruptDataException corrupt(long offset, String actual, String expected) {
        return new CorruptDataException(HEADER, offset, actual, expected);
    }

    private static final class Blocks extends ClusterSource {
        private final ByteSource file;
        private final int blockBytes;
        private final int bitmapBytes;
        private final int[] table;

        Blocks(ByteSource file, long size, int blockBytes, int[] table) throws IOException {
            super(size, blockBytes);
            this.file = file;
            this.blockBytes = blockBytes;
            this.bitmapBytes = (blockBytes / SECTOR / 8 + SECTOR - 1) / SECTOR * SECTOR;
            this.table = table;
            for (int entry : table) {
                long offset = Integer.toUnsignedLong(entry) * SECTOR;
                if (entry != -1 && offset > file.size() - bitmapBytes - blockBytes) {
                    throw new CorruptDataException(BLOCK, offset, "ends behind the file", file.size() + " bytes");
                }
            }
        }

        @Override
        boolean isPresent(long block) {
            return table[(int) block] != -1;
        }

        @Override
        long storedAt(long block) {
            return -1;
        }

        @Override
        ByteSource file() {
            return file;
        }

        /** Sectors whose bit is not set are zeros. */
        @Override
        byte[] decode(long block) throws IOException {
            long offset = Integer.toUnsignedLong(table[(int) block]) * SECTOR;
            byte[] bitmap = file.read(offset, bitmapBytes);
            byte[] bytes = file.read(offset + bitmapBytes, blockBytes);
            for (int sector = 0; sector < blockBytes / SECTOR; sector++) {
                if ((bitmap[sector >> 3] & 0x80 >>> (sector & 7)) == 0) {
                    Arrays.fill(bytes, sector * SECTOR, (sector + 1) * SECTOR, (byte) 0);
                }
            }
            return bytes;
        }
    }
}
