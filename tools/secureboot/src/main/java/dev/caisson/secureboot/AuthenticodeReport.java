package dev.caisson.secureboot;

import dev.caisson.bytes.Digest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What the signatures of a PE image are worth.
 *
 * @param digest the image's SHA-256 Authenticode digest
 * @param signatures one entry per signature, in stored order; empty for an unsigned image
 */
public record AuthenticodeReport(Digest digest, List<Signature> signatures) {
    /** Copies the list. */
    public AuthenticodeReport {
        signatures = List.copyOf(signatures);
    }

    /**
     * One signature.
     *
     * @param signer the signing certificate, when it travels with the signature
     * @param digestMatches whether the signed digest is that of the image
     * @param path from the signer to the trusted certificate that vouches for it; empty when none does
     * @param problem why the signature does not hold by itself; empty when it does
     */
    public record Signature(
            Optional<X509Certificate> signer,
            boolean digestMatches,
            Optional<List<X509Certificate>> path,
            Optional<String> problem) {
        /** Whether firmware that trusts the given certificates would start the image because of this signature. */
        public boolean accepted() {
            return digestMatches && path.isPresent() && problem.isEmpty();
        }
    }

    /** Whether there is any signature. */
    public boolean signed() {
        return !signatures.isEmpty();
    }

    /** Whether at least one signature is accepted. */
    public boolean accepted() {
        return signatures.stream().anyMatch(Signature::accepted);
    }
}
