package dev.caisson.verity;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import java.nio.ByteBuffer;

/**
 * A run of bytes that may be larger than one array. Pages are a multiple of every block size, so no block and no digest
 * crosses one. Disjoint ranges may be written by different threads.
 */
final class PagedBytes implements ByteSource {
    private static final int PAGE_BITS = 20;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;

    private final byte[][] pages;
    private final long size;

    PagedBytes(long size) {
        this.size = size;
        this.pages = new byte[Math.toIntExact((size + PAGE_SIZE - 1) >>> PAGE_BITS)][];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = new byte[(int) Math.min(PAGE_SIZE, size - ((long) i << PAGE_BITS))];
        }
    }

    /** The page that holds this offset; the place in it is {@link #inPage}. */
    byte[] page(long offset) {
        return pages[(int) (offset >>> PAGE_BITS)];
    }

    int inPage(long offset) {
        return (int) offset & (PAGE_SIZE - 1);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(long offset, ByteBuffer dst) throws CorruptDataException {
        ByteSource.checkRange(this, offset, dst.remaining());
        long at = offset;
        while (dst.hasRemaining()) {
            byte[] page = page(at);
            int from = inPage(at);
            int count = Math.min(page.length - from, dst.remaining());
            dst.put(page, from, count);
            at += count;
        }
    }
}
