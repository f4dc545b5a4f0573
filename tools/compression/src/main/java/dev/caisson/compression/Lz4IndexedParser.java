package dev.caisson.compression;

/**
 * A parser whose tables hold positions as <i>indexes</i> that grow from call to call, so that they need no clearing: an index
 * below this call's first one is from earlier input and counts as empty.
 */
abstract class Lz4IndexedParser implements Lz4Parser {
    private static final int LARGEST_INDEX = 1 << 30;

    /** Index of the next call's first input byte; never 0, which is what empty table entries hold. */
    private int nextIndex = 1;

    /** Empties all tables. */
    abstract void clear();

    /** What to add to a position to get its index. */
    final int indexBias(int start, int end) {
        if (nextIndex > LARGEST_INDEX - (end - start)) {
            clear();
            nextIndex = 1;
        }
        return nextIndex - start;
    }

    /** Tells which indexes have been stored. */
    final void usedUpTo(int index) {
        nextIndex = index + 1;
    }

    /** By how many bytes a match can begin earlier, down to {@code lowest}. */
    static int extensionBackwards(byte[] src, int position, int match, int lowest, int start) {
        int count = 0;
        while (position - count > lowest
                && match - count > start
                && src[position - count - 1] == src[match - count - 1]) {
            count++;
        }
        return count;
    }
}
