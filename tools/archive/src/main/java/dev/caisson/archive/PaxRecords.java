package dev.caisson.archive;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Xattrs;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys and values of one pax extended header: records of the form {@code LENGTH KEY=VALUE\n}, LENGTH in decimal digits and
 * counting itself (POSIX.1-2017, pax, "pax Extended Header"). Values are bytes.
 */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(new TreeMap<>(), 0);

    private static final String XATTR_PREFIX = "SCHILY.xattr.";
    private static final int MAX_LENGTH_DIGITS = 9;

    /** More than any file system keeps in one inode; each one costs a copy of the set. */
    private static final int MAX_XATTRS = 256;

    private final Map<String, byte[]> values;
    private final long offset;

    private PaxRecords(Map<String, byte[]> values, long offset) {
        this.values = values;
        this.offset = offset;
    }

    /** Parses the content of a header that lies at {@code offset} of the archive. */
    static PaxRecords parse(byte[] bytes, long offset) throws FormatException {
        Map<String, byte[]> values = new TreeMap<>();
        int at = 0;
        while (at < bytes.length) {
            int blank = at;
            int length = 0;
            while (blank < bytes.length
                    && bytes[blank] >= '0'
                    && bytes[blank] <= '9'
                    && blank - at < MAX_LENGTH_DIGITS) {
                length = length * 10 + bytes[blank++] - '0';
            }
            if (blank == at || blank == bytes.length || bytes[blank] != ' ') {
                throw corrupt(offset + at, "has no length", "digits and a blank");
            }
            int end = at + length;
            if (length > bytes.length - at || end <= blank + 2 || bytes[end - 1] != '\n') {
                throw corrupt(offset + at, "has length " + length, "a line feed at its end");
            }
            int equals = blank + 1;
            while (equals < end && bytes[equals] != '=') {
                equals++;
            }
            if (equals >= end - 1 || equals == blank + 1) {
                throw corrupt(offset + at, "has no key", "KEY=VALUE");
            }
            put(
                    values,
                    new String(bytes, blank + 1, equals - blank - 1, StandardCharsets.UTF_8),
                    bytes,
                    equals + 1,
                    end - 1,
                    offset + at);
            at = end;
        }
        return new PaxRecords(values, offset);
    }

    private static void put(Map<String, byte[]> values, String key, byte[] bytes, int from, int to, long offset)
            throws FormatException {
        if (key.startsWith("GNU.sparse.")) {
            // Passing over these keys would give the stored map and fragments as the file's content.
            throw new UnsupportedFeatureException("pax record " + key, offset, "is a sparse file", "");
        }
        if (values.put(key, Arrays.copyOfRange(bytes, from, to)) != null) {
            throw corrupt(offset, "has " + key + " twice", "each key once");
        }
    }

    private static CorruptDataException corrupt(long offset, String actual, String expected) {
        return new CorruptDataException("pax record", offset, actual, expected);
    }

    /** The records of a global header: what describes one member only makes no sense there. */
    PaxRecords asGlobal() throws UnsupportedFeatureException {
        for (String key : new String[] {"path", "linkpath", "size"}) {
            if (values.containsKey(key)) {
                throw new UnsupportedFeatureException("pax global header", offset, "has " + key, "");
            }
        }
        return this;
    }

    /** These records with {@code defaults} for the keys that they do not have. */
    PaxRecords over(PaxRecords defaults) {
        if (defaults.values.isEmpty()) {
            return this;
        }
        Map<String, byte[]> merged = new TreeMap<>(defaults.values);
        merged.putAll(values);
        return new PaxRecords(merged, offset);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** A path or link target, or null; an empty value means that the ustar header's field counts. */
    byte[] name(String key) throws CorruptDataException {
        byte[] value = values.get(key);
        if (value == null || value.length == 0) {
            return null;
        }
        for (byte b : value) {
            if (b == 0) {
                throw new CorruptDataException("pax record " + key, offset, "holds NUL", "");
            }
        }
        return value;
    }

    /** A number from 0 to {@code max}, or {@code otherwise} when the key is absent or empty. */
    long number(String key, long max, long otherwise) throws CorruptDataException {
        byte[] value = values.get(key);
        if (value == null || value.length == 0) {
            return otherwise;
        }
        String text = TarEntry.printable(value);
        if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) > max) {
            throw new CorruptDataException("pax record " + key, offset, "is \"" + text + "\"", "0 to " + max);
        }
        return Long.parseLong(text);
    }

    /** Seconds and nanoseconds, or null; digits below a nanosecond are cut off towards the past. */
    long[] mtime() throws CorruptDataException {
        byte[] value = values.get("mtime");
        if (value == null || value.length == 0) {
            return null;
        }
        String text = TarEntry.printable(value);
        if (!text.matches("-?[0-9]{1,17}(\\.[0-9]{0,100})?")) {
            throw new CorruptDataException("pax record mtime", offset, "is \"" + text + "\"", "a decimal number");
        }
        BigDecimal time = new BigDecimal(text);
        BigDecimal seconds = time.setScale(0, RoundingMode.FLOOR);
        long nanos = time.subtract(seconds)
                .movePointRight(9)
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
        return new long[] {seconds.longValueExact(), nanos};
    }

    /** The {@code SCHILY.xattr.} records. */
    Xattrs xattrs() throws FormatException {
        Xattrs xattrs = Xattrs.NONE;
        int count = 0;
        for (Map.Entry<String, byte[]> e : values.entrySet()) {
            String key = e.getKey();
            if (key.startsWith(XATTR_PREFIX)) {
                if (++count > MAX_XATTRS) {
                    throw new LimitExceededException("pax header", offset, "has more xattrs", "at most " + MAX_XATTRS);
                }
                try {
                    xattrs = xattrs.with(key.substring(XATTR_PREFIX.length()), e.getValue());
                } catch (IllegalArgumentException bad) {
                    String name = TarEntry.printable(key.getBytes(StandardCharsets.UTF_8));
                    throw new CorruptDataException("pax record " + name, offset, bad.getMessage(), "");
                }
            }
        }
        return xattrs;
    }
}
