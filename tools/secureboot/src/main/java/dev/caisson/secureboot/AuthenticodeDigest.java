package dev.caisson.secureboot;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.pe.DataDirectory;
import dev.caisson.pe.PeImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The digest that an Authenticode signature covers: the file without the checksum, without the certificate table's directory
 * entry and without the table. In images without gaps, which alone are accepted, that is what walking over the headers and
 * the sections in file order gives ("Calculating the PE Image Hash").
 */
public final class AuthenticodeDigest {
    private AuthenticodeDigest() {}

    /**
     * Computes the digest of the file as it is; nothing is padded.
     *
     * @throws UnsupportedFeatureException when bytes lie between sections
     */
    public static Digest of(PeImage image, DigestAlgorithm algorithm) throws IOException {
        if (!image.gapless()) {
            throw new UnsupportedFeatureException(
                    "section table",
                    FormatException.NO_OFFSET,
                    "leaves bytes between sections",
                    "none: they are not signed");
        }
        MessageDigest digest = algorithm.newDigest();
        ByteSource source = image.source();
        long checkSum = image.checkSumOffset();
        long directory = image.certificateDirectoryOffset();
        update(digest, source, 0, checkSum);
        if (directory < 0) {
            update(digest, source, checkSum + 4, image.contentEnd());
        } else {
            update(digest, source, checkSum + 4, directory);
            update(digest, source, directory + DataDirectory.SIZE, image.contentEnd());
        }
        return new Digest(algorithm, digest.digest());
    }

    private static void update(MessageDigest digest, ByteSource source, long from, long to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(1, to - from)));
        for (long at = from; at < to; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
            source.readFully(at, buffer);
            digest.update(buffer.flip());
        }
    }
}
