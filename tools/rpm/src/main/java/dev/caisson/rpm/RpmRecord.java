package dev.caisson.rpm;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a database of installed packages keeps of a package: its header, and of the signature header the tags that rpm merges into
 * it (headerMergeLegacySigs in rpm's lib/package.c). Immutable.
 *
 * <p>The form in the database is a header without its magic, whose region covers the package's own tags only. Behind the region's
 * entries and data come those that were added, by tag, aligned as everywhere.
 */
public final class RpmRecord {
    private static final int FIRST_SIGNATURE_TAG = 256;
    private static final int FIRST_LEGACY_TAG = 1000;
    private static final int ARCHIVESIZE = 1046;

    /** Tags of signature headers that have other numbers in headers. */
    private static final Map<Integer, Integer> LEGACY = Map.of(
            RpmTag.SIG_SIZE, 257,
            RpmTag.SIG_PGP, 259,
            RpmTag.SIG_MD5, 261,
            RpmTag.SIG_GPG, 262,
            RpmTag.SIG_PAYLOADSIZE, ARCHIVESIZE);

    private final RpmHeader header;
    private final SortedMap<Integer, Added> added;

    private record Added(HeaderType type, int count, byte[] data) {}

    private RpmRecord(RpmHeader header, SortedMap<Integer, Added> added) {
        this.header = header;
        this.added = added;
    }

    /** What became of a file of the package, with the numbers of rpm's {@code rpmfileState}. */
    public enum FileState {
        /** It is installed. */
        NORMAL(0),
        /** Another package's file is in its place. */
        REPLACED(1),
        /** It was left out. */
        NOT_INSTALLED(2),
        /** It lies on a shared file system; never said here. */
        NET_SHARED(3),
        /** The file of another colour was preferred. */
        WRONG_COLOR(4);

        private final int number;

        FileState(int number) {
            this.number = number;
        }
    }

    /**
     * How a package came into the system.
     *
     * @param timeSeconds when, in seconds since 1970
     * @param transactionId number of the transaction, 32 bits; rpm takes the time
     * @param color the machine's colours: 3 where 32-bit and 64-bit programs run
     * @param states one a file, in the header's order
     */
    public record Installation(long timeSeconds, long transactionId, int color, List<FileState> states) {
        /** Copies. */
        public Installation {
            states = List.copyOf(states);
        }
    }

    /**
     * The record of a package.
     *
     * @throws UnsupportedFeatureException for v3 packages, whose headers have no region
     */
    public static RpmRecord of(RpmPackage rpm) throws FormatException {
        RpmHeader header = rpm.header();
        if (!header.hasRegion()) {
            throw new UnsupportedFeatureException(
                    rpm.called(),
                    FormatException.NO_OFFSET,
                    "has a header without region",
                    "a package of rpm 4 or newer");
        }
        TreeMap<Integer, Added> added = new TreeMap<>();
        RpmHeader signature = rpm.signatureHeader();
        for (int tag : signature.tags()) {
            int as = tag < FIRST_SIGNATURE_TAG || tag >= FIRST_LEGACY_TAG ? LEGACY.getOrDefault(tag, 0) : tag;
            if (as != 0 && !header.has(as)) {
                added.put(
                        as,
                        new Added(signature.type(tag).orElseThrow(), signature.count(tag), signature.rawValue(tag)));
            }
        }
        return new RpmRecord(header, added);
    }

    /** Reads what {@link #toBytes} gives. */
    public static RpmRecord ofBytes(byte[] bytes, RpmLimits limits) throws IOException {
        BinaryReader in = BinaryReader.bigEndian("RPM record", bytes);
        byte[] raw = in.bytes(length(in));
        RpmHeader header = RpmHeader.read(
                ByteSource.of(raw), 0, "RPM header", RpmTag.HEADER_IMMUTABLE, limits.headerBytes(), limits);
        if (!header.hasRegion() || header.size() != raw.length) {
            throw new CorruptDataException("RPM record", 0, "has a header of another kind", "one with a region");
        }
        TreeMap<Integer, Added> added = new TreeMap<>();
        while (in.remaining() > 0) {
            int tag = in.i32();
            long number = in.u32();
            HeaderType type = HeaderType.ofNumber(number)
                    .orElseThrow(
                            () -> new CorruptDataException("RPM record", in.offset(), "has type " + number, "1 to 9"));
            int count = in.i32();
            added.put(tag, new Added(type, count, in.bytes(length(in))));
        }
        return new RpmRecord(header, added);
    }

    private static int length(BinaryReader in) throws FormatException {
        long length = in.u32();
        if (length > in.remaining()) {
            throw new CorruptDataException(
                    "RPM record", in.offset(), "says " + length + " bytes", "at most " + in.remaining());
        }
        return (int) length;
    }

    /** A form to be kept, private to this program. */
    public byte[] toBytes() {
        BinaryWriter out = BinaryWriter.bigEndian(header.size() + 1024);
        out.u32(header.size()).bytes(header.bytes());
        added.forEach((tag, value) -> out.u32(tag)
                .u32(value.type.number())
                .u32(value.count)
                .u32(value.data.length)
                .bytes(value.data));
        return out.toByteArray();
    }

    /** The package's header. */
    public RpmHeader header() {
        return header;
    }

    /** The package's files. */
    public List<RpmFile> files() throws IOException {
        return new FileTable(header, false, RpmLimits.DEFAULT).read();
    }

    /** The MD5 digest of header and payload that older packages carry; empty when there is none. */
    public byte[] md5() {
        Added value = added.get(261);
        return value == null ? new byte[0] : value.data.clone();
    }

    /** The SHA-1 digest of the header in hexadecimal; empty when there is none. */
    public byte[] sha1() {
        Added value = added.get(RpmTag.SIG_SHA1);
        return value == null ? new byte[0] : Arrays.copyOf(value.data, value.data.length - 1);
    }

    /** The header as it lies in a database once the package is installed. */
    public byte[] installed(Installation how) {
        TreeMap<Integer, Added> all = new TreeMap<>(added);
        all.put(RpmTag.INSTALLTIME, number(how.timeSeconds()));
        all.put(RpmTag.INSTALLCOLOR, number(how.color()));
        all.put(RpmTag.INSTALLTID, number(how.transactionId()));
        if (!how.states().isEmpty()) {
            byte[] states = new byte[how.states().size()];
            for (int i = 0; i < states.length; i++) {
                states[i] = (byte) how.states().get(i).number;
            }
            all.put(RpmTag.FILESTATES, new Added(HeaderType.CHAR, states.length, states));
        }
        byte[] whole = header.bytes();
        BinaryReader intro = BinaryReader.bigEndian("RPM header", whole);
        try {
            intro.skip(RpmHeader.MAGIC.length);
            int entries = intro.i32();
            int dataAt = RpmHeader.INTRO + entries * HeaderEntry.SIZE;
            BinaryWriter index = BinaryWriter.bigEndian(1024);
            BinaryWriter data = BinaryWriter.bigEndian(whole.length + 1024).bytes(whole, dataAt, whole.length - dataAt);
            all.forEach((tag, value) -> {
                data.alignTo(value.type.alignment());
                index.u32(tag).u32(value.type.number()).u32(data.position()).u32(value.count);
                data.bytes(value.data);
            });
            return BinaryWriter.bigEndian(whole.length + 2048)
                    .u32(entries + all.size())
                    .u32(data.position())
                    .bytes(whole, RpmHeader.INTRO, dataAt - RpmHeader.INTRO)
                    .bytes(index.toByteArray())
                    .bytes(data.toByteArray())
                    .toByteArray();
        } catch (FormatException e) {
            throw new IllegalStateException(e); // the header was read before
        }
    }

    private static Added number(long value) {
        return new Added(
                HeaderType.INT32, 1, BinaryWriter.bigEndian(4).u32(value).toByteArray());
    }
}
