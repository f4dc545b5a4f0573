package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.SourceStream;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * A metadata file as {@link RepomdFile} describes it: size and checksum are checked before a byte is used, those of the contents when
 * they have been read to the end. Compressed with gzip, bzip2, xz, zstd or zchunk, told by the first bytes, or not at all.
 */
public final class MetadataFile {
    /** Most bytes of contents where {@link RepomdFile} does not say how many there are. */
    private static final long MAXIMUM_OPEN_BYTES = 8L << 30;

    private MetadataFile() {}

    /** Makes something of decompressed contents. */
    public interface Parser<T> {
        /** Reads the contents; does not close them, and need not read them to the end. */
        T parse(InputStream in) throws IOException;
    }

    /**
     * Verifies, decodes and parses.
     *
     * @param source the file as served
     * @throws FormatException when size or checksum are not those of {@code data}, or it cannot be decoded or parsed
     */
    public static <T> T read(RepomdFile.Data data, ByteSource source, Parser<T> parser) throws IOException {
        verify(data, source);
        Contents contents = new Contents(data, decode(data, source));
        T result = parser.parse(contents);
        contents.finish();
        return result;
    }

    /**
     * Checks size and checksum of a file as served.
     *
     * @throws CorruptDataException when they are not those of {@code data}
     */
    public static void verify(RepomdFile.Data data, ByteSource source) throws IOException {
        if (data.sizeBytes() >= 0 && source.size() != data.sizeBytes()) {
            throw new CorruptDataException(
                    data.location(),
                    FormatException.NO_OFFSET,
                    "is " + source.size() + " bytes",
                    data.sizeBytes() + " bytes by repomd.xml");
        }
        Checksums.compare(data.location(), data.checksum().algorithm().of(source), data.checksum());
    }

    private static InputStream decode(RepomdFile.Data data, ByteSource source) throws IOException {
        byte[] head = source.read(0, (int) Math.min(source.size(), Codec.MAGIC_LENGTH));
        if (ZchunkFile.isZchunk(head)) {
            return ZchunkFile.open(source).contents();
        }
        long limit = data.openSizeBytes() >= 0 ? data.openSizeBytes() : MAXIMUM_OPEN_BYTES;
        Codec codec = Codec.ofMagic(head);
        InputStream in = new BufferedInputStream(new SourceStream(source), 1 << 16);
        return codec == Codec.NONE ? in : codec.decode(in, CodecLimits.ofOutput(limit));
    }

    /** Counts and digests what is read. */
    private static final class Contents extends FilterInputStream {
        private final RepomdFile.Data data;
        private final MessageDigest digest;
        private long count;

        Contents(RepomdFile.Data data, InputStream in) {
            super(in);
            this.data = data;
            this.digest =
                    data.openChecksum().map(d -> d.algorithm().newDigest()).orElse(null);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = in.read(bytes, offset, length);
            if (got > 0) {
                count += got;
                if (digest != null) {
                    digest.update(bytes, offset, got);
                }
            }
            return got;
        }

        void finish() throws IOException {
            byte[] rest = new byte[1 << 13];
            while (read(rest, 0, rest.length) > 0) {
                // only counted and digested
            }
            if (data.openSizeBytes() >= 0 && count != data.openSizeBytes()) {
                throw new CorruptDataException(
                        data.location(),
                        FormatException.NO_OFFSET,
                        "holds " + count + " bytes",
                        data.openSizeBytes() + " bytes by repomd.xml");
            }
            if (digest != null) {
                Digest expected = data.openChecksum().orElseThrow();
                Checksums.compare(
                        data.location() + " contents", new Digest(expected.algorithm(), digest.digest()), expected);
            }
        }
    }
}
