package dev.caisson.benchmark;

import com.github.luben.zstd.Zstd;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** What it takes to unpack the payload of a package. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 3)
public class DecodeBenchmark {
    private static final int ZSTD_LEVEL = 19;

    /** The compression: xz as in .deb files, zstd as in RPMs. */
    @Param({"xz", "zstd"})
    String codec;

    /** How much is decoded by one call. */
    @Param({"8192"})
    int sizeKib;

    /** A file to take the bytes from; empty for the JDK's class files. */
    @Param({""})
    String corpus;

    private Codec decoder;
    private byte[] encoded;
    private byte[] buffer;

    /** Reads the corpus and compresses it. */
    @Setup
    public void prepare() throws IOException {
        byte[] input = Corpus.read(corpus, sizeKib);
        decoder = Codec.ofName(codec).orElseThrow();
        encoded = codec.equals("xz") ? xz(input) : Zstd.compress(input, ZSTD_LEVEL);
        buffer = new byte[1 << 16];
    }

    private static byte[] xz(byte[] input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new XZOutputStream(bytes, new LZMA2Options())) {
            out.write(input);
        }
        return bytes.toByteArray();
    }

    /** Number of bytes that came out. */
    @Benchmark
    public long decode() throws IOException {
        long length = 0;
        try (InputStream in =
                decoder.decode(new ByteArrayInputStream(encoded), CodecLimits.ofOutput(sizeKib * 1024L))) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                length += count;
            }
        }
        return length;
    }
}
