package dev.caisson.diskimage;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.Guid;
import dev.caisson.compression.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Sample disks, and a writer for every format. */
final class Formats {
    static final Guid ID = Guid.parse("4f68bce3-e8cd-4db1-96e7-fbcaf984b709");
    static final long EPOCH = 1_700_000_000;

    private Formats() {}

    static Map<String, Function<DiskImage, DiskFormatWriter>> randomAccess() {
        Map<String, Function<DiskImage, DiskFormatWriter>> writers = new LinkedHashMap<>();
        writers.put("qcow2", image -> new Qcow2Writer(image, Qcow2Writer.Compression.NONE, 1));
        writers.put("qcow2 deflate", image -> new Qcow2Writer(image, Qcow2Writer.Compression.DEFLATE, 5));
        writers.put("qcow2 zstd", image -> new Qcow2Writer(image, Qcow2Writer.Compression.ZSTD, 3));
        writers.put("vmdk", image -> VmdkWriter.streamOptimized(image, "disk.vmdk", 5));
        writers.put("vmdk sparse", image -> VmdkWriter.sparse(image, "disk.vmdk"));
        writers.put("vpc fixed", image -> new VhdWriter(image, false, ID, EPOCH));
        writers.put("vpc dynamic", image -> new VhdWriter(image, true, ID, EPOCH));
        writers.put("vhdx", image -> new VhdxWriter(image, ID));
        return writers;
    }

    static Map<String, Function<DiskImage, DiskFormatWriter>> streams() {
        Map<String, Function<DiskImage, DiskFormatWriter>> writers = new LinkedHashMap<>();
        writers.put("gzip", image -> new StreamWriter(image, Codec.GZIP, 5));
        writers.put("xz", image -> new StreamWriter(image, Codec.XZ, 1));
        writers.put("zstd", image -> new StreamWriter(image, Codec.ZSTD, 3));
        writers.put("lz4", image -> new StreamWriter(image, Codec.LZ4, 3));
        return writers;
    }

    /** Text, noise and zeros with holes, of whole MiB, so that every format holds it without filling up. */
    static DiskImage sample(long seed) {
        Random random = new Random(seed);
        List<Extent> extents = new ArrayList<>();
        extents.add(new Extent(0, ByteSource.of(text(random, 70_000))));
        extents.add(new Extent(1 << 20, ByteSource.of(noise(random, 200_000))));
        extents.add(new Extent((1 << 20) + 300_000, ByteSource.of(new byte[400_000])));
        extents.add(new Extent(4 << 20, ByteSource.of(text(random, 1_500_000))));
        extents.add(new Extent((7 << 20) - 512, ByteSource.of(noise(random, 512))));
        return DiskImage.of(7 << 20, extents);
    }

    static byte[] text(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ("etaoin shrdlu\n".charAt(random.nextInt(14)));
            if (i > 40 && random.nextInt(8) == 0) {
                int count = Math.min(length - i, 4 + random.nextInt(30));
                System.arraycopy(bytes, i - 40, bytes, i, Math.min(count, 40));
                i += Math.min(count, 40) - 1;
            }
        }
        return bytes;
    }

    static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] bytes(DiskImage image) {
        try {
            return image.asSource().read(0, (int) image.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] write(DiskFormatWriter writer) throws IOException {
        Memory out = new Memory();
        return Arrays.copyOf(out.bytes, (int) writer.writeTo(out));
    }

    /** Encodes from the last batch to the first, places from the first. */
    static byte[] writeBackwards(DiskFormatWriter writer) throws IOException {
        EncodedBatch[] batches = new EncodedBatch[writer.batches()];
        for (int i = batches.length - 1; i >= 0; i--) {
            batches[i] = writer.encode(i);
        }
        Memory out = new Memory();
        for (EncodedBatch batch : batches) {
            writer.place(batch, out);
        }
        return Arrays.copyOf(out.bytes, (int) writer.finish(out));
    }

    private static final class Memory implements ImageOutput {
        private final byte[] bytes = new byte[16 << 20];

        @Override
        public void write(long offset, ByteBuffer src) {
            src.get(bytes, (int) offset, src.remaining());
        }
    }
}
