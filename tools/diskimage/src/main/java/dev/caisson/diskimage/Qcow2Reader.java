package dev.caisson.diskimage;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.DeflateDecoder;
import dev.caisson.compression.ZstdDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads qcow2 images, versions 2 and 3: the active disk, without backing file, encryption, external data or sub-clusters. */
public final class Qcow2Reader {
    private static final String ENTRY = "qcow2 L2 entry";
    private static final int HEAD_BYTES = 512;
    private static final int SECTOR = 512;
    private static final long OFFSET_MASK = 0x00ffffffffffff00L;
    private static final long RESERVED_ENTRY_BITS = 0x3f000000000001feL;
    private static final long ZERO = 1;
    /** All tables of an image; a terabyte in 64 KiB clusters has 16 Mi entries. */
    private static final long MOST_ENTRIES = 1L << 26;

    private Qcow2Reader() {}

    /**
     * Reads the tables; clusters are read and decompressed when they are asked for.
     *
     * @param file must stay open as long as the image is used
     * @throws FormatException when it is no qcow2 image, is damaged, or uses what is not supported
     */
    public static DiskImage open(ByteSource file) throws IOException {
        Qcow2Header header = Qcow2Header.parse(file.read(0, (int) Math.min(HEAD_BYTES, file.size())));
        return new Clusters(file, header).image();
    }

    private static final class Clusters extends ClusterSource {
        private final ByteSource file;
        private final Qcow2Header header;
        private final int cluster;
        private final int perTable;
        private final long[][] tables;

        Clusters(ByteSource file, Qcow2Header header) throws IOException {
            super(header.sizeBytes(), 1 << header.clusterBits());
            this.file = file;
            this.header = header;
            this.cluster = 1 << header.clusterBits();
            this.perTable = cluster / Long.BYTES;
            long mapped = (header.sizeBytes() + cluster - 1) / cluster;
            int used = (int) ((mapped + perTable - 1) / perTable);
            this.tables = new long[used][];
            readTables(used);
        }

        private void readTables(int used) throws IOException {
            long[] l1 = longs(header.l1Offset(), used);
            long entries = 0;
            for (int i = 0; i < used; i++) {
                long offset = l1[i] & OFFSET_MASK;
                if (offset != 0) {
                    entries += perTable;
                    if (entries > MOST_ENTRIES) {
                        throw new LimitExceededException(
                                "qcow2 L1 table",
                                header.l1Offset(),
                                entries + " L2 entries",
                                "at most " + MOST_ENTRIES);
                    }
                    requireAligned("qcow2 L1 entry", offset);
                    tables[i] = longs(offset, perTable);
                    for (long entry : tables[i]) {
                        check(entry);
                    }
                }
            }
        }

        private long[] longs(long offset, int count) throws IOException {
            long[] values = new long[count];
            ByteSource.checkRange(file, offset, count * 8L);
            ByteBuffer.wrap(file.read(offset, count * Long.BYTES))
                    .asLongBuffer()
                    .get(values);
            return values;
        }

        private void requireAligned(String structure, long offset) throws CorruptDataException {
            if (offset % cluster != 0) {
                throw new CorruptDataException(
                        structure, offset, "offset 0x" + Long.toHexString(offset), "a multiple of " + cluster);
            }
        }

        private void check(long entry) throws IOException {
            if ((entry & Qcow2Writer.COMPRESSED) != 0) {
                if (compressedOffset(entry) >= file.size()) {
                    throw new CorruptDataException(
                            ENTRY, compressedOffset(entry), "points behind the file", "less than " + file.size());
                }
                return;
            }
            if ((entry & RESERVED_ENTRY_BITS) != 0) {
                throw new UnsupportedFeatureException(ENTRY, entry & OFFSET_MASK, "reserved bits", "0");
            }
            long offset = entry & OFFSET_MASK & ~0xffL;
            requireAligned(ENTRY, offset);
            if (offset > file.size()) {
                throw new CorruptDataException(ENTRY, offset, "points behind the file", "at most " + file.size());
            }
        }

        private int shift() {
            return 62 - (header.clusterBits() - 8);
        }

        private long compressedOffset(long entry) {
            return entry & (1L << shift()) - 1;
        }

        private long entry(long index) {
            long[] table = tables[(int) (index / perTable)];
            return table == null ? 0 : table[(int) (index % perTable)];
        }

        @Override
        boolean isPresent(long index) {
            long entry = entry(index);
            return (entry & Qcow2Writer.COMPRESSED) != 0 || (entry & ZERO) == 0 && (entry & OFFSET_MASK) != 0;
        }

        @Override
        long storedAt(long index) {
            long entry = entry(index);
            boolean whole = (entry & Qcow2Writer.COMPRESSED) == 0 && (entry & OFFSET_MASK) + cluster <= file.size();
            return whole ? entry & OFFSET_MASK : -1;
        }

        @Override
        ByteSource file() {
            return file;
        }

        @Override
        byte[] decode(long index) throws IOException {
            long entry = entry(index);
            byte[] decoded = new byte[cluster];
            if ((entry & Qcow2Writer.COMPRESSED) == 0) {
                // The file may end within its last cluster.
                long offset = entry & OFFSET_MASK;
                file.readFully(offset, ByteBuffer.wrap(decoded, 0, (int) (file.size() - offset)));
                return decoded;
            }
            long offset = compressedOffset(entry);
            long sectors = (entry & ~(Qcow2Writer.COPIED | Qcow2Writer.COMPRESSED)) >>> shift();
            long length = Math.min((sectors + 1) * SECTOR - offset % SECTOR, file.size() - offset);
            byte[] bytes = file.read(offset, (int) length);
            if (header.zstd()) {
                decodeZstd(offset, bytes, decoded);
            } else {
                DeflateDecoder.decompress(false, bytes, 0, bytes.length, decoded);
            }
            return decoded;
        }

        /** The length is known in sectors only: what follows the frame in the last one belongs to somebody else. */
        private static void decodeZstd(long offset, byte[] bytes, byte[] decoded) throws CorruptDataException {
            int length = ZstdDecoder.frameLength(bytes, 0, bytes.length);
            int got = ZstdDecoder.decompress(bytes, 0, length, decoded, 0, decoded.length);
            if (got != decoded.length) {
                throw new CorruptDataException(
                        "qcow2 cluster", offset, "decodes to " + got + " bytes", decoded.length + " bytes");
            }
        }
    }
}
