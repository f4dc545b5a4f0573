package dev.caisson.openpgp;

import java.util.List;

/**
 * The outcome of a verification that succeeded: at least one signature is good.
 *
 * @param signatures every signature found, in the order of the message
 */
public record SignatureReport(List<SignatureCheck> signatures) {
    /** Copies the list. */
    public SignatureReport {
        signatures = List.copyOf(signatures);
    }

    /** The good signatures; never empty. */
    public List<SignatureCheck> good() {
        return signatures.stream().filter(SignatureCheck::isGood).toList();
    }
}
