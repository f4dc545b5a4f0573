package dev.caisson.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.compression.ClusterCompressor;
import dev.caisson.compression.Lz4Encoder;
import dev.caisson.compression.ZstdClusterCompressor;
import dev.caisson.erofs.ErofsFileEncoder;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityPlan;
import dev.caisson.verity.VerityTree;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/**
 * Does what a native tool does, twice, and tells how much processor time the process took for each pass: the first one in a new
 * JVM, its compiler's work included, and one more when the code is compiled. The start of the JVM is left out.
 *
 * <pre>
 * lz4|zstd LEVEL NAME      NAME.bin, cut as NAME.sizes says, into clusters of 256 KiB: seconds, seconds, bytes
 * verity DATA HASH SALT    the hash tree of a file: seconds, seconds, root hash
 * </pre>
 */
public final class Counterpart {
    private static final int CLUSTER_BYTES = 256 << 10;
    private static final int READ_BYTES = 1 << 20;

    private Counterpart() {}

    /** Runs one comparison; see the class. */
    public static void main(String[] args) throws IOException {
        String[] words = args.length == 0 ? new String[] {""} : args;
        if (words[0].equals("lz4") && words.length == 3) {
            Lz4Encoder encoder = new Lz4Encoder(Integer.parseInt(words[1]));
            twice(compression(encoder, words[2]));
        } else if (words[0].equals("zstd") && words.length == 3) {
            try (ZstdClusterCompressor zstd = new ZstdClusterCompressor(
                    Integer.parseInt(words[1]), ZstdClusterCompressor.windowBitsFor(CLUSTER_BYTES))) {
                twice(compression(zstd, words[2]));
            }
        } else if (words[0].equals("verity") && words.length == 4) {
            twice(() ->
                    verity(Path.of(words[1]), Path.of(words[2]), HexFormat.of().parseHex(words[3])));
        } else {
            System.err.println("usage: lz4|zstd LEVEL NAME, or verity DATA HASH SALT");
            System.exit(2);
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** One pass; its result is the same every time. */
    private interface Pass {
        Object run() throws IOException;
    }

    private static void twice(Pass pass) throws IOException {
        long begin = cpuNanos();
        pass.run();
        long middle = cpuNanos();
        Object result = pass.run();
        System.out.printf(Locale.ROOT, "%.3f %.3f %s%n", (middle - begin) / 1e9, (cpuNanos() - middle) / 1e9, result);
    }

    private static Pass compression(ClusterCompressor compressor, String name) throws IOException {
        byte[] data = Files.readAllBytes(Path.of(name + ".bin"));
        int[] sizes = Files.readAllLines(Path.of(name + ".sizes")).stream()
                .mapToInt(Integer::parseInt)
                .toArray();
        return () -> compress(compressor, data, sizes);
    }

    private static long compress(ClusterCompressor compressor, byte[] data, int[] sizes) {
        byte[] cluster = new byte[CLUSTER_BYTES];
        long produced = 0;
        int at = 0;
        for (int size : sizes) {
            int end = at + size;
            while (at < end) {
                int stop = Math.min(end, at + ErofsFileEncoder.SEGMENT_BYTES);
                while (at < stop) {
                    ClusterCompressor.Fit fit = compressor.compress(data, at, stop - at, cluster, 0, CLUSTER_BYTES);
                    at += fit.consumed();
                    produced += fit.produced();
                }
            }
        }
        return produced;
    }

    private static String verity(Path data, Path hash, byte[] salt) throws IOException {
        VerityParameters parameters = VerityParameters.ofDefaults(salt);
        VerityTree tree;
        try (FileSource source = FileSource.open(data)) {
            LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(parameters, source.size()));
            byte[] buffer = new byte[READ_BYTES];
            for (long at = 0; at < source.size(); at += READ_BYTES) {
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, (int) Math.min(READ_BYTES, source.size() - at));
                source.readFully(at, piece);
                leaves.hashBlocks(piece.flip(), at / parameters.dataBlockSize());
            }
            tree = VerityTree.of(parameters, leaves);
        }
        Files.deleteIfExists(hash);
        try (FileSink sink = FileSink.create(hash)) {
            VerityPlan.withSuperblock(tree, new UUID(1, 1)).writeTo(sink);
        }
        return tree.rootHash().hex();
    }
}
