package dev.caisson.eif;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * The platform configuration registers of an enclave that depend on its image. Each is SHA-384 of 48 zeros and the SHA-384 of
 * contents ("EIF Measurements").
 *
 * @param pcr0 kernel, command line and all ramdisks, in the order of the file
 * @param pcr1 kernel, command line and the first ramdisk
 * @param pcr2 the other ramdisks
 * @param pcr8 the signing certificate in DER; empty without a signature
 */
public record EifMeasurements(Digest pcr0, Digest pcr1, Digest pcr2, Optional<Digest> pcr8) {
    private static final int HASH_BYTES = 48;

    /** Measures sections in the order of a file. */
    static EifMeasurements of(List<EifSection> sections, Optional<byte[]> certificate) throws IOException {
        MessageDigest image = DigestAlgorithm.SHA384.newDigest();
        MessageDigest bootstrap = DigestAlgorithm.SHA384.newDigest();
        MessageDigest application = DigestAlgorithm.SHA384.newDigest();
        int ramdisks = 0;
        for (EifSection section : sections) {
            boolean ramdisk = section.type() == EifSection.Type.RAMDISK;
            if (!ramdisk && section.type() != EifSection.Type.KERNEL && section.type() != EifSection.Type.CMDLINE) {
                continue;
            }
            boolean first = !ramdisk || ramdisks++ == 0;
            section.data().copyTo(new Into(List.of(image, first ? bootstrap : application)));
        }
        return new EifMeasurements(
                extended(image.digest()),
                extended(bootstrap.digest()),
                extended(application.digest()),
                certificate.map(
                        der -> extended(DigestAlgorithm.SHA384.newDigest().digest(der))));
    }

    /** PCR 8 of a signing certificate in DER. */
    public static Digest ofCertificate(byte[] der) {
        return extended(DigestAlgorithm.SHA384.newDigest().digest(der));
    }

    private static Digest extended(byte[] content) {
        MessageDigest digest = DigestAlgorithm.SHA384.newDigest();
        digest.update(new byte[HASH_BYTES]);
        return new Digest(DigestAlgorithm.SHA384, digest.digest(content));
    }

    /** Hashes what is appended. */
    private static final class Into implements ByteSink {
        private final List<MessageDigest> digests;
        private long position;

        private Into(List<MessageDigest> digests) {
            this.digests = digests;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(ByteBuffer src) {
            position += src.remaining();
            digests.forEach(digest -> digest.update(src.duplicate()));
            src.position(src.limit());
        }

        @Override
        public void zeros(long count) {
            for (long left = count; left > 0; left -= 4096) {
                write(ByteBuffer.allocate((int) Math.min(left, 4096)));
            }
        }
    }
}
