package dev.caisson.rpm;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A header: numbered tags with values (rpm's {@code docs/manual/format_header.md}), big-endian.
 *
 * <pre>
 * offset       size field
 *      0          8 magic  8E AD E8 01 00 00 00 00
 *      8          4 il     number of index entries
 *     12          4 dl     bytes of data
 *     16      16*il index  tag, type, offset, count, 32 bits each
 *     16+16*il   dl data
 * </pre>
 *
 * <p>Since v4 the first entry is a region: 16 bytes (tag 62 in signature headers, 63 in others) that end the data and look like an
 * entry, whose offset is minus the size of the index. All that rpm checks is checked before a value is used: entries may not
 * overlap, and every value lies within the data. Where a tag comes twice, the first one counts, except in v6 packages, where it is
 * refused. Immutable.
 */
public final class RpmHeader {
    static final int INTRO = 16;
    static final byte[] MAGIC = {(byte) 0x8e, (byte) 0xad, (byte) 0xe8, 1, 0, 0, 0, 0};

    /** Tags below are regions and nothing else. */
    private static final int FIRST_TAG = 100;

    private final String structure;
    private final long fileOffset;
    private final byte[] bytes;
    private final int dataStart;
    private final boolean region;
    private final Map<Integer, HeaderEntry> entries;

    private RpmHeader(
            String structure,
            long fileOffset,
            byte[] bytes,
            int dataStart,
            boolean region,
            Map<Integer, HeaderEntry> entries) {
        this.structure = structure;
        this.fileOffset = fileOffset;
        this.bytes = bytes;
        this.dataStart = dataStart;
        this.region = region;
        this.entries = entries;
    }

    /**
     * Reads the header at {@code offset}.
     *
     * @param structure name for messages
     * @param regionTag of the region that the first entry may be
     * @param maxBytes largest size of index and data together
     */
    static RpmHeader read(
            ByteSource source, long offset, String structure, int regionTag, int maxBytes, RpmLimits limits)
            throws IOException {
        BinaryReader intro =
                new BinaryReader(structure, source.read(offset, INTRO), 0, INTRO, offset, ByteOrder.BIG_ENDIAN);
        byte[] magic = intro.bytes(MAGIC.length);
        if (!Arrays.equals(magic, 0, 3, MAGIC, 0, 3)) {
            throw new CorruptDataException(structure + " magic", offset, "is 0x" + hex(magic), "0x" + hex(MAGIC));
        }
        if (!Arrays.equals(magic, MAGIC)) {
            throw new UnsupportedFeatureException(
                    structure + " magic", offset, "is 0x" + hex(magic), "0x" + hex(MAGIC));
        }
        long il = intro.u32();
        long dl = intro.u32();
        if (il == 0 || dl == 0) {
            throw new CorruptDataException(
                    structure, offset + MAGIC.length, "has " + il + " entries and " + dl + " bytes of data", "some");
        }
        if (il > limits.entries()) {
            throw new LimitExceededException(
                    structure, offset + 8, "has " + il + " entries", "at most " + limits.entries());
        }
        long size = il * HeaderEntry.SIZE + dl;
        if (size > maxBytes) {
            throw new LimitExceededException(structure, offset + 8, "has " + size + " bytes", "at most " + maxBytes);
        }
        byte[] bytes = source.read(offset, Math.toIntExact(INTRO + size));
        return new Parser(structure, offset, bytes, (int) il, limits.arrayValues()).parse(regionTag);
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    /** Checks the index. For one header. */
    private static final class Parser {
        private final String structure;
        private final long fileOffset;
        private final byte[] bytes;
        private final int count;
        private final int dataStart;
        private final int dataSize;
        private final int maxValues;
        private final Map<Integer, HeaderEntry> entries = new TreeMap<>();

        Parser(String structure, long fileOffset, byte[] bytes, int count, int maxValues) {
            this.structure = structure;
            this.fileOffset = fileOffset;
            this.bytes = bytes;
            this.count = count;
            this.dataStart = INTRO + count * HeaderEntry.SIZE;
            this.dataSize = bytes.length - dataStart;
            this.maxValues = maxValues;
        }

        RpmHeader parse(int regionTag) throws FormatException {
            boolean region = ByteBuffer.wrap(bytes).getInt(INTRO) == regionTag;
            int dataEnd = dataSize;
            if (region) {
                checkRegion(regionTag);
                dataEnd -= HeaderEntry.SIZE;
            }
            int end = 0;
            for (int i = region ? 1 : 0; i < count; i++) {
                HeaderEntry entry = read(i, end, dataEnd);
                end = entry.offset() + entry.length();
                entries.putIfAbsent(entry.tag(), entry);
            }
            return new RpmHeader(structure, fileOffset, bytes, dataStart, region, entries);
        }

        /** In packages the region is all of the header, so its trailer is the data's last 16 bytes. */
        private void checkRegion(int tag) throws FormatException {
            BinaryReader entry = at(INTRO).skip(4);
            int type = entry.i32();
            long offset = entry.u32();
            long size = entry.u32();
            if (type != HeaderType.BIN.number()
                    || size != HeaderEntry.SIZE
                    || offset != (long) dataSize - HeaderEntry.SIZE) {
                throw corrupt(
                        "region",
                        INTRO,
                        "has type " + type + ", offset " + offset + " and count " + size,
                        "7, " + ((long) dataSize - HeaderEntry.SIZE) + " and 16");
            }
            int trailerAt = bytes.length - HeaderEntry.SIZE;
            BinaryReader trailer = at(trailerAt);
            int trailerTag = trailer.i32();
            // Old packages have the tag of "header image" in the trailer of signatures.
            boolean known = trailerTag == tag || tag == RpmTag.HEADER_SIGNATURES && trailerTag == RpmTag.HEADER_IMAGE;
            if (!known
                    || trailer.i32() != HeaderType.BIN.number()
                    || trailer.i32() != -count * HeaderEntry.SIZE
                    || trailer.i32() != HeaderEntry.SIZE) {
                throw corrupt("region trailer", trailerAt, "is not the region's own entry", "");
            }
        }

        private BinaryReader at(int position) {
            return new BinaryReader(
                    structure, bytes, position, bytes.length - position, fileOffset + position, ByteOrder.BIG_ENDIAN);
        }

        private HeaderEntry read(int index, int previousEnd, int dataEnd) throws FormatException {
            int position = INTRO + index * HeaderEntry.SIZE;
            BinaryReader in = at(position);
            long tag = in.u32();
            long type = in.u32();
            long offset = in.u32();
            long values = in.u32();
            if (tag < FIRST_TAG || tag > Integer.MAX_VALUE) {
                throw corrupt("entry " + index, position, "has tag " + tag, "100 or above");
            }
            HeaderType known = HeaderType.ofNumber(type)
                    .orElseThrow(() -> corrupt("tag " + tag, position, "has type " + type, "1 to 9"));
            if (offset < previousEnd || offset > dataEnd || offset % known.alignment() != 0) {
                String expected = previousEnd + " to " + dataEnd
                        + (known.alignment() > 1 ? ", a multiple of " + known.alignment() : "");
                throw corrupt("tag " + tag, position, "has offset " + offset, expected);
            }
            if (values == 0 || values > dataSize || known == HeaderType.STRING && values != 1) {
                throw corrupt(
                        "tag " + tag,
                        position,
                        "has count " + values,
                        "1" + (known == HeaderType.STRING ? "" : " or more"));
            }
            if (known != HeaderType.BIN && values > maxValues) {
                throw new LimitExceededException(
                        structure + " tag " + tag,
                        fileOffset + position,
                        "has " + values + " values",
                        "at most " + maxValues);
            }
            long length = known.isText() ? textLength(tag, (int) offset, (int) values, dataEnd) : values * known.size();
            if (offset + length > dataEnd) {
                throw corrupt("tag " + tag, position, "has data up to byte " + (offset + length), "at most " + dataEnd);
            }
            return new HeaderEntry((int) tag, known, (int) offset, (int) values, (int) length);
        }

        private int textLength(long tag, int offset, int values, int dataEnd) throws FormatException {
            int at = dataStart + offset;
            int end = dataStart + dataEnd;
            for (int i = 0; i < values; i++) {
                while (at < end && bytes[at] != 0) {
                    at++;
                }
                if (at >= end) {
                    throw corrupt("tag " + tag, dataStart + offset, "has a string without end", "NUL");
                }
                at++;
            }
            return at - dataStart - offset;
        }

        private CorruptDataException corrupt(String what, int position, String actual, String expected) {
            return new CorruptDataException(structure + " " + what, fileOffset + position, actual, expected);
        }
    }

    /** The v6 format's rule: tags in order, each once. */
    void requireStrictOrder() throws FormatException {
        long last = 0;
        BinaryReader index =
                new BinaryReader(structure, bytes, INTRO, dataStart - INTRO, fileOffset + INTRO, ByteOrder.BIG_ENDIAN);
        while (index.remaining() > 0) {
            long offset = index.offset();
            long tag = index.u32();
            if (tag <= last) {
                throw new CorruptDataException(
                        structure + " tag " + tag, offset, "comes after tag " + last, "tags in order, each once");
            }
            last = tag;
            index.skip(12);
        }
    }

    /** Whether the first entry is a region, as in all v4 packages. */
    public boolean hasRegion() {
        return region;
    }

    /** The tags in ascending order, without the region. */
    public List<Integer> tags() {
        return List.copyOf(entries.keySet());
    }

    /** Whether there is such a tag. */
    public boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** The type of a tag's values. */
    public Optional<HeaderType> type(int tag) {
        return Optional.ofNullable(entries.get(tag)).map(HeaderEntry::type);
    }

    /** Number of values of a tag; 0 when there is no such tag. */
    public int count(int tag) {
        HeaderEntry entry = entries.get(tag);
        return entry == null ? 0 : entry.count();
    }

    /** The data of a tag as it is stored; nothing when there is no such tag. */
    byte[] rawValue(int tag) {
        HeaderEntry entry = entries.get(tag);
        return entry == null
                ? new byte[0]
                : Arrays.copyOfRange(bytes, dataStart + entry.offset(), dataStart + entry.offset() + entry.length());
    }

    /** Position of the header in its package. */
    long fileOffset() {
        return fileOffset;
    }

    /** Size in bytes with magic. */
    int size() {
        return bytes.length;
    }

    /** The whole, with magic: what digests and signatures cover. Not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * The first string of a tag, of any string type: of an international one, the one in no language. Bytes that are not UTF-8 are
     * taken for ISO-8859-1.
     *
     * @throws CorruptDataException when the tag's values are no strings
     */
    public Optional<String> string(int tag) throws FormatException {
        HeaderEntry entry = entries.get(tag);
        if (entry == null) {
            return Optional.empty();
        }
        checkText(entry);
        int from = dataStart + entry.offset();
        int to = from;
        while (bytes[to] != 0) {
            to++;
        }
        return Optional.of(text(bytes, from, to));
    }

    /**
     * The strings of a tag; empty when there is no such tag.
     *
     * @throws CorruptDataException when the tag's values are no strings
     */
    public List<String> strings(int tag) throws FormatException {
        List<String> result = new ArrayList<>(count(tag));
        String last = null;
        for (byte[] raw : byteStrings(tag)) {
            String next = text(raw, 0, raw.length);
            // Arrays of user names and the like repeat one string thousands of times.
            last = next.equals(last) ? last : next;
            result.add(last);
        }
        return result;
    }

    /**
     * The strings of a tag as they are stored, without NUL; empty when there is no such tag.
     *
     * @throws CorruptDataException when the tag's values are no strings
     */
    public List<byte[]> byteStrings(int tag) throws FormatException {
        HeaderEntry entry = entries.get(tag);
        if (entry == null) {
            return List.of();
        }
        checkText(entry);
        List<byte[]> result = new ArrayList<>(entry.count());
        int from = dataStart + entry.offset();
        for (int i = 0; i < entry.count(); i++) {
            int to = from;
            while (bytes[to] != 0) {
                to++;
            }
            result.add(Arrays.copyOfRange(bytes, from, to));
            from = to + 1;
        }
        return result;
    }

    /**
     * The first number of a tag.
     *
     * @throws CorruptDataException when the tag's values are no numbers
     */
    public OptionalLong number(int tag) throws FormatException {
        HeaderEntry entry = entries.get(tag);
        if (entry == null) {
            return OptionalLong.empty();
        }
        checkNumber(entry);
        return OptionalLong.of(value(entry, 0));
    }

    /**
     * The numbers of a tag, all but 64-bit ones unsigned; empty when there is no such tag.
     *
     * @throws CorruptDataException when the tag's values are no numbers
     */
    public long[] numbers(int tag) throws FormatException {
        HeaderEntry entry = entries.get(tag);
        if (entry == null) {
            return new long[0];
        }
        checkNumber(entry);
        long[] values = new long[entry.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(entry, i);
        }
        return values;
    }

    private long value(HeaderEntry entry, int index) {
        int width = entry.type().size();
        int at = dataStart + entry.offset() + index * width;
        long value = 0;
        for (int i = at; i < at + width; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /**
     * The bytes of a binary tag.
     *
     * @throws CorruptDataException when the tag is not binary
     */
    public Optional<byte[]> binary(int tag) throws FormatException {
        HeaderEntry entry = entries.get(tag);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.type() != HeaderType.BIN) {
            throw wrongType(entry, "bin");
        }
        int from = dataStart + entry.offset();
        return Optional.of(Arrays.copyOfRange(bytes, from, from + entry.length()));
    }

    private void checkText(HeaderEntry entry) throws CorruptDataException {
        if (!entry.type().isText()) {
            throw wrongType(entry, "strings");
        }
    }

    private void checkNumber(HeaderEntry entry) throws CorruptDataException {
        if (!entry.type().isNumber()) {
            throw wrongType(entry, "numbers");
        }
    }

    private CorruptDataException wrongType(HeaderEntry entry, String expected) {
        return corrupt(entry.tag(), "is of type " + entry.type(), expected);
    }

    /** An exception about a tag of this header. */
    CorruptDataException corrupt(int tag, String actual, String expected) {
        HeaderEntry entry = entries.get(tag);
        long at = entry == null ? fileOffset : fileOffset + dataStart + entry.offset();
        return new CorruptDataException(structure + " " + RpmTag.name(tag), at, actual, expected);
    }

    static String text(byte[] raw, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(raw, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(raw, from, to - from, StandardCharsets.ISO_8859_1);
        }
    }
}
