package dev.caisson.secureboot;

import dev.caisson.bytes.Guid;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;

/** Keys made once for all test classes: making them takes the longest. */
final class TestKeys {
    static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");
    static final Guid OWNER = Guid.parse("11111111-2222-3333-4444-123456789abc");
    static final SecureBootKeys KEYS = keys();
    static final LocalSigningKey LEAF = leaf();

    private TestKeys() {}

    private static SecureBootKeys keys() {
        try {
            return SecureBootKeys.generate(
                    new SecureBootKeys.Request("Test", OWNER, 2048, TIME, TIME.plusSeconds(3650L * 86400)),
                    new SecureRandom());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LocalSigningKey leaf() {
        try {
            return Certificates.issue(
                    KEYS.database(),
                    Certificates.generateRsa(2048, new SecureRandom()),
                    new CertificateSpec(
                            "CN=Test Leaf",
                            BigInteger.TWO,
                            TIME,
                            TIME.plusSeconds(86400),
                            CertificateSpec.Usage.CODE_SIGNING));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
