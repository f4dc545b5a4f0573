package dev.caisson.rpm;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects tags and lays them out as a header with a region, in the order of their numbers; see {@link RpmHeader}. */
final class HeaderBuilder {
    private record Value(HeaderType type, int count, byte[] data) {}

    private final Map<Integer, Value> values = new TreeMap<>();

    HeaderBuilder string(int tag, String text) {
        return text(tag, HeaderType.STRING, List.of(text));
    }

    /** Nothing when there are no strings: a header has no empty arrays. */
    HeaderBuilder strings(int tag, List<String> texts) {
        return texts.isEmpty() ? this : text(tag, HeaderType.STRING_ARRAY, texts);
    }

    HeaderBuilder international(int tag, String text) {
        return text(tag, HeaderType.I18NSTRING, List.of(text));
    }

    private HeaderBuilder text(int tag, HeaderType type, List<String> texts) {
        return bytes(
                tag,
                type,
                texts.stream()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    /** Strings that are bytes: file names. */
    HeaderBuilder byteStrings(int tag, List<byte[]> texts) {
        return texts.isEmpty() ? this : bytes(tag, HeaderType.STRING_ARRAY, texts);
    }

    private HeaderBuilder bytes(int tag, HeaderType type, List<byte[]> texts) {
        BinaryWriter out = BinaryWriter.bigEndian(64);
        for (byte[] text : texts) {
            for (byte b : text) {
                if (b == 0) {
                    throw new IllegalArgumentException("NUL in " + RpmTag.name(tag));
                }
            }
            out.bytes(text).u8(0);
        }
        values.put(tag, new Value(type, texts.size(), out.toByteArray()));
        return this;
    }

    HeaderBuilder int16s(int tag, long... numbers) {
        return numbers(tag, HeaderType.INT16, numbers);
    }

    HeaderBuilder int32s(int tag, long... numbers) {
        return numbers(tag, HeaderType.INT32, numbers);
    }

    HeaderBuilder int64s(int tag, long... numbers) {
        return numbers(tag, HeaderType.INT64, numbers);
    }

    private HeaderBuilder numbers(int tag, HeaderType type, long... numbers) {
        if (numbers.length == 0) {
            return this;
        }
        BinaryWriter out = BinaryWriter.bigEndian(numbers.length * type.size());
        for (long number : numbers) {
            switch (type) {
                case INT16 -> out.u16(Math.toIntExact(number));
                case INT32 -> out.u32(number);
                default -> out.u64(number);
            }
        }
        values.put(tag, new Value(type, numbers.length, out.toByteArray()));
        return this;
    }

    HeaderBuilder binary(int tag, byte[] bytes) {
        values.put(tag, new Value(HeaderType.BIN, bytes.length, bytes.clone()));
        return this;
    }

    /** The header with its magic. */
    byte[] build(int regionTag) {
        BinaryWriter data = BinaryWriter.bigEndian(4096);
        BinaryWriter index = BinaryWriter.bigEndian(4096);
        int count = values.size() + 1;
        for (Map.Entry<Integer, Value> e : values.entrySet()) {
            Value value = e.getValue();
            data.alignTo(value.type().alignment());
            index.u32(e.getKey())
                    .u32(value.type().number())
                    .u32(data.position())
                    .u32(value.count());
            data.bytes(value.data());
        }
        int trailer = data.position();
        data.u32(regionTag)
                .u32(HeaderType.BIN.number())
                .u32(-(long) count * HeaderEntry.SIZE & 0xffffffffL)
                .u32(HeaderEntry.SIZE);
        return BinaryWriter.bigEndian(RpmHeader.INTRO + index.position() + data.position())
                .bytes(RpmHeader.MAGIC)
                .u32(count)
                .u32(data.position())
                .u32(regionTag)
                .u32(HeaderType.BIN.number())
                .u32(trailer)
                .u32(HeaderEntry.SIZE)
                .bytes(index.toByteArray())
                .bytes(data.toByteArray())
                .toByteArray();
    }
}
