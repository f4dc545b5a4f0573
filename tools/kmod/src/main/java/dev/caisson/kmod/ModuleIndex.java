package dev.caisson.kmod;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * kmod's binary index: a trie on disk, big-endian.
 *
 * <pre>
 * offset  size  field
 * 0       4     magic b0 07 f4 57
 * 4       4     version 0x00020001
 * 8       4     root node: offset, flags in the high four bits
 * 12            nodes, children before parents:
 *               [prefix, NUL] if flag 0x8
 *               [first character, last character, u32 node of each] if flag 0x2
 *               [u32 count, then u32 priority and value with NUL of each] if flag 0x4
 * </pre>
 */
public final class ModuleIndex {
    private static final long MAGIC = 0xb007f457L;
    private static final long VERSION = 0x00020001;
    private static final long FLAG_PREFIX = 0x80000000L;
    private static final long FLAG_VALUES = 0x40000000L;
    private static final long FLAG_CHILDREN = 0x20000000L;
    private static final int CHARACTERS = 128;

    private final Node root = new Node("");

    private record Value(String text, int priority) {}

    private static final class Node {
        private String prefix;
        private Node[] children = new Node[CHARACTERS];
        private int first = CHARACTERS;
        private int last;
        private List<Value> values = new ArrayList<>();

        Node(String prefix) {
            this.prefix = prefix;
        }

        void child(char c, Node node) {
            children[c] = node;
            first = Math.min(first, c);
            last = Math.max(last, c);
        }

        void add(Value value) {
            int at = 0;
            while (at < values.size() && values.get(at).priority < value.priority) {
                at++;
            }
            values.add(at, value);
        }
    }

    /**
     * Adds a value under a key; keys with characters that the format cannot hold are passed over, as kmod does.
     *
     * @param priority values of the same key are found in ascending priority
     */
    public void insert(String key, String value, int priority) {
        if (key.chars().anyMatch(c -> c == 0 || c >= CHARACTERS)) {
            return;
        }
        Node node = root;
        int at = 0;
        while (true) {
            at += splitAtDifference(node, key, at);
            if (at == key.length()) {
                node.add(new Value(value, priority));
                return;
            }
            char next = key.charAt(at);
            if (node.children[next] == null) {
                Node leaf = new Node(key.substring(at + 1));
                leaf.add(new Value(value, priority));
                node.child(next, leaf);
                return;
            }
            node = node.children[next];
            at++;
        }
    }

    /** Makes the node's prefix a prefix of the rest of the key, and gives its length. */
    private static int splitAtDifference(Node node, String key, int at) {
        String prefix = node.prefix;
        for (int j = 0; j < prefix.length(); j++) {
            if (at + j >= key.length() || key.charAt(at + j) != prefix.charAt(j)) {
                Node lower = new Node(prefix.substring(j + 1));
                lower.children = node.children;
                lower.first = node.first;
                lower.last = node.last;
                lower.values = node.values;
                node.prefix = prefix.substring(0, j);
                node.children = new Node[CHARACTERS];
                node.first = CHARACTERS;
                node.last = 0;
                node.values = new ArrayList<>();
                node.child(prefix.charAt(j), lower);
                return j;
            }
        }
        return prefix.length();
    }

    /** The index file. */
    public byte[] encode() {
        BinaryWriter out = BinaryWriter.bigEndian(1 << 16);
        out.u32(MAGIC).u32(VERSION).u32(0);
        long rootNode = write(root, out);
        return out.patchU32(8, rootNode).toByteArray();
    }

    private static long write(Node node, BinaryWriter out) {
        List<Long> offsets = new ArrayList<>();
        for (int c = node.first; c < CHARACTERS && c <= node.last; c++) {
            offsets.add(node.children[c] == null ? 0L : write(node.children[c], out));
        }
        long offset = out.position();
        if (!node.prefix.isEmpty()) {
            out.bytes(node.prefix.getBytes(StandardCharsets.US_ASCII)).u8(0);
            offset |= FLAG_PREFIX;
        }
        if (!offsets.isEmpty()) {
            out.u8(node.first).u8(node.last);
            offsets.forEach(out::u32);
            offset |= FLAG_CHILDREN;
        }
        if (!node.values.isEmpty()) {
            out.u32(node.values.size());
            for (Value value : node.values) {
                out.u32(value.priority)
                        .bytes(value.text.getBytes(StandardCharsets.UTF_8))
                        .u8(0);
            }
            offset |= FLAG_VALUES;
        }
        return offset;
    }
}
