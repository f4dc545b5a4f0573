package dev.caisson.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The numbers of the LZ4 block format (lz4_Block_format.md, 2022-07-31), and the word accesses that its encoder lives on.
 *
 * <pre>
 * block    := sequence* last
 * sequence := token [literal length bytes] literals offset(u16 little endian, 1..65535) [match length bytes]
 * last     := token [literal length bytes] literals
 * token    := literal length (high 4 bits, 15: bytes follow) | match length - 4 (low 4 bits, 15: bytes follow)
 * length bytes := 255* (0..254), summed up
 * </pre>
 */
final class Lz4Format {
    /** The shortest match; the token stores what is above. */
    static final int MIN_MATCH = 4;
    /** The largest offset; window size minus one. */
    static final int MAX_OFFSET = 65_535;
    /** End-of-block rule: so many bytes at the end are literals. */
    static final int LAST_LITERALS = 5;
    /** End-of-block rule: the last match starts at least so many bytes before the end. */
    static final int LAST_MATCH_START = 12;
    /** The value of a token's half that says "more bytes follow". */
    static final int EXTENDED = 15;
    /** The longest match that needs no length byte. */
    static final int SHORT_MATCH = MIN_MATCH + EXTENDED - 1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Lz4Format() {}

    static int read4(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static long read8(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void write8(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    /** Number of length bytes after a literal run's token. */
    static int literalLengthBytes(int literals) {
        return literals < EXTENDED ? 0 : 1 + (literals - EXTENDED) / 255;
    }

    /** Number of length bytes after a match's offset. */
    static int matchLengthBytes(int length) {
        return length <= SHORT_MATCH ? 0 : 1 + (length - SHORT_MATCH - 1) / 255;
    }

    /** How many bytes two words have in common, from the first one on. */
    static int equalBytes(long a, long b) {
        return Long.numberOfTrailingZeros(a ^ b) >>> 3;
    }

    /** How many bytes from {@code a} and {@code b} on are equal; {@code b} stays below {@code limit} and is the later one. */
    static int commonLength(byte[] src, int a, int b, int limit) {
        int start = b;
        while (b <= limit - 8) {
            long difference = read8(src, a) ^ read8(src, b);
            if (difference != 0) {
                return b - start + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
            a += 8;
            b += 8;
        }
        while (b < limit && src[a] == src[b]) {
            a++;
            b++;
        }
        return b - start;
    }
}
