package dev.caisson.signing;

import java.math.BigInteger;
import java.time.Instant;

/**
 * What a new certificate shall say.
 *
 * @param subject distinguished name, RFC 4514 text such as {@code CN=Example Database}
 * @param serial positive, at most 20 bytes (RFC 5280 §4.1.2.2)
 * @param notBefore start of validity, whole seconds
 * @param notAfter end of validity, whole seconds
 * @param usage what the key is for
 */
public record CertificateSpec(String subject, BigInteger serial, Instant notBefore, Instant notAfter, Usage usage) {
    /** What the key of a certificate is for. */
    public enum Usage {
        /** Signs certificates, and data too: Secure Boot's PK, KEK and db. */
        AUTHORITY,
        /** Signs code only; extended key usage codeSigning. */
        CODE_SIGNING
    }

    /** Checks serial and dates. */
    public CertificateSpec {
        if (serial.signum() <= 0 || serial.bitLength() > 159) {
            throw new IllegalArgumentException("serial " + serial + " is not a positive number of at most 20 bytes");
        }
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("not before " + notBefore + " is not before not after " + notAfter);
        }
    }
}
