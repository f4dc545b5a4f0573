package dev.caisson.signing;

import dev.caisson.bytes.DigestAlgorithm;

/** The signature algorithms that we sign with: deterministic ones only. */
public enum SignatureAlgorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017 §8.2. */
    RSA_PKCS1_SHA256(DigestAlgorithm.SHA256);

    private final DigestAlgorithm digest;

    SignatureAlgorithm(DigestAlgorithm digest) {
        this.digest = digest;
    }

    /** The hash function. */
    public DigestAlgorithm digest() {
        return digest;
    }
}
