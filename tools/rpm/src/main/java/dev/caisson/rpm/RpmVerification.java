package dev.caisson.rpm;

import dev.caisson.bytes.FormatException;
import dev.caisson.openpgp.SignatureCheck;
import dev.caisson.openpgp.SignatureStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@link RpmVerifier} found.
 *
 * @param digests of the header and of the stored payload, all that the package states
 * @param damage what is wrong with the payload's contents, if they could not be read to the end or a file's digest is wrong
 * @param payloadDigest whether the header has a digest of the payload that is right and safe, so that a signature of the header covers
 *     both
 * @param signatures in the order of {@link RpmPackage#signatures}
 */
public record RpmVerification(
        List<DigestCheck> digests, Optional<FormatException> damage, boolean payloadDigest, List<Signed> signatures) {
    /**
     * A signature of the package.
     *
     * @param signature as it is in the package
     * @param check what it is worth
     */
    public record Signed(RpmSignature signature, SignatureCheck check) {}

    /** Copies the lists. */
    public RpmVerification {
        digests = List.copyOf(digests);
        signatures = List.copyOf(signatures);
    }

    /** Whether the bytes are what the package says they are. */
    public boolean isIntact() {
        return damage.isEmpty() && digests.stream().allMatch(DigestCheck::isGood);
    }

    /** Whether a good signature covers header and payload. */
    public boolean isSigned() {
        return signatures.stream()
                .anyMatch(signed -> signed.check().isGood()
                        && (payloadDigest || signed.signature().range() == RpmSignature.Range.HEADER_AND_PAYLOAD));
    }

    /** Why the package is not accepted, one sentence each; empty when it is. */
    public List<String> objections(SignaturePolicy policy) {
        List<String> objections = new ArrayList<>();
        for (DigestCheck digest : digests) {
            if (!digest.isGood()) {
                objections.add(digest.name() + " is " + digest.stated().hex() + ", the bytes give "
                        + digest.actual().hex());
            }
        }
        damage.ifPresent(exception -> objections.add(exception.getMessage()));
        if (policy == SignaturePolicy.IGNORE) {
            return objections;
        }
        for (Signed signed : signatures) {
            SignatureStatus status = signed.check().status();
            boolean unknown = status == SignatureStatus.UNKNOWN_KEY || status == SignatureStatus.UNSUPPORTED;
            if (status != SignatureStatus.GOOD && !unknown) {
                objections.add(signed.signature().name() + " " + signed.check());
            }
        }
        if (policy == SignaturePolicy.REQUIRE && !isSigned()) {
            objections.add(
                    signatures.isEmpty() ? "the package is not signed" : "no good signature covers header and payload");
        }
        return objections;
    }
}
