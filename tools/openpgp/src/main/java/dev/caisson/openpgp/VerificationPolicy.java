package dev.caisson.openpgp;

import java.time.Duration;
import java.time.Instant;

/**
 * What a signature has to fulfil besides being mathematically right.
 *
 * @param time when keys must be valid, and when signatures must not have expired
 * @param futureTolerance how far after {@code time} a signature may claim to be made, for clocks that differ
 * @param minimumRsaBits shortest modulus accepted, of RSA and DSA
 * @param weakSelfSignatures whether a key's own self-signatures may use SHA-1, as those of old repository keys do
 * @param legacyForms whether v3 signature packets and DSA keys count, as packages of the years before about 2015 have them
 * @param weakSignatures whether signatures of data may use SHA-1
 */
public record VerificationPolicy(
        Instant time,
        Duration futureTolerance,
        int minimumRsaBits,
        boolean weakSelfSignatures,
        boolean legacyForms,
        boolean weakSignatures) {
    private static final int LEGACY_BITS = 1024;

    /** The usual policy: a day of tolerance, RSA from 2048 bits, no SHA-1 anywhere, v4 and v6 signatures only. */
    public static VerificationPolicy at(Instant time) {
        return new VerificationPolicy(time, Duration.ofDays(1), 2048, false, false, false);
    }

    /** The same, for keys whose self-signatures use SHA-1. */
    public VerificationPolicy withWeakSelfSignatures() {
        return new VerificationPolicy(time, futureTolerance, minimumRsaBits, true, legacyForms, weakSignatures);
    }

    /** The same, with v3 signature packets and DSA keys; digests and lengths must be strong nevertheless. */
    public VerificationPolicy withLegacyForms() {
        return new VerificationPolicy(time, futureTolerance, minimumRsaBits, weakSelfSignatures, true, weakSignatures);
    }

    /** The same, with what was usual until about 2010: SHA-1, and keys from 1024 bits. MD5 never counts. */
    public VerificationPolicy withWeakSignatures() {
        return new VerificationPolicy(time, futureTolerance, LEGACY_BITS, true, legacyForms, true);
    }
}
