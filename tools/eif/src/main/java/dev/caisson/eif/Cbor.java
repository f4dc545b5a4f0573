package dev.caisson.eif;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The little of CBOR (RFC 8949) that signatures need: definite lengths, shortest heads. */
final class Cbor {
    static final int UNSIGNED = 0;
    static final int NEGATIVE = 1;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ARRAY = 4;
    static final int MAP = 5;

    private static final String STRUCTURE = "EIF signature";

    private Cbor() {}

    /** Encodes with a writer of its own. */
    static byte[] encode(Consumer<BinaryWriter> items) {
        BinaryWriter out = BinaryWriter.bigEndian(256);
        items.accept(out);
        return out.toByteArray();
    }

    static void head(BinaryWriter out, int major, long value) {
        int type = major << 5;
        if (value < 24) {
            out.u8(type | (int) value);
        } else if (value < 1 << 8) {
            out.u8(type | 24).u8((int) value);
        } else if (value < 1 << 16) {
            out.u8(type | 25).u16((int) value);
        } else {
            out.u8(type | 26).u32(value);
        }
    }

    static void text(BinaryWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        head(out, TEXT, bytes.length);
        out.bytes(bytes);
    }

    static void bytes(BinaryWriter out, byte[] bytes) {
        head(out, BYTES, bytes.length);
        out.bytes(bytes);
    }

    /** Bytes as an array of numbers, as the loader's library has them. */
    static void numbers(BinaryWriter out, byte[] bytes) {
        head(out, ARRAY, bytes.length);
        for (byte b : bytes) {
            head(out, UNSIGNED, b & 0xff);
        }
    }

    /** The value of a head that must be of this kind. */
    static long head(BinaryReader in, int major) throws FormatException {
        long at = in.offset();
        int first = in.u8();
        if (first >> 5 != major) {
            throw new CorruptDataException(STRUCTURE, at, "CBOR item of type " + (first >> 5), Integer.toString(major));
        }
        return switch (first & 31) {
            case 24 -> in.u8();
            case 25 -> in.u16();
            case 26 -> in.u32();
            default -> {
                if ((first & 31) > 26) {
                    throw new CorruptDataException(STRUCTURE, at, "CBOR head " + (first & 31), "at most 26");
                }
                yield first & 31;
            }
        };
    }

    static void expect(BinaryReader in, int major, long value) throws FormatException {
        long at = in.offset();
        long found = head(in, major);
        if (found != value) {
            throw new CorruptDataException(STRUCTURE, at, "CBOR value " + found, Long.toString(value));
        }
    }

    static void expectText(BinaryReader in, String text) throws FormatException {
        long at = in.offset();
        String found = new String(in.bytes(head(in, TEXT)), StandardCharsets.UTF_8);
        if (!found.equals(text)) {
            throw new CorruptDataException(STRUCTURE, at, "key \"" + found + "\"", text);
        }
    }

    static byte[] bytes(BinaryReader in) throws FormatException {
        return in.bytes(head(in, BYTES));
    }

    static byte[] numbers(BinaryReader in) throws FormatException {
        long at = in.offset();
        long count = head(in, ARRAY);
        if (count > in.remaining()) {
            throw new CorruptDataException(STRUCTURE, at, count + " numbers", "at most " + in.remaining());
        }
        byte[] bytes = new byte[(int) count];
        for (int i = 0; i < bytes.length; i++) {
            long value = head(in, UNSIGNED);
            if (value > 255) {
                throw new CorruptDataException(STRUCTURE, in.offset(), "number " + value, "a byte");
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    static void expectEnd(BinaryReader in) throws FormatException {
        if (in.remaining() > 0) {
            throw new CorruptDataException(STRUCTURE, in.offset(), in.remaining() + " more bytes", "the end");
        }
    }

    static BinaryReader reader(byte[] bytes) {
        return BinaryReader.bigEndian(STRUCTURE, bytes);
    }
}
