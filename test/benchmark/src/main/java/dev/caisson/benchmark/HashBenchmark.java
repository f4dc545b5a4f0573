package dev.caisson.benchmark;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityTree;
import java.io.IOException;
import java.nio.ByteBuffer;
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

/** SHA-256 over blocks as dm-verity wants them, over the whole, and the tree above the blocks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class HashBenchmark {
    /** How much is hashed by one call. */
    @Param({"65536"})
    int sizeKib;

    /** A file to take the bytes from; empty for the JDK's class files. */
    @Param({""})
    String corpus;

    private final VerityParameters parameters = VerityParameters.ofDefaults(new byte[32]);
    private byte[] input;
    private LeafDigests leaves;

    /** Reads the corpus; hashes its blocks once for {@link #tree}. */
    @Setup
    public void prepare() throws IOException {
        input = Corpus.read(corpus, sizeKib);
        leaves = new LeafDigests(VerityLayout.ofDataSize(parameters, input.length));
        leaves.hashBlocks(input, 0);
    }

    /** Salted digests of all 4096-byte blocks. */
    @Benchmark
    public byte[] blocks() {
        return LeafDigests.digestsOf(parameters, ByteBuffer.wrap(input));
    }

    /** One digest of everything. */
    @Benchmark
    public Object whole() {
        return DigestAlgorithm.SHA256.of(input);
    }

    /** The levels above the blocks. */
    @Benchmark
    public Object tree() {
        return VerityTree.of(parameters, leaves).rootHash();
    }
}
