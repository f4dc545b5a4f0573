package dev.caisson.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.UnsupportedOptionsException;

/**
 * A library's decoder behind the limits, with its exceptions translated. Whatever a library throws about the bytes,
 * runtime exceptions included, is the bytes' fault: the libraries were found to throw those on damaged input.
 */
final class CodecStream extends InputStream {
    private static final int BUFFER = 64 << 10;
    private static final int SMALLEST_WINDOW_BITS = 10;
    private static final int LARGEST_WINDOW_BITS = 31;

    private final Codec codec;
    private final CodecSource source;
    private final CodecLimits limits;
    private InputStream decoder;
    private long produced;
    /** A stream that failed once fails again, and is not asked. */
    private IOException failed;

    private CodecStream(Codec codec, CodecSource source, CodecLimits limits) {
        this.codec = codec;
        this.source = source;
        this.limits = limits;
    }

    static InputStream open(Codec codec, CodecSource source, CodecLimits limits) throws IOException {
        CodecStream stream = new CodecStream(codec, source, limits);
        try {
            stream.decoder = stream.newDecoder();
        } catch (IOException | RuntimeException e) {
            throw stream.translate(e);
        }
        return stream;
    }

    private InputStream newDecoder() throws IOException {
        return switch (codec) {
            case NONE -> source;
            case GZIP -> new GzipMembers(source);
            case BZIP2 -> new BZip2CompressorInputStream(new BufferedInputStream(source, BUFFER), true);
            case XZ -> new XzDecoder(source, limits.maxMemoryBytes());
            case LZMA -> new LZMAInputStream(new BufferedInputStream(source, BUFFER), memoryKib());
            case LZ4 -> new Lz4FrameStream(source);
            case ZSTD -> new ZstdInputStreamNoFinalizer(source).setLongMax(windowBits());
        };
    }

    private int memoryKib() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, limits.maxMemoryBytes() >>> 10));
    }

    private int windowBits() {
        int bits = Long.SIZE - 1 - Long.numberOfLeadingZeros(limits.maxMemoryBytes());
        return Math.max(SMALLEST_WINDOW_BITS, Math.min(LARGEST_WINDOW_BITS, bits));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (failed != null) {
            throw failed;
        }
        if (length == 0) {
            return 0;
        }
        int got;
        try {
            got = decoder.read(bytes, offset, length);
        } catch (IOException | RuntimeException e) {
            failed = translate(e);
            throw failed;
        }
        if (got > 0) {
            count(got);
        }
        return got;
    }

    private void count(int got) throws LimitExceededException {
        produced += got;
        if (produced > limits.maxOutputBytes()) {
            throw limit("more than " + limits.maxOutputBytes() + " bytes", "at most that many");
        }
        if (produced > CodecLimits.RATIO_FREE_BYTES && produced / limits.maxRatio() > source.count()) {
            throw limit(produced + " bytes out of " + source.count(), "at most " + limits.maxRatio() + " per byte");
        }
    }

    private LimitExceededException limit(String actual, String expected) {
        LimitExceededException exception =
                new LimitExceededException(codec.codecName() + " stream output", source.count(), actual, expected);
        failed = exception;
        return exception;
    }

    private IOException translate(Exception thrown) {
        if (source.failure() != null) {
            return source.failure();
        }
        if (thrown instanceof FormatException format) {
            return format;
        }
        String structure = codec.codecName() + " stream";
        long offset = source.count();
        String reason = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        FormatException translated;
        if (thrown instanceof MemoryLimitException memory) {
            translated = new LimitExceededException(
                    structure + " memory",
                    offset,
                    memory.getMemoryNeeded() + " KiB",
                    "at most " + memory.getMemoryLimit() + " KiB");
        } else if (isWindowTooLarge(thrown)) {
            translated = new LimitExceededException(
                    structure + " window", offset, reason, "at most 2^" + windowBits() + " bytes");
        } else if (thrown instanceof UnsupportedOptionsException) {
            translated = new UnsupportedFeatureException(structure, offset, reason, "");
        } else {
            translated = new CorruptDataException(structure, offset, reason, "");
        }
        translated.initCause(thrown);
        return translated;
    }

    private static boolean isWindowTooLarge(Exception thrown) {
        return thrown instanceof ZstdIOException zstd && zstd.getErrorCode() == Zstd.errFrameParameterWindowTooLarge();
    }

    @Override
    public void close() throws IOException {
        try {
            decoder.close();
        } catch (RuntimeException e) {
            throw translate(e);
        } finally {
            source.close();
        }
    }
}
