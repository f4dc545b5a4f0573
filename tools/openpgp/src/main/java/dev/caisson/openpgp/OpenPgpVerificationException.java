package dev.caisson.openpgp;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Well-formed data without a single good signature. What each signature was worth is in {@link #signatures()}. */
public final class OpenPgpVerificationException extends IOException {
    private final transient List<SignatureCheck> signatures;

    OpenPgpVerificationException(List<SignatureCheck> signatures) {
        super(message(signatures));
        this.signatures = List.copyOf(signatures);
    }

    private static String message(List<SignatureCheck> signatures) {
        return signatures.isEmpty()
                ? "there is no signature"
                : signatures.stream().map(SignatureCheck::toString).collect(Collectors.joining("; "));
    }

    /** The most telling status: that of the signature whose key is known, before unknown keys. */
    public SignatureStatus kind() {
        return signatures.stream()
                .map(SignatureCheck::status)
                .min(SignatureStatus::compareTo)
                .orElse(SignatureStatus.UNKNOWN_KEY);
    }

    /** Fingerprints, or key ids where no more is known, of the keys that the signatures name. */
    public List<String> fingerprints() {
        return signatures.stream().map(s -> s.fingerprint().orElse(s.keyId())).toList();
    }

    /** The outcome for every signature, in the order of the message; empty when there is none. */
    public List<SignatureCheck> signatures() {
        return signatures;
    }
}
