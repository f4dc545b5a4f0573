package dev.caisson.compression;

import dev.caisson.compression.Lz4MatchFinder.Effort;
import java.util.List;
import java.util.Objects;

/**
 * Our encoder of LZ4 blocks (see {@link Lz4Format}): no frame, no dictionary, a window of 64 KiB. The same input, level and
 * capacity give the same bytes on every host, whatever an instance did before. For one thread at a time.
 *
 * <p>Levels: 0 takes the first match it sees; 1 to 4 look at more and more candidates and choose lazily; 5 to 12 choose the
 * cheapest cut of the input over the longest matches, which they search harder and harder.
 */
public final class Lz4Encoder implements ClusterCompressor {
    /** The fastest level. */
    public static final int FASTEST = 0;
    /** The level with the smallest output. */
    public static final int SMALLEST = 12;

    private static final int FIRST_OPTIMAL = 5;
    /** Levels from 5 on. */
    private static final List<Effort> EFFORTS = List.of(
            new Effort(15, 15, 2, 2, 32),
            new Effort(15, 16, 4, 2, 32),
            new Effort(16, 16, 8, 2, 64),
            new Effort(16, 17, 16, 2, 64),
            new Effort(16, 17, 32, 3, 128),
            new Effort(17, 17, 40, 4, 256),
            new Effort(17, 18, 64, 5, 1_024),
            new Effort(18, 18, 256, 10, Lz4MatchFinder.LONGEST_ENOUGH));

    private final Lz4Parser parser;
    private final Lz4Sequences sequences = new Lz4Sequences();

    /**
     * An encoder with its own tables, about 1 MiB.
     *
     * @param level 0 (fastest) to 12 (smallest)
     * @throws IllegalArgumentException for another level
     */
    public Lz4Encoder(int level) {
        if (level < FASTEST || level > SMALLEST) {
            throw new IllegalArgumentException("LZ4 level " + level + ", expected 0 to 12");
        }
        this.parser = parserFor(level);
    }

    private static Lz4Parser parserFor(int level) {
        if (level == 0) {
            return new Lz4FastParser();
        }
        if (level < FIRST_OPTIMAL) {
            return new Lz4ChainParser(1 << level);
        }
        return new Lz4OptimalParser(new Lz4MatchFinder(EFFORTS.get(level - FIRST_OPTIMAL)));
    }

    /** Output space that is enough for any input of so many bytes. */
    public static int maxOutput(int inputLength) {
        return Math.addExact(inputLength, inputLength / 255 + 16);
    }

    @Override
    public Fit compress(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int dstCapacity) {
        Objects.checkFromIndexSize(srcOffset, srcLength, src.length);
        Objects.checkFromIndexSize(dstOffset, dstCapacity, dst.length);
        int end = srcOffset + srcLength;
        sequences.begin(src, srcOffset, dst, dstOffset, dstCapacity);
        if (srcLength > Lz4Format.LAST_MATCH_START) {
            parser.parse(src, srcOffset, end, sequences);
        }
        sequences.finish(end);
        int consumed = sequences.covered() - srcOffset;
        int produced = sequences.output() - dstOffset;
        sequences.end();
        return consumed == 0 && srcLength > 0 ? new Fit(0, 0) : new Fit(consumed, produced);
    }

    /**
     * Compresses the whole input into one block.
     *
     * @param src holds the input
     * @param srcOffset first input byte
     * @param srcLength number of input bytes; 0 gives the empty block, one byte
     * @param dst receives the block, from {@code dstOffset} on
     * @param dstOffset first output byte
     * @param dstCapacity output space in bytes
     * @return number of bytes written, or -1 when the block does not fit; the output space then holds anything
     */
    public int compressAll(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int dstCapacity) {
        Fit fit = compress(src, srcOffset, srcLength, dst, dstOffset, dstCapacity);
        return fit.consumed() == srcLength && fit.produced() > 0 ? fit.produced() : -1;
    }
}
