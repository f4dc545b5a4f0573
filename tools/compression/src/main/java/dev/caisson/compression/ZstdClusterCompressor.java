package dev.caisson.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Objects;

/**
 * Fills clusters with zstd: one frame with content size and without checksum per cluster (RFC 8878, section 3.1.1). The
 * content size is there because user-space EROFS readers size their buffer by it; the kernel does not need it.
 *
 * <p>The library has no fixed-output mode. Clusters of 32 KiB and more are filled block by block ({@link ZstdFill}), which
 * costs hardly more than compressing once. For smaller ones it is searched how much input fits: a look at the first bytes
 * with a fast level gives a first guess, and each further one follows from the sizes that the guesses before gave, until less
 * than a five-hundredth of the cluster is left empty, or after some tries. The result is not the most that fits, but close.
 *
 * <p>Holds native memory until it is closed. For one thread at a time; no threads of its own.
 */
public final class ZstdClusterCompressor implements ClusterCompressor, AutoCloseable {
    /** The largest window that the kernel's EROFS takes, as power of two: 1 MiB. */
    public static final int LARGEST_WINDOW_BITS = 20;

    private static final int SMALLEST_WINDOW_BITS = 10;
    private static final int PROBE_LEVEL = 1;
    private static final int MOST_TRIES = 7;
    /** Below it the headers of many blocks cost more than the tries of whole frames. */
    private static final int SMALLEST_FILLED = 1 << 15;

    private static final int FASTEST_PROBED_LEVEL = 4;

    private final int level;
    private final ZstdCompressCtx probe;
    private final ZstdCompressCtx context;
    private final ZstdBlocks blocks;
    private byte[] scratch = new byte[0];

    /**
     * A compressor whose frames need a window of at most 1 MiB.
     *
     * @param level the library's level, 1 to 22
     */
    public ZstdClusterCompressor(int level) {
        this(level, LARGEST_WINDOW_BITS);
    }

    /**
     * A compressor with a bound on the decoder's memory.
     *
     * @param level the library's level, 1 to 22
     * @param windowBits the window is at most 2^windowBits bytes, 10 to 20
     */
    public ZstdClusterCompressor(int level, int windowBits) {
        ZstdBuffers.requireLevel(level);
        if (windowBits < SMALLEST_WINDOW_BITS || windowBits > LARGEST_WINDOW_BITS) {
            throw new IllegalArgumentException("zstd window of 2^" + windowBits + " bytes, expected 10 to 20");
        }
        this.level = level;
        this.context = ZstdBuffers.newContext(level).setWindowLog(windowBits);
        this.blocks = new ZstdBlocks(context, windowBits);
        this.probe = ZstdBuffers.newContext(PROBE_LEVEL).setWindowLog(windowBits);
    }

    /**
     * The window bits that erofs-utils gives such clusters: eight clusters, at most 1 MiB.
     *
     * @param clusterBytes largest cluster of the image in bytes
     */
    public static int windowBitsFor(int clusterBytes) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(clusterBytes, 1) - 1) + 3;
        return Math.max(SMALLEST_WINDOW_BITS, Math.min(LARGEST_WINDOW_BITS, bits));
    }

    @Override
    public Fit compress(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int dstCapacity) {
        Objects.checkFromIndexSize(srcOffset, srcLength, src.length);
        Objects.checkFromIndexSize(dstOffset, dstCapacity, dst.length);
        if (srcLength > dstCapacity && dstCapacity >= SMALLEST_FILLED) {
            return new ZstdFill(blocks, src, srcOffset, srcLength, dst, dstOffset, dstCapacity).run();
        }
        Search search = new Search(src, srcOffset, srcLength, dst, dstOffset, dstCapacity);
        return search.run();
    }

    @Override
    public void close() {
        context.close();
        probe.close();
    }

    private byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        return scratch;
    }

    /** One call: what is known to fit, what is known not to. */
    private final class Search {
        private final byte[] src;
        private final int srcOffset;
        private final int srcLength;
        private final byte[] dst;
        private final int dstOffset;
        private final int capacity;
        private int fits;
        private int fitsBytes;
        private long tooMuch;
        private int tooMuchBytes;

        Search(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int capacity) {
            this.src = src;
            this.srcOffset = srcOffset;
            this.srcLength = srcLength;
            this.dst = dst;
            this.dstOffset = dstOffset;
            this.capacity = capacity;
            this.tooMuch = srcLength + 1L;
        }

        Fit run() {
            int guess = firstGuess();
            for (int tries = 0; tries < MOST_TRIES || fits == 0 && guess > 0; tries++) {
                attempt(guess);
                if (tooMuch - fits <= 1 || fits > 0 && capacity - fitsBytes <= capacity / 500) {
                    break;
                }
                guess = tries < MOST_TRIES ? nextGuess() : (int) (tooMuch / 2);
            }
            return new Fit(fits, fitsBytes);
        }

        /** From the ratio that a fast level has, which the real one beats by about a tenth. */
        private int firstGuess() {
            if (srcLength <= capacity / 2) {
                return srcLength;
            }
            long sample = Math.min(srcLength, 3L * capacity);
            if (level < FASTEST_PROBED_LEVEL) {
                return (int) Math.min(srcLength, Math.max(1, sample * 5 / 6));
            }
            int size = size(probe, (int) sample);
            return bounded(sample * capacity / size * 12 / 11);
        }

        /** Where the line through the last two sizes meets the capacity, a little below it. */
        private int nextGuess() {
            long aim = (long) capacity - capacity / 1_000;
            if (fits == 0) {
                return bounded(tooMuch * aim / tooMuchBytes);
            }
            if (tooMuchBytes == 0) {
                return bounded((long) fits * aim / fitsBytes);
            }
            long slope = Math.max(1L, (long) tooMuchBytes - fitsBytes);
            return bounded(fits + (tooMuch - fits) * Math.max(0L, aim - fitsBytes) / slope);
        }

        private int bounded(long guess) {
            return (int) Math.max(fits + 1L, Math.min(tooMuch - 1, guess));
        }

        private void attempt(int length) {
            int size = size(context, length);
            if (size <= capacity) {
                System.arraycopy(scratch, 0, dst, dstOffset, size);
                fits = length;
                fitsBytes = size;
            } else {
                tooMuch = length;
                tooMuchBytes = size;
            }
        }

        private int size(ZstdCompressCtx compressor, int length) {
            byte[] output = scratch(Math.toIntExact(Zstd.compressBound(length)));
            try {
                return compressor.compressByteArray(output, 0, output.length, src, srcOffset, length);
            } catch (ZstdException e) {
                throw new IllegalStateException("zstd refuses to compress " + length + " bytes", e);
            }
        }
    }
}
