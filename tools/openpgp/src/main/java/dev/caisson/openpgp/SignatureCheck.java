package dev.caisson.openpgp;

import java.time.Instant;
import java.util.Optional;

/**
 * The outcome for one signature packet.
 *
 * @param status what it is worth
 * @param keyId the issuer's key id, 16 upper-case hexadecimal digits; zeros when the signature names none
 * @param fingerprint of the (sub)key that made it, upper-case hexadecimal, when it is in the keyring
 * @param primaryFingerprint of that key's certificate, when it is in the keyring
 * @param created the time that the signature states; the epoch when it states none
 * @param digestName the digest's name, such as {@code SHA256}
 */
public record SignatureCheck(
        SignatureStatus status,
        String keyId,
        Optional<String> fingerprint,
        Optional<String> primaryFingerprint,
        Instant created,
        String digestName) {
    /** Whether this signature alone suffices. */
    public boolean isGood() {
        return status == SignatureStatus.GOOD;
    }

    /** One clause for messages. */
    @Override
    public String toString() {
        return "signature of " + created + " by key " + fingerprint.orElse(keyId) + " (" + digestName + ") "
                + status.phrase();
    }
}
