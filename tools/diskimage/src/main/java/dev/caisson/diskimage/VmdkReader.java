package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.DeflateDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads VMDKs of one file: stream-optimized, with the grain directory in front or behind, and sparse ones. */
public final class VmdkReader {
    private static final int SECTOR = VmdkHeader.SECTOR;
    private static final String TABLE = "VMDK grain table";
    /** What a grain table holds for a grain that was zeroed. */
    private static final int ZEROED = 1;

    private static final int MARKER_BYTES = 12;
    private static final long MOST_GRAINS = 1L << 26;
    private static final int MOST_DESCRIPTOR_SECTORS = 2_048;

    private VmdkReader() {}

    /**
     * Reads descriptor and tables; grains are read when they are asked for.
     *
     * @param file must stay open as long as the image is used
     * @throws FormatException when it is no such VMDK, is damaged, or uses what is not supported
     */
    public static DiskImage open(ByteSource file) throws IOException {
        VmdkHeader header = VmdkHeader.parse(head(file, 0), 0);
        if (header.directory() == VmdkHeader.IN_FOOTER) {
            // Footer marker, footer, end of stream: three sectors.
            long offset = file.size() - 2L * SECTOR;
            VmdkHeader footer = VmdkHeader.parse(head(file, offset), offset);
            if (footer.capacity() != header.capacity() || footer.grain() != header.grain() || footer.directory() < 1) {
                throw new CorruptDataException("VMDK footer", offset, "differs from the header", "");
            }
            header = footer;
        }
        checkDescriptor(file, header);
        return new Grains(file, header).image();
    }

    private static byte[] head(ByteSource file, long offset) throws IOException {
        return file.read(offset, (int) Math.min(SECTOR, Math.max(0, file.size() - offset)));
    }

    /** A descriptor may name other files and parents; this one must not. */
    private static void checkDescriptor(ByteSource file, VmdkHeader header) throws IOException {
        if (header.descriptorOffset() == 0) {
            return;
        }
        long sectors = header.descriptorSectors();
        long offset = header.descriptorOffset() * SECTOR;
        if (sectors < 1 || sectors > MOST_DESCRIPTOR_SECTORS || header.descriptorOffset() > file.size() / SECTOR) {
            throw new CorruptDataException("VMDK descriptor", offset, sectors + " sectors", "1 to 2048 in the file");
        }
        String text = new String(file.read(offset, (int) sectors * SECTOR), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        long extents = (end < 0 ? text : text.substring(0, end))
                .lines()
                .filter(line -> line.startsWith("RW ") || line.startsWith("RDONLY "))
                .count();
        boolean parent = text.contains("parentCID=") && !text.contains("parentCID=ffffffff");
        if (extents != 1 || parent) {
            throw new UnsupportedFeatureException(
                    "VMDK descriptor",
                    offset,
                    extents + " extents" + (parent ? " and a parent" : ""),
                    "one extent without parent");
        }
    }

    private static final class Grains extends ClusterSource {
        private final ByteSource file;
        private final VmdkHeader header;
        private final int grainBytes;
        private final int[][] tables;

        Grains(ByteSource file, VmdkHeader header) throws IOException {
            super(header.capacity() * SECTOR, (int) header.grain() * SECTOR);
            this.file = file;
            this.header = header;
            this.grainBytes = (int) header.grain() * SECTOR;
            long grains = (header.capacity() + header.grain() - 1) / header.grain();
            if (grains > MOST_GRAINS) {
                throw new LimitExceededException("VMDK header", 12, grains + " grains", "at most " + MOST_GRAINS);
            }
            int count = (int) ((grains + VmdkHeader.TABLE_ENTRIES - 1) / VmdkHeader.TABLE_ENTRIES);
            ByteSource.checkRange(file, header.directory() * SECTOR, count * 4L);
            int[] directory = ints(header.directory() * SECTOR, count);
            tables = new int[count][];
            for (int i = 0; i < count; i++) {
                if (directory[i] != 0) {
                    tables[i] = table(directory[i]);
                }
            }
        }

        private int[] table(int sector) throws IOException {
            int[] table = ints(Integer.toUnsignedLong(sector) * SECTOR, VmdkHeader.TABLE_ENTRIES);
            for (int i = 0; i < table.length; i++) {
                long grain = Integer.toUnsignedLong(table[i]) * SECTOR;
                if (grain > file.size() - (header.streamOptimized() ? SECTOR : 0)) {
                    throw new CorruptDataException(
                            TABLE,
                            Integer.toUnsignedLong(sector) * SECTOR + i * 4L,
                            "grain at 0x" + Long.toHexString(grain),
                            "an offset in the file");
                }
            }
            return table;
        }

        private int[] ints(long offset, int count) throws IOException {
            int[] values = new int[count];
            ByteBuffer.wrap(file.read(offset, count * Integer.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .get(values);
            return values;
        }

        private long sector(long grain) {
            int[] table = tables[(int) (grain / VmdkHeader.TABLE_ENTRIES)];
            return table == null ? 0 : Integer.toUnsignedLong(table[(int) (grain % VmdkHeader.TABLE_ENTRIES)]);
        }

        @Override
        boolean isPresent(long grain) {
            return sector(grain) > ZEROED;
        }

        @Override
        long storedAt(long grain) {
            long offset = sector(grain) * SECTOR;
            return !header.streamOptimized() && offset + grainBytes <= file.size() ? offset : -1;
        }

        @Override
        ByteSource file() {
            return file;
        }

        @Override
        byte[] decode(long grain) throws IOException {
            long offset = sector(grain) * SECTOR;
            if (!header.streamOptimized()) {
                throw new CorruptDataException("VMDK grain", offset, "ends behind the file", file.size() + " bytes");
            }
            BinaryReader marker = BinaryReader.littleEndian("VMDK grain marker", file.read(offset, MARKER_BYTES));
            long lba = marker.i64();
            long length = marker.u32();
            if (lba != grain * header.grain() || length == 0 || length > 2L * grainBytes) {
                throw new CorruptDataException(
                        "VMDK grain marker",
                        offset,
                        "sector " + lba + ", " + length + " bytes",
                        "sector " + grain * header.grain() + ", at most " + 2 * grainBytes + " bytes");
            }
            byte[] stream = file.read(offset + MARKER_BYTES, (int) length);
            byte[] decoded = new byte[grainBytes];
            DeflateDecoder.decompress(true, stream, 0, stream.length, decoded);
            return decoded;
        }
    }
}
