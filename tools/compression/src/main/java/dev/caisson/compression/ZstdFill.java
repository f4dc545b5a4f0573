package dev.caisson.compression;

/**
 * Fills one cluster with a frame of {@link ZstdBlocks}. Whole blocks as long as they are expected to fit, then ever smaller
 * ones, each sized by the ratio of the one before so that it takes most of the room that is left; a raw block takes the rest.
 * So nearly every byte of input is compressed once.
 *
 * <p>A block that turns out too large is dropped, and the frame then ends at the next multiple of 4 KiB: EROFS stores a cluster
 * in as many blocks as it takes, so that only the rest of a block would be lost, and the raw block gets that.
 */
final class ZstdFill {
    private static final int FS_BLOCK = 4096;
    /** Room below which another compressed block is hardly worth its headers. */
    private static final int SMALLEST_ROOM = 256;
    /** A whole block is added when this many hundredths of its expected size fit. */
    private static final int WHOLE_BLOCK_MARGIN = 120;
    /** Hundredths of the room that a smaller block is to take: of 85 to 96, what gave the smallest images. */
    private static final int SHARE_OF_ROOM = 85;

    private final ZstdBlocks blocks;
    private final byte[] src;
    private final int srcOffset;
    private final int srcLength;
    private final byte[] dst;
    private final int dstOffset;
    private int capacity;
    private int consumed;
    private int produced = ZstdBlocks.HEADER_SIZE;
    private int lastInput;
    private int lastOutput;

    /** Parameters as those of {@link ClusterCompressor#compress}; the capacity is some hundred bytes at least. */
    ZstdFill(ZstdBlocks blocks, byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int capacity) {
        this.blocks = blocks;
        this.src = src;
        this.srcOffset = srcOffset;
        this.srcLength = srcLength;
        this.dst = dst;
        this.dstOffset = dstOffset;
        this.capacity = capacity;
    }

    ClusterCompressor.Fit run() {
        blocks.start();
        int next = firstLength();
        while (next > 0 && add(next)) {
            next = nextLength();
        }
        finish();
        return new ClusterCompressor.Fit(consumed, produced);
    }

    /** Room for further blocks, besides the header of the last. */
    private int room() {
        return capacity - produced - ZstdBlocks.BLOCK_HEADER_SIZE;
    }

    /** What fits even when it cannot be compressed. */
    private int firstLength() {
        int most = Math.min(srcLength, ZstdBlocks.MAX_BLOCK_BYTES);
        return Math.min(most, room() - ZstdBlocks.overhead(most));
    }

    private boolean add(int length) {
        int size = blocks.add(src, srcOffset + consumed, length);
        if (size > room()) {
            int least = produced + ZstdBlocks.BLOCK_HEADER_SIZE;
            capacity = Math.min(capacity, (least + FS_BLOCK - 1) / FS_BLOCK * FS_BLOCK);
            return false;
        }
        blocks.copyTo(dst, dstOffset + produced);
        produced += size;
        consumed += length;
        lastInput = length;
        lastOutput = size;
        return true;
    }

    /** How much to add; 0 to end the frame. */
    private int nextLength() {
        if (produced > consumed) {
            // Not compressible: nothing is gained by going on, and what follows may be.
            capacity = produced + ZstdBlocks.BLOCK_HEADER_SIZE;
            return 0;
        }
        if (room() < SMALLEST_ROOM) {
            return 0;
        }
        int whole = Math.min(srcLength - consumed, ZstdBlocks.MAX_BLOCK_BYTES);
        long expected = (long) lastOutput * whole / lastInput;
        if (expected * WHOLE_BLOCK_MARGIN / 100 <= room()) {
            return whole;
        }
        return (int) Math.min(whole, (long) room() * lastInput * SHARE_OF_ROOM / 100 / lastOutput);
    }

    private void finish() {
        int raw = Math.min(Math.max(0, room()), Math.min(srcLength - consumed, ZstdBlocks.MAX_BLOCK_BYTES));
        ZstdBlocks.putLastRawBlockHeader(dst, dstOffset + produced, raw);
        produced += ZstdBlocks.BLOCK_HEADER_SIZE;
        System.arraycopy(src, srcOffset + consumed, dst, dstOffset + produced, raw);
        produced += raw;
        consumed += raw;
        blocks.putHeader(dst, dstOffset, consumed);
    }
}
