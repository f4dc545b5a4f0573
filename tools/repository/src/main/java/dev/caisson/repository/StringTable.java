package dev.caisson.repository;

import java.util.Arrays;

/** Distinct byte strings, numbered from 0 in order of arrival; number 0 is the empty string. For one thread, while parsing. */
final class StringTable {
    private byte[] text = new byte[1 << 16];
    private int textSize;
    private int[] offsets = new int[1 << 12];
    private int count;
    private int[] slots = new int[1 << 13];

    StringTable() {
        intern(new byte[0], 0, 0);
    }

    int intern(byte[] bytes, int from, int length) {
        int mask = slots.length - 1;
        int slot = hash(bytes, from, length) & mask;
        while (slots[slot] != 0) {
            int id = slots[slot] - 1;
            int start = offsets[id];
            if (offsets[id + 1] - start == length
                    && Arrays.equals(text, start, start + length, bytes, from, from + length)) {
                return id;
            }
            slot = slot + 1 & mask;
        }
        return add(bytes, from, length, slot);
    }

    private int add(byte[] bytes, int from, int length, int slot) {
        if (text.length - textSize < length) {
            text = Arrays.copyOf(
                    text, Math.max(Math.addExact(textSize, length), (int) Math.min(1L << 30, text.length * 2L)));
        }
        System.arraycopy(bytes, from, text, textSize, length);
        textSize += length;
        int id = count++;
        if (count + 1 > offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
        offsets[count] = textSize;
        slots[slot] = id + 1;
        if (count > slots.length / 2) {
            grow();
        }
        return id;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int id = 0; id < count; id++) {
            int slot = hash(text, offsets[id], offsets[id + 1] - offsets[id]) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = id + 1;
        }
    }

    private static int hash(byte[] bytes, int from, int length) {
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + bytes[i];
        }
        // Spread the high bits: linear probing looks at the low ones only.
        return hash ^ hash >>> 15;
    }

    byte[] text() {
        return Arrays.copyOf(text, textSize);
    }

    /** {@code count + 1} positions in {@link #text()}. */
    int[] offsets() {
        return Arrays.copyOf(offsets, count + 1);
    }
}
