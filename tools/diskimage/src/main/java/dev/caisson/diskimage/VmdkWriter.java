package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Writes a VMDK of one sparse extent.
 *
 * <p>Stream-optimized: grain directory and all grain tables lie in front of the grains (the layout of VMware's own open-vmdk),
 * so that a reader may go through the file in order or look up any grain; each grain is a marker and a zlib stream, filled up to
 * a sector; the last sector is the end-of-stream marker, and nothing follows it: a reader that stops there has read the whole
 * file, which is what the digest in an OVF manifest needs.
 *
 * <p>Sparse (monolithicSparse): plain grains behind two copies of the tables.
 *
 * <p>The content ids follow from the grains, so that the same disk gives the same file.
 */
public final class VmdkWriter implements DiskFormatWriter {
    private static final int SECTOR = VmdkHeader.SECTOR;
    private static final int GRAIN_SECTORS = 128;
    private static final int GRAIN = GRAIN_SECTORS * SECTOR;
    private static final int DESCRIPTOR_SECTORS = 20;
    private static final int TABLE_SECTORS = VmdkHeader.TABLE_ENTRIES * Integer.BYTES / SECTOR;

    private final DiskImage image;
    private final boolean streamOptimized;
    private final String name;
    private final ClusterBatches batches;
    private final int[] grains;
    private final CRC32 content = new CRC32();
    private int nextBatch;
    private long nextSector;

    private VmdkWriter(DiskImage image, boolean streamOptimized, String name, int level) {
        this.image = image;
        this.streamOptimized = streamOptimized;
        this.name = name;
        ClusterEncoder.Kind kind = streamOptimized ? ClusterEncoder.Kind.ZLIB : ClusterEncoder.Kind.NONE;
        this.batches = new ClusterBatches(image, GRAIN, () -> ClusterEncoder.of(kind, level));
        this.grains = new int[Math.toIntExact(batches.clusters())];
        this.nextSector = header().overhead();
    }

    /**
     * A stream-optimized VMDK, as OVAs hold it.
     *
     * @param image its size must be whole sectors
     * @param name the file's name, which its descriptor holds
     * @param level of deflate, 1 to 9
     */
    public static VmdkWriter streamOptimized(DiskImage image, String name, int level) {
        return new VmdkWriter(requireSectors(image), true, name, level);
    }

    /** A growing VMDK without compression, for virtual machines that write to it. */
    public static VmdkWriter sparse(DiskImage image, String name) {
        return new VmdkWriter(requireSectors(image), false, name, 1);
    }

    private static DiskImage requireSectors(DiskImage image) {
        if (image.size() % SECTOR != 0) {
            throw new IllegalArgumentException("a disk of " + image.size() + " bytes, expected whole sectors");
        }
        return image;
    }

    private int tables() {
        return (grains.length + VmdkHeader.TABLE_ENTRIES - 1) / VmdkHeader.TABLE_ENTRIES;
    }

    private int directorySectors() {
        return (tables() * Integer.BYTES + SECTOR - 1) / SECTOR;
    }

    private VmdkHeader header() {
        int first = 1 + DESCRIPTOR_SECTORS;
        int copy = directorySectors() + tables() * TABLE_SECTORS;
        int copies = streamOptimized ? 1 : 2;
        long end = first + (long) copies * copy;
        long overhead = (end + GRAIN_SECTORS - 1) / GRAIN_SECTORS * GRAIN_SECTORS;
        return new VmdkHeader(
                streamOptimized,
                image.size() / SECTOR,
                GRAIN_SECTORS,
                1,
                DESCRIPTOR_SECTORS,
                streamOptimized ? 0 : first,
                streamOptimized ? first : first + copy,
                overhead);
    }

    @Override
    public int batches() {
        return batches.batches();
    }

    @Override
    public EncodedBatch encode(int index) throws IOException {
        EncodedBatch batch = batches.encode(index);
        return streamOptimized ? marked(batch, batches.firstCluster(index)) : batch;
    }

    /** Puts a marker before every grain, and zeros behind it. */
    private EncodedBatch marked(EncodedBatch batch, long firstGrain) {
        BinaryWriter out = BinaryWriter.littleEndian(batch.bytes().length + batch.lengths().length * 2 * SECTOR);
        int[] lengths = new int[batch.lengths().length];
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            int length = batch.lengths()[i];
            if (length != EncodedBatch.ZERO) {
                int from = out.position();
                byte[] stream = length == GRAIN ? storedZlib(batch.bytes(), at) : null;
                out.u64((firstGrain + i) * GRAIN_SECTORS).u32(stream == null ? length : stream.length);
                if (stream == null) {
                    out.bytes(batch.bytes(), at, length);
                } else {
                    out.bytes(stream);
                }
                out.alignTo(SECTOR);
                lengths[i] = out.position() - from;
                at += length;
            }
        }
        return new EncodedBatch(out.toByteArray(), lengths);
    }

    /** Every grain must be a zlib stream, one that does not get shorter too: stored blocks. */
    private static byte[] storedZlib(byte[] bytes, int offset) {
        java.util.zip.Adler32 adler = new java.util.zip.Adler32();
        adler.update(bytes, offset, GRAIN);
        int half = GRAIN / 2;
        return BinaryWriter.bigEndian(GRAIN + 16)
                .u16(0x789c)
                .u8(0)
                .u16(Short.toUnsignedInt(Short.reverseBytes((short) half)))
                .u16(Short.toUnsignedInt(Short.reverseBytes((short) ~half)))
                .bytes(bytes, offset, half)
                .u8(1)
                .u16(Short.toUnsignedInt(Short.reverseBytes((short) half)))
                .u16(Short.toUnsignedInt(Short.reverseBytes((short) ~half)))
                .bytes(bytes, offset + half, half)
                .u32(adler.getValue())
                .toByteArray();
    }

    @Override
    public void place(EncodedBatch batch, ImageOutput out) throws IOException {
        int grain = Math.toIntExact(batches.firstCluster(nextBatch++));
        int at = 0;
        for (int length : batch.lengths()) {
            if (length != EncodedBatch.ZERO) {
                grains[grain] = Math.toIntExact(nextSector);
                nextSector += length / SECTOR;
                at += length;
            }
            grain++;
        }
        if (at > 0) {
            content.update(batch.bytes(), 0, at);
            out.write((nextSector - at / SECTOR) * SECTOR, ByteBuffer.wrap(batch.bytes(), 0, at));
        }
    }

    @Override
    public long finish(ImageOutput out) throws IOException {
        VmdkHeader header = header();
        out.write(0, header.encode());
        out.write((long) SECTOR, descriptor());
        writeTables(out, header.directory());
        if (!streamOptimized) {
            writeTables(out, header.redundantDirectory());
            return nextSector * SECTOR;
        }
        // End of stream: a marker of zeros.
        out.write(nextSector * SECTOR, new byte[SECTOR]);
        return (nextSector + 1) * SECTOR;
    }

    private void writeTables(ImageOutput out, long directory) throws IOException {
        BinaryWriter bytes = BinaryWriter.littleEndian((directorySectors() + tables() * TABLE_SECTORS) * SECTOR);
        for (int i = 0; i < tables(); i++) {
            bytes.u32(directory + directorySectors() + (long) i * TABLE_SECTORS);
        }
        bytes.alignTo(SECTOR);
        for (int grain : grains) {
            bytes.u32(grain);
        }
        bytes.zerosUpTo((directorySectors() + tables() * TABLE_SECTORS) * SECTOR);
        out.write(directory * SECTOR, bytes.toByteArray());
    }

    private byte[] descriptor() {
        long capacity = image.size() / SECTOR;
        content.update(Long.toString(capacity).getBytes(StandardCharsets.US_ASCII));
        long id = content.getValue();
        long heads = 255;
        long cylinders = Math.max(1, Math.min(65_535, (capacity + heads * 63 - 1) / (heads * 63)));
        // All ones is "no content id".
        String cid = String.format(Locale.ROOT, "%08x", id >= 0xfffffffeL ? 0 : id);
        String text = "# Disk DescriptorFile\nversion=1\nencoding=\"UTF-8\"\nCID=" + cid
                + "\nparentCID=ffffffff\ncreateType=\"" + (streamOptimized ? "streamOptimized" : "monolithicSparse")
                + "\"\n\n# Extent description\nRW " + capacity + " SPARSE \"" + name
                + "\"\n\n# The Disk Data Base\n#DDB\n\n"
                + "ddb.adapterType = \"lsilogic\"\n"
                + "ddb.geometry.cylinders = \"" + cylinders + "\"\n"
                + "ddb.geometry.heads = \"" + heads + "\"\n"
                + "ddb.geometry.sectors = \"63\"\n"
                + "ddb.longContentID = \"" + cid.repeat(4) + "\"\n"
                + "ddb.toolsInstallType = \"4\"\n"
                + "ddb.toolsVersion = \"2147483647\"\n"
                + "ddb.virtualHWVersion = \"4\"\n";
        return BinaryWriter.littleEndian(DESCRIPTOR_SECTORS * SECTOR)
                .bytes(text.getBytes(StandardCharsets.UTF_8))
                .zerosUpTo(DESCRIPTOR_SECTORS * SECTOR)
                .toByteArray();
    }
}
