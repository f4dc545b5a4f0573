package dev.caisson.signing;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The result for one signer.
 *
 * @param signer the certificate whose key signed, as far as it travels with the signature
 * @param problem why the signature does not hold; empty when it does
 */
public record CmsSignature(Optional<X509Certificate> signer, Optional<String> problem) {
    /** Whether the certificate's key made this signature over the content. Says nothing about trust. */
    public boolean valid() {
        return problem.isEmpty();
    }
}
