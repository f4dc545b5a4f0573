package dev.caisson.erofs;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Gives out places for inodes in 32-byte slots. What has an inline tail must lie within one block; the rests of blocks that this leaves
 * are filled with later inodes, the tightest rest first.
 */
final class SlotAllocator {
    private final int blockSize;
    private final NavigableMap<Long, ArrayDeque<Long>> restsBySize = new TreeMap<>();
    private long end;

    /** The first {@code reserved} bytes are not given out. */
    SlotAllocator(int blockSize, long reserved) {
        this.blockSize = blockSize;
        this.end = reserved;
    }

    /** Bytes up to the last one given out. */
    long size() {
        return end;
    }

    /** Offset of a new place, a multiple of 32. */
    long allocate(long bytes, boolean withinBlock) {
        long needed = roundUp(bytes);
        Map.Entry<Long, ArrayDeque<Long>> rest = restsBySize.ceilingEntry(needed);
        if (rest != null) {
            long offset = rest.getValue().removeFirst();
            if (rest.getValue().isEmpty()) {
                restsBySize.remove(rest.getKey());
            }
            keep(offset + needed, rest.getKey() - needed);
            return offset;
        }
        long room = blockSize - end % blockSize;
        if (withinBlock && needed > room) {
            keep(end, room);
            end += room;
        }
        long offset = end;
        end += needed;
        return offset;
    }

    private void keep(long offset, long bytes) {
        if (bytes > 0) {
            restsBySize.computeIfAbsent(bytes, size -> new ArrayDeque<>()).addLast(offset);
        }
    }

    private static long roundUp(long bytes) {
        return bytes + ErofsInode.SLOT - 1 & -ErofsInode.SLOT;
    }
}
