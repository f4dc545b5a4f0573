package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.ZstdDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A zchunk file (zchunk's {@code zchunk_format.txt}, version 1): chunks compressed one by one, so that clients can fetch only those
 * that changed. Read as a whole here.
 *
 * <pre>
 * lead       magic "\0ZCK1" · checksum type · header size (of what follows the lead) · header checksum
 * preface    data checksum · flags · compression type · [optional elements: count, then id, size, bytes]
 * index      size · chunk checksum type · chunk count · chunks: checksum · [checksum when decoded] · length · decoded length
 * signatures count · …
 * body       the dictionary (the index's first chunk, perhaps empty), then the chunks
 * </pre>
 *
 * Numbers are little-endian in groups of 7 bits, the last of which has bit 7 set. The header checksum covers the lead before it and
 * everything up to the body. Read: compression 0 (none) and 2 (zstd). Refused: streams (flag 0) and detached headers.
 */
final class ZchunkFile {
    private static final byte[] MAGIC = "\0ZCK1".getBytes(StandardCharsets.US_ASCII);
    private static final String ZCHUNK = "zchunk file";
    private static final int FLAG_STREAMS = 1;
    private static final int FLAG_OPTIONAL = 2;
    private static final int FLAG_DECODED_CHECKSUMS = 4;
    private static final int MAXIMUM_HEADER = 64 << 20;
    private static final int MAXIMUM_CHUNK = 64 << 20;
    private static final int MAXIMUM_LEAD = MAGIC.length + 10 + 10 + 64;

    private final ByteSource source;
    private final List<Chunk> chunks = new ArrayList<>();
    private byte[] header;
    private int at;
    private int compression;
    private byte[] dictionary = new byte[0];

    private record Chunk(byte[] checksum, ChecksumType type, long offset, int length, int decodedLength) {}

    /** Numbers of the format. The last one is the first 16 bytes of a SHA-512. */
    private enum ChecksumType {
        SHA1(DigestAlgorithm.SHA1, 20),
        SHA256(DigestAlgorithm.SHA256, 32),
        SHA512(DigestAlgorithm.SHA512, 64),
        SHA512_128(DigestAlgorithm.SHA512, 16);

        private final DigestAlgorithm algorithm;
        private final int sizeBytes;

        ChecksumType(DigestAlgorithm algorithm, int sizeBytes) {
            this.algorithm = algorithm;
            this.sizeBytes = sizeBytes;
        }

        boolean matches(MessageDigest digest, byte[] expected) {
            return Arrays.equals(Arrays.copyOf(digest.digest(), sizeBytes), expected);
        }
    }

    private ZchunkFile(ByteSource source) {
        this.source = source;
    }

    static boolean isZchunk(byte[] head) {
        return head.length >= MAGIC.length && Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** Reads and checks the header. */
    static ZchunkFile open(ByteSource source) throws IOException {
        ZchunkFile file = new ZchunkFile(source);
        file.readHeader();
        return file;
    }

    private void readHeader() throws IOException {
        header = source.read(0, (int) Math.min(source.size(), MAXIMUM_LEAD));
        if (!isZchunk(header)) {
            throw new NotThisFormatException(ZCHUNK, 0, "has another magic", "\\0ZCK1");
        }
        at = MAGIC.length;
        ChecksumType type = checksumType();
        long size = number();
        int checksumAt = at;
        byte[] checksum = bytes(type.sizeBytes);
        long total = at + size;
        if (size > MAXIMUM_HEADER) {
            throw new LimitExceededException(ZCHUNK, 0, "has a header of " + size + " bytes", "at most 64 MiB");
        }
        if (total > source.size()) {
            throw corrupt("ends within its header", total + " bytes of header");
        }
        int preface = at;
        header = source.read(0, (int) total);
        MessageDigest digest = type.algorithm.newDigest();
        digest.update(header, 0, checksumAt);
        digest.update(header, preface, header.length - preface);
        if (!type.matches(digest, checksum)) {
            throw corrupt("has a header that does not fit its checksum", "an undamaged one");
        }
        readPreface(type);
    }

    private void readPreface(ChecksumType type) throws IOException {
        bytes(type.sizeBytes); // of the whole body: every chunk has its own
        long flags = number();
        if ((flags & ~(FLAG_OPTIONAL | FLAG_DECODED_CHECKSUMS)) != 0) {
            throw new UnsupportedFeatureException(
                    ZCHUNK,
                    at,
                    "has the flags 0x" + Long.toHexString(flags),
                    (flags & FLAG_STREAMS) != 0 ? "no streams" : "flags 1 and 2 at most");
        }
        compression = (int) number();
        if (compression != 0 && compression != 2) {
            throw new UnsupportedFeatureException(ZCHUNK, at, "has compression type " + compression, "0 or 2 (zstd)");
        }
        if ((flags & FLAG_OPTIONAL) != 0) {
            for (long count = number(); count > 0; count--) {
                number();
                bytes(number());
            }
        }
        readIndex((flags & FLAG_DECODED_CHECKSUMS) != 0);
    }

    private void readIndex(boolean decodedChecksums) throws IOException {
        number(); // size
        ChecksumType type = checksumType();
        long count = number();
        long offset = header.length;
        if (count < 1) {
            throw corrupt("has an index without a dictionary", "at least that");
        }
        for (long i = 0; i < count; i++) {
            byte[] checksum = bytes(type.sizeBytes);
            if (decodedChecksums) {
                bytes(type.sizeBytes);
            }
            long length = number();
            long decoded = number();
            if (length > MAXIMUM_CHUNK || decoded > MAXIMUM_CHUNK) {
                throw new LimitExceededException(
                        ZCHUNK, at, "has a chunk of " + Math.max(length, decoded) + " bytes", "at most 64 MiB");
            }
            if (length > source.size() - offset) {
                throw corrupt("ends within chunk " + i, "all chunks");
            }
            chunks.add(new Chunk(checksum, type, offset, (int) length, (int) decoded));
            offset += length;
        }
        if (offset != source.size()) {
            throw corrupt("has " + (source.size() - offset) + " bytes behind its last chunk", "the end");
        }
        dictionary = decode(chunks.get(0));
    }

    /** The decoded chunks one behind the other; each is checked when it is reached. */
    InputStream contents() {
        return new InputStream() {
            private int next = 1;
            private byte[] chunk = new byte[0];
            private int used;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                while (used == chunk.length) {
                    if (next == chunks.size()) {
                        return -1;
                    }
                    chunk = decode(chunks.get(next++));
                    used = 0;
                }
                int got = Math.min(length, chunk.length - used);
                System.arraycopy(chunk, used, bytes, offset, got);
                used += got;
                return got;
            }
        };
    }

    private byte[] decode(Chunk chunk) throws IOException {
        byte[] stored = source.read(chunk.offset, chunk.length);
        MessageDigest digest = chunk.type.algorithm.newDigest();
        digest.update(stored);
        // an absent dictionary has zeros for a checksum
        if (chunk.length > 0 && !chunk.type.matches(digest, chunk.checksum)) {
            throw new CorruptDataException(
                    ZCHUNK, chunk.offset, "has a chunk that does not fit its checksum", "an undamaged one");
        }
        if (compression == 0 || chunk.length == 0) {
            if (chunk.length != chunk.decodedLength) {
                throw new CorruptDataException(
                        ZCHUNK, chunk.offset, "has a chunk of " + chunk.length + " bytes", chunk.decodedLength + "");
            }
            return stored;
        }
        byte[] decoded = new byte[chunk.decodedLength];
        int length = dictionary.length == 0
                ? ZstdDecoder.decompress(stored, 0, stored.length, decoded, 0, decoded.length)
                : ZstdDecoder.decompress(stored, dictionary, decoded);
        if (length != decoded.length) {
            throw new CorruptDataException(
                    ZCHUNK, chunk.offset, "has a chunk that decodes to " + length + " bytes", decoded.length + "");
        }
        return decoded;
    }

    private ChecksumType checksumType() throws FormatException {
        long type = number();
        if (type >= ChecksumType.values().length) {
            throw new UnsupportedFeatureException(ZCHUNK, at, "has checksum type " + type, "0 to 3");
        }
        return ChecksumType.values()[(int) type];
    }

    private long number() throws CorruptDataException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = bytes(1)[0];
            value |= (long) (next & 0x7f) << shift;
            if ((next & 0x80) != 0) {
                return value;
            }
        }
        throw corrupt("has a number of more than 9 bytes", "at most 63 bits");
    }

    private byte[] bytes(long length) throws CorruptDataException {
        if (length < 0 || length > header.length - at) {
            throw corrupt("has a header that ends early", length + " more bytes");
        }
        byte[] bytes = Arrays.copyOfRange(header, at, at + (int) length);
        at += (int) length;
        return bytes;
    }

    private CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException(ZCHUNK, at, actual, expected);
    }
}
