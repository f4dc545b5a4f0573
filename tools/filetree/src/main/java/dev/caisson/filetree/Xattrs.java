package dev.caisson.filetree;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** The extended attributes of an inode, by full name ({@code security.capability}), in name order. Immutable. */
public final class Xattrs {
    /** No attributes. */
    public static final Xattrs NONE = new Xattrs(new TreeMap<>());

    private final SortedMap<String, byte[]> values;

    private Xattrs(SortedMap<String, byte[]> values) {
        this.values = values;
    }

    /** A copy with one attribute set; the name has a namespace prefix such as {@code user.} and is at most 255 bytes. */
    public Xattrs with(String name, byte[] value) {
        if (name.indexOf('.') <= 0 || name.length() > 255 || name.indexOf('\0') >= 0 || value.length > 65535) {
            throw new IllegalArgumentException("not an extended attribute: " + name + " of " + value.length + " bytes");
        }
        SortedMap<String, byte[]> copy = new TreeMap<>(values);
        copy.put(name, value.clone());
        return new Xattrs(copy);
    }

    /** Names and values; the values are not to be changed. */
    public SortedMap<String, byte[]> asMap() {
        return Collections.unmodifiableSortedMap(values);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Xattrs that
                && values.keySet().equals(that.values.keySet())
                && values.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), that.values.get(e.getKey())));
    }

    @Override
    public int hashCode() {
        return values.keySet().hashCode();
    }

    /** {@code name=0xhex} for each, separated by blanks. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(text.isEmpty() ? "" : " ")
                .append(name)
                .append("=0x")
                .append(HexFormat.of().formatHex(value)));
        return text.toString();
    }
}
