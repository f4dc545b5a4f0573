package dev.caisson.benchmark;

import dev.caisson.bytes.FormatException;
import dev.caisson.compression.ClusterCompressor;
import dev.caisson.compression.Lz4Decoder;
import dev.caisson.compression.Lz4Encoder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** LZ4 by level, in clusters of fixed output size as EROFS takes them, and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 3)
public class Lz4Benchmark {
    /** 0 is the fast mode, 1 to 12 those of LZ4-HC. */
    @Param({"0", "3", "6", "9", "12"})
    int level;

    /** Output size of a cluster. */
    @Param({"262144"})
    int clusterBytes;

    /** How much is compressed by one call. */
    @Param({"8192"})
    int sizeKib;

    /** A file to take the bytes from; empty for the JDK's class files. */
    @Param({""})
    String corpus;

    private byte[] input;
    private byte[] cluster;
    private byte[] block;
    private byte[] decoded;
    private int blockLength;
    private Lz4Encoder encoder;

    /** Reads the corpus; compresses a block for the decoder. */
    @Setup
    public void prepare() throws IOException {
        input = Corpus.read(corpus, sizeKib);
        cluster = new byte[clusterBytes];
        encoder = new Lz4Encoder(level);
        block = new byte[Lz4Encoder.maxOutput(input.length)];
        blockLength = encoder.compressAll(input, 0, input.length, block, 0, block.length);
        decoded = new byte[input.length];
    }

    /** Bytes of all clusters. */
    @Benchmark
    public long compress() {
        long produced = 0;
        for (int at = 0; at < input.length; ) {
            ClusterCompressor.Fit fit = encoder.compress(input, at, input.length - at, cluster, 0, cluster.length);
            at += fit.consumed();
            produced += fit.produced();
        }
        return produced;
    }

    /** Bytes of one block that holds everything. */
    @Benchmark
    public int decompress() throws FormatException {
        return Lz4Decoder.decompress(block, 0, blockLength, decoded, 0, decoded.length);
    }
}
