package dev.caisson.rpmdb;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A row or an index key in SQLite's record format (fileformat2, section 2.1): size of the header, a serial type a column, then the
 * values. Serial types: 0 null, 1–6 numbers of 1, 2, 3, 4, 6, 8 bytes, 8 and 9 the numbers 0 and 1, from 12 bytes (even) and
 * text (odd) by length.
 */
final class SqliteRecord {
    private static final int[] WIDTHS = {1, 2, 3, 4, 6, 8};
    private static final int MAX_VARINT = 9;

    private SqliteRecord() {}

    /**
     * Encodes values.
     *
     * @param values each a Long, a byte[] (bytes), a {@link Text} or null
     */
    static byte[] encode(List<?> values) {
        BinaryWriter types = BinaryWriter.bigEndian(16);
        BinaryWriter data = BinaryWriter.bigEndian(64);
        for (Object value : values) {
            if (value == null) {
                types.u8(0);
            } else if (value instanceof Long number) {
                number(types, data, number);
            } else if (value instanceof Text text) {
                varint(types, text.bytes().length * 2L + 13);
                data.bytes(text.bytes());
            } else {
                byte[] bytes = (byte[]) value;
                varint(types, bytes.length * 2L + 12);
                data.bytes(bytes);
            }
        }
        // The header's size counts itself; our headers are far below 127 bytes.
        int size = types.position() + 1;
        BinaryWriter out = BinaryWriter.bigEndian(size + data.position());
        varint(out, size);
        return out.bytes(types.toByteArray()).bytes(data.toByteArray()).toByteArray();
    }

    /** Text as bytes, which need not be UTF-8: rpm stores names as they are. */
    record Text(byte[] bytes) {
        static Text of(String text) {
            return new Text(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Text that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private static void number(BinaryWriter types, BinaryWriter data, long value) {
        if (value == 0 || value == 1) {
            types.u8(value == 0 ? 8 : 9);
            return;
        }
        int type = 0;
        while (type < WIDTHS.length - 1 && !fits(value, WIDTHS[type])) {
            type++;
        }
        types.u8(type + 1);
        for (int shift = 8 * (WIDTHS[type] - 1); shift >= 0; shift -= 8) {
            data.u8((int) (value >> shift & 0xff));
        }
    }

    private static boolean fits(long value, int bytes) {
        long limit = 1L << (8 * bytes - 1);
        return value >= -limit && value < limit;
    }

    /** A number of 1 to 9 bytes, seven bits in each, the most significant first; the ninth byte has eight. */
    static void varint(BinaryWriter out, long value) {
        if (value >>> 56 != 0) {
            for (int i = MAX_VARINT - 1; i > 0; i--) {
                out.u8((int) (value >>> (8 + 7 * (i - 1)) & 0x7f | 0x80));
            }
            out.u8((int) (value & 0xff));
            return;
        }
        int groups = 1;
        while (value >>> (7 * groups) != 0) {
            groups++;
        }
        for (int i = groups - 1; i >= 0; i--) {
            out.u8((int) (value >>> (7 * i) & 0x7f | (i > 0 ? 0x80 : 0)));
        }
    }
}
