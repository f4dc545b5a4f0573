package dev.caisson.compression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Prefix codes of bounded length: the shortest ones possible (package-merge), in the canonical order of RFC 1951, 3.2.2. */
final class DeflateCodes {
    /** A symbol, or two nodes packed together. */
    private record Node(long weight, int symbol, Node left, Node right) {}

    private DeflateCodes() {}

    /**
     * Code lengths in bits; 0 for symbols that do not occur. There are always at least two codes, since some decoders refuse
     * a tree with one.
     */
    static int[] lengths(int[] frequencies, int longest) {
        int[] unbounded = HuffmanLengths.of(frequencies, longest);
        return unbounded.length > 0 ? unbounded : bounded(frequencies, longest);
    }

    private static int[] bounded(int[] frequencies, int longest) {
        List<Node> leaves = leaves(frequencies);
        List<Node> level = leaves;
        for (int i = 1; i < longest; i++) {
            level = merge(leaves, pairs(level));
        }
        int[] lengths = new int[frequencies.length];
        for (Node node : level.subList(0, 2 * leaves.size() - 2)) {
            count(node, lengths);
        }
        return lengths;
    }

    private static List<Node> leaves(int[] frequencies) {
        List<Node> leaves = new ArrayList<>();
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            if (frequencies[symbol] > 0) {
                leaves.add(new Node(frequencies[symbol], symbol, null, null));
            }
        }
        for (int symbol = 0; leaves.size() < 2; symbol++) {
            if (frequencies[symbol] == 0) {
                leaves.add(new Node(1, symbol, null, null));
            }
        }
        leaves.sort(Comparator.comparingLong(Node::weight).thenComparingInt(Node::symbol));
        return leaves;
    }

    private static List<Node> pairs(List<Node> nodes) {
        List<Node> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < nodes.size(); i += 2) {
            Node left = nodes.get(i);
            Node right = nodes.get(i + 1);
            pairs.add(new Node(left.weight + right.weight, -1, left, right));
        }
        return pairs;
    }

    private static List<Node> merge(List<Node> leaves, List<Node> pairs) {
        List<Node> merged = new ArrayList<>(leaves.size() + pairs.size());
        int leaf = 0;
        for (Node pair : pairs) {
            while (leaf < leaves.size() && leaves.get(leaf).weight <= pair.weight) {
                merged.add(leaves.get(leaf++));
            }
            merged.add(pair);
        }
        merged.addAll(leaves.subList(leaf, leaves.size()));
        return merged;
    }

    /** A symbol's code has one bit for every package that it is in; the depth is bounded by the longest code. */
    private static void count(Node node, int[] lengths) {
        if (node.symbol >= 0) {
            lengths[node.symbol]++;
        } else {
            count(node.left, lengths);
            count(node.right, lengths);
        }
    }

    /** The codes of these lengths, with their bits in the order in which they are written. */
    static int[] codes(int[] lengths) {
        int[] countOfLength = new int[17];
        for (int length : lengths) {
            countOfLength[length]++;
        }
        countOfLength[0] = 0;
        int[] nextOfLength = new int[17];
        for (int bits = 1; bits <= 16; bits++) {
            nextOfLength[bits] = (nextOfLength[bits - 1] + countOfLength[bits - 1]) << 1;
        }
        int[] codes = new int[lengths.length];
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                codes[symbol] = Integer.reverse(nextOfLength[lengths[symbol]]++) >>> 32 - lengths[symbol];
            }
        }
        return codes;
    }
}
