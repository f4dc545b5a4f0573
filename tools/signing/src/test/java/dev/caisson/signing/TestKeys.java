package dev.caisson.signing;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;

/** Keys made once per test class. */
final class TestKeys {
    static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");

    private TestKeys() {}

    static CertificateSpec spec(String subject, long serial, CertificateSpec.Usage usage) {
        return new CertificateSpec(subject, BigInteger.valueOf(serial), FROM, TO, usage);
    }

    static LocalSigningKey authority(String subject) throws IOException {
        return Certificates.selfSigned(
                Certificates.generateRsa(2048, new SecureRandom()),
                spec(subject, 0x1234567, CertificateSpec.Usage.AUTHORITY));
    }

    static LocalSigningKey issued(SigningKey issuer, String subject) throws IOException {
        return Certificates.issue(
                issuer,
                Certificates.generateRsa(2048, new SecureRandom()),
                spec(subject, 77, CertificateSpec.Usage.CODE_SIGNING));
    }
}
