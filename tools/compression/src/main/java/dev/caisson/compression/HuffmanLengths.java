package dev.caisson.compression;

import java.util.Arrays;

/**
 * Lengths of the shortest prefix code without a bound on its longest word, which is the usual case by far and needs no
 * packages: the two lightest nodes are joined until one is left (two queues, since joined nodes come in ascending order).
 */
final class HuffmanLengths {
    private static final int SYMBOL_BITS = 9;

    private HuffmanLengths() {}

    /**
     * Code lengths in bits, 0 for symbols that do not occur; an empty array when one would be longer than {@code longest}, or
     * when there are fewer than two symbols.
     */
    static int[] of(int[] frequencies, int longest) {
        long[] leaves = new long[frequencies.length];
        int count = 0;
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            if (frequencies[symbol] > 0) {
                leaves[count++] = (long) frequencies[symbol] << SYMBOL_BITS | symbol;
            }
        }
        if (count < 2) {
            return new int[0];
        }
        Arrays.sort(leaves, 0, count);
        int[] parents = parents(leaves, count);
        int[] lengths = new int[frequencies.length];
        int root = 2 * count - 2;
        int[] depths = new int[root + 1];
        for (int node = root - 1; node >= 0; node--) {
            depths[node] = depths[parents[node]] + 1;
            if (node < count) {
                if (depths[node] > longest) {
                    return new int[0];
                }
                lengths[(int) leaves[node] & (1 << SYMBOL_BITS) - 1] = depths[node];
            }
        }
        return lengths;
    }

    /** Nodes are numbered: leaves by weight, then joined ones in the order of their making, the root last. */
    private static int[] parents(long[] leaves, int count) {
        int[] parents = new int[2 * count - 1];
        long[] weights = new long[2 * count - 1];
        for (int i = 0; i < count; i++) {
            weights[i] = leaves[i] >>> SYMBOL_BITS;
        }
        int leaf = 0;
        int joined = count;
        for (int made = count; made < 2 * count - 1; made++) {
            for (int side = 0; side < 2; side++) {
                boolean takeLeaf = leaf < count && (joined >= made || weights[leaf] <= weights[joined]);
                int node = takeLeaf ? leaf++ : joined++;
                weights[made] += weights[node];
                parents[node] = made;
            }
        }
        return parents;
    }
}
