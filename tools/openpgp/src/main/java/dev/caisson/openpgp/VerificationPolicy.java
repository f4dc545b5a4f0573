package dev.caisson.openpgp;

import java.time.Duration;
import java.time.Instant;

/**
 * What a signature has to fulfil besides being mathematically right.
 *
 * @param time when keys must be valid, and when signatures must not have expired
 * @param futureTolerance how far after {@code time} a signature may claim to be made, for clocks that differ
 * @param minimumRsaBits shortest RSA modulus accepted
 * @param weakSelfSignatures whether a key's own self-signatures may use SHA-1, as those of old repository keys do; document
 *     signatures never may
 */
public record VerificationPolicy(
        Instant time, Duration futureTolerance, int minimumRsaBits, boolean weakSelfSignatures) {
    /** The usual policy: a day of tolerance, RSA from 2048 bits, no SHA-1 anywhere. */
    public static VerificationPolicy at(Instant time) {
        return new VerificationPolicy(time, Duration.ofDays(1), 2048, false);
    }

    /** The same, for keys whose self-signatures use SHA-1. */
    public VerificationPolicy withWeakSelfSignatures() {
        return new VerificationPolicy(time, futureTolerance, minimumRsaBits, true);
    }
}
