package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecEncoder;
import dev.caisson.compression.DeflateEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * One metadata document on its way: hashed as it is, compressed, hashed again. Its name, which begins with the digest, is known
 * only at the end.
 */
final class MetadataStore {
    private static final int ZSTD_LEVEL = 10;
    private static final int XZ_LEVEL = 6;

    private final Codec codec;
    private final MessageDigest openDigest = DigestAlgorithm.SHA256.newDigest();
    private final Counted stored;
    private final OutputStream encoder;
    private long openBytes;

    /** @param target takes the stored bytes; closed at the end */
    MetadataStore(Codec codec, OutputStream target) throws IOException {
        this.codec = codec;
        this.stored = new Counted(target, DigestAlgorithm.SHA256.newDigest());
        this.encoder = CodecEncoder.encode(codec, level(codec), stored);
    }

    private static int level(Codec codec) {
        return switch (codec) {
            case XZ -> XZ_LEVEL;
            case ZSTD -> ZSTD_LEVEL;
            default -> DeflateEncoder.SMALLEST;
        };
    }

    private static String extension(Codec codec) {
        return switch (codec) {
            case GZIP -> ".gz";
            case XZ -> ".xz";
            case ZSTD -> ".zst";
            default -> "";
        };
    }

    void write(byte[] bytes) throws IOException {
        openDigest.update(bytes);
        openBytes += bytes.length;
        encoder.write(bytes, 0, bytes.length);
    }

    /** Ends the document. */
    void close() throws IOException {
        encoder.close();
    }

    /**
     * Describes the document in repomd.xml; after {@link #close}.
     *
     * @return its path within the repository
     */
    String describe(String type, String base, long timestamp, XmlText repomd) {
        String checksum =
                new Digest(DigestAlgorithm.SHA256, stored.getMessageDigest().digest()).hex();
        String location = "repodata/" + checksum + "-" + base + extension(codec);
        repomd.open("data", "type", type);
        repomd.text("checksum", checksum, "type", "sha256");
        if (codec != Codec.NONE) {
            String open = new Digest(DigestAlgorithm.SHA256, openDigest.digest()).hex();
            repomd.text("open-checksum", open, "type", "sha256");
        }
        repomd.empty("location", "href", location);
        repomd.text("timestamp", Long.toString(timestamp));
        repomd.text("size", Long.toString(stored.bytes));
        if (codec != Codec.NONE) {
            repomd.text("open-size", Long.toString(openBytes));
        }
        repomd.close("data");
        return location;
    }

    private static final class Counted extends DigestOutputStream {
        private long bytes;

        private Counted(OutputStream out, MessageDigest digest) {
            super(out, digest);
        }

        @Override
        public void write(int b) throws IOException {
            super.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            super.write(from, offset, length);
            bytes += length;
        }
    }
}
