package dev.caisson.compression;

/**
 * The longest matches of a range of positions: a step says that all positions from its first one up to the next step's have their
 * longest match with one offset and up to one end, which may lie behind or before them.
 */
final class Lz4Staircase {
    private final int[] starts;
    private final int[] ends;
    private final int[] offsets;
    private int count;

    Lz4Staircase(int positions) {
        starts = new int[positions];
        ends = new int[positions];
        offsets = new int[positions];
    }

    void clear() {
        count = 0;
    }

    void add(int start, int end, int offset) {
        starts[count] = start;
        ends[count] = end;
        offsets[count++] = offset;
    }

    /** Forgets the steps that end before a position. */
    void dropBefore(int position) {
        int drop = 0;
        while (drop < count - 1 && starts[drop + 1] <= position) {
            drop++;
        }
        count -= drop;
        System.arraycopy(starts, drop, starts, 0, count);
        System.arraycopy(ends, drop, ends, 0, count);
        System.arraycopy(offsets, drop, offsets, 0, count);
    }

    int count() {
        return count;
    }

    int start(int step) {
        return starts[step];
    }

    int end(int step) {
        return ends[step];
    }

    int offset(int step) {
        return offsets[step];
    }

    /** The step that holds a position, at or behind {@code step}. */
    int stepOf(int position, int step) {
        int found = step;
        while (found + 1 < count && starts[found + 1] <= position) {
            found++;
        }
        return found;
    }
}
