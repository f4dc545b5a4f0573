package dev.caisson.signing;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key that can sign, wherever it lives, and the certificates that vouch for it. Implementations may be asked by
 * many threads at once.
 */
public interface SigningKey {
    /** The key's certificate first, then its issuers as far as they are known. Never empty. */
    List<X509Certificate> certificates();

    /** The one algorithm that this key signs with. */
    SignatureAlgorithm algorithm();

    /**
     * Signs a digest.
     *
     * @param digest of {@link SignatureAlgorithm#digest()}'s kind
     * @throws IOException when the key cannot be reached or refuses
     */
    byte[] signDigest(Digest digest) throws IOException;

    /** The certificate that holds this key's public half. */
    default X509Certificate certificate() {
        return certificates().get(0);
    }

    /** Signs bytes: hashes them here and has the digest signed. */
    default byte[] sign(byte[] message) throws IOException {
        DigestAlgorithm kind = algorithm().digest();
        return signDigest(kind.of(message));
    }
}
