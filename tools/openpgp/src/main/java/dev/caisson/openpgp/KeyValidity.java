package dev.caisson.openpgp;

import dev.caisson.bytes.FormatException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;

/**
 * Whether a key of a certificate may sign data at the time of the policy (RFC 9580 §5.2.3 and §10.1): bound, not revoked,
 * not expired, flagged for signing. Revocations by designated revokers are not honoured.
 */
final class KeyValidity {
    private final Certificate certificate;
    private final VerificationPolicy policy;
    private final PGPPublicKey primary;

    KeyValidity(Certificate certificate, VerificationPolicy policy) {
        this.certificate = certificate;
        this.policy = policy;
        this.primary = certificate.primary().key();
    }

    /** {@link SignatureStatus#GOOD} or the reason against the key. */
    SignatureStatus of(Certificate.Component key) throws FormatException {
        if (isPrimaryRevoked()) {
            return SignatureStatus.REVOKED_KEY;
        }
        Optional<Signature> self = newestSelfSignature();
        if (self.isEmpty()) {
            return SignatureStatus.UNBOUND_KEY;
        }
        if (isExpired(primary, self.get())) {
            return SignatureStatus.EXPIRED_KEY;
        }
        if (key == certificate.primary()) {
            // A primary key without flags may do what its algorithm can, as in GnuPG.
            boolean signs = !self.get().hasKeyFlags() || (self.get().keyFlags() & KeyFlags.SIGN_DATA) != 0;
            return signs ? SignatureStatus.GOOD : SignatureStatus.NOT_A_SIGNING_KEY;
        }
        return ofSubkey(key);
    }

    private SignatureStatus ofSubkey(Certificate.Component subkey) throws FormatException {
        Optional<Signature> binding = Optional.empty();
        for (Signature signature : parse(subkey.signatures())) {
            if (signature.type() == PGPSignature.SUBKEY_REVOCATION
                    && counts(signature)
                    && signature.verifiesSubkey(primary, primary, subkey.key())) {
                return SignatureStatus.REVOKED_KEY;
            }
            if (signature.type() == PGPSignature.SUBKEY_BINDING
                    && isUsable(signature)
                    && isNewer(signature, binding)
                    && signature.verifiesSubkey(primary, primary, subkey.key())) {
                binding = Optional.of(signature);
            }
        }
        if (binding.isEmpty()) {
            return SignatureStatus.UNBOUND_KEY;
        }
        if (isExpired(subkey.key(), binding.get())) {
            return SignatureStatus.EXPIRED_KEY;
        }
        if ((binding.get().keyFlags() & KeyFlags.SIGN_DATA) == 0) {
            return SignatureStatus.NOT_A_SIGNING_KEY;
        }
        // Without the back signature anybody could adopt somebody else's signing key as a subkey.
        Optional<Signature> back = binding.get().backSignature();
        boolean bound = back.isPresent()
                && isUsable(back.get())
                && back.get().verifiesSubkey(subkey.key(), primary, subkey.key());
        return bound ? SignatureStatus.GOOD : SignatureStatus.UNBOUND_KEY;
    }

    private boolean isPrimaryRevoked() throws FormatException {
        for (Signature signature : parse(certificate.primary().signatures())) {
            if (signature.type() == PGPSignature.KEY_REVOCATION
                    && counts(signature)
                    && signature.verifiesPrimary(primary)) {
                return true;
            }
        }
        return false;
    }

    /** The newest of the direct-key signatures and the certifications of user ids that are not revoked. */
    private Optional<Signature> newestSelfSignature() throws FormatException {
        Optional<Signature> newest = Optional.empty();
        for (Signature signature : parse(certificate.primary().signatures())) {
            if (signature.type() == PGPSignature.DIRECT_KEY
                    && isUsable(signature)
                    && isNewer(signature, newest)
                    && signature.verifiesPrimary(primary)) {
                newest = Optional.of(signature);
            }
        }
        for (Certificate.Component userId : certificate.userIds()) {
            Optional<Signature> candidate = newestCertification(userId);
            if (candidate.isPresent() && isNewer(candidate.get(), newest)) {
                newest = candidate;
            }
        }
        return newest;
    }

    private Optional<Signature> newestCertification(Certificate.Component userId) throws FormatException {
        Optional<Signature> newest = Optional.empty();
        Instant revoked = Instant.MIN;
        for (Signature signature : parse(userId.signatures())) {
            boolean certification = PGPSignature.isCertification(signature.type()) && isUsable(signature);
            boolean revocation = signature.type() == PGPSignature.CERTIFICATION_REVOCATION && counts(signature);
            if (!certification && !revocation
                    || signature.raw().getKeyID() != primary.getKeyID()
                    || !signature.verifiesUserId(primary, userId.userId())) {
                continue;
            }
            if (revocation && signature.created().isAfter(revoked)) {
                revoked = signature.created();
            } else if (certification && isNewer(signature, newest)) {
                newest = Optional.of(signature);
            }
        }
        Instant lastRevoked = revoked;
        return newest.filter(signature -> signature.created().isAfter(lastRevoked));
    }

    private static boolean isNewer(Signature signature, Optional<Signature> other) {
        return other.isEmpty() || signature.created().isAfter(other.get().created());
    }

    /** A soft revocation counts from its date, a hard one (compromise, no reason) always. */
    private boolean counts(Signature revocation) {
        return revocation.isHardRevocation()
                || !revocation.created().isAfter(policy.time().plus(policy.futureTolerance()));
    }

    private boolean isUsable(Signature signature) {
        boolean strong = signature.isKnownDigest() || policy.weakSelfSignatures() && signature.isSha1();
        return strong
                && !signature.hasUnknownCritical()
                && !signature.created().isAfter(policy.time().plus(policy.futureTolerance()))
                && !signature.isExpiredAt(policy.time());
    }

    private boolean isExpired(PGPPublicKey key, Signature signature) {
        long seconds = signature.keyLifeSeconds();
        return seconds != 0
                && !key.getCreationTime().toInstant().plusSeconds(seconds).isAfter(policy.time());
    }

    private static List<Signature> parse(List<Packet> packets) throws FormatException {
        List<Signature> signatures = new ArrayList<>();
        for (Packet packet : packets) {
            Signature.parse(packet).ifPresent(signatures::add);
        }
        return signatures;
    }
}
