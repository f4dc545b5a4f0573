package dev.caisson.openpgp;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;

/**
 * Checks signatures against a pinned keyring. Immutable; may be used by several threads.
 *
 * @param keyring the only keys that are trusted
 * @param policy the time of the check and the strength asked
 */
public record OpenPgpVerifier(Keyring keyring, VerificationPolicy policy) {
    /** Signatures beyond this number are not looked at: each costs a public-key operation. */
    private static final int MAX_SIGNATURES = 64;

    /** RFC 9580 §9.1: algorithm 3, deprecated but met in old keys. */
    private static final int RSA_SIGN_ONLY = 3;

    /**
     * Verifies a cleartext signed message.
     *
     * @return the outcome for every signature, one of which at least is good
     * @throws OpenPgpVerificationException when none is good
     * @throws FormatException when the signature block is not made of OpenPGP packets
     */
    public SignatureReport verifyCleartext(ClearSignedMessage message)
            throws FormatException, OpenPgpVerificationException {
        return verify(message.canonicalText(), message.signature(), true);
    }

    /**
     * Verifies detached signatures.
     *
     * @param data the signed bytes
     * @param signature one or more signature packets, armored or binary
     * @return the outcome for every signature, one of which at least is good
     * @throws OpenPgpVerificationException when none is good
     * @throws FormatException when {@code signature} is not made of OpenPGP packets
     */
    public SignatureReport verifyDetached(byte[] data, byte[] signature)
            throws FormatException, OpenPgpVerificationException {
        return verify(data, Armor.isArmored(signature) ? Armor.decode(signature, "SIGNATURE") : signature, false);
    }

    /**
     * What detached signatures are worth, whatever that is: for formats that carry several and decide for themselves.
     *
     * @param data the signed bytes; read once for each signature whose key is known, in small pieces
     * @param signature signature packets, armored or binary
     * @return the outcome for every signature, in order; empty when there is no signature packet
     * @throws FormatException when {@code signature} is not made of OpenPGP packets
     * @throws IOException when the data cannot be read
     */
    public List<SignatureCheck> check(ByteSource data, byte[] signature) throws IOException {
        return checks(data, Armor.isArmored(signature) ? Armor.decode(signature, "SIGNATURE") : signature, false);
    }

    private List<SignatureCheck> checks(ByteSource data, byte[] signatures, boolean cleartext) throws IOException {
        List<SignatureCheck> checks = new ArrayList<>();
        for (Packet packet : Packet.split(signatures)) {
            if (packet.tag() == Packet.SIGNATURE && checks.size() < MAX_SIGNATURES) {
                checks.add(guarded(packet, data, cleartext));
            }
        }
        return checks;
    }

    private SignatureReport verify(byte[] data, byte[] signatures, boolean cleartext)
            throws FormatException, OpenPgpVerificationException {
        List<SignatureCheck> checks;
        try {
            checks = checks(ByteSource.of(data), signatures, cleartext);
        } catch (FormatException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("an array cannot fail", e);
        }
        if (checks.stream().noneMatch(SignatureCheck::isGood)) {
            throw new OpenPgpVerificationException(checks);
        }
        return new SignatureReport(checks);
    }

    /** The library reads subpackets late and throws unchecked exceptions at malformed ones. */
    private SignatureCheck guarded(Packet packet, ByteSource data, boolean cleartext) throws IOException {
        try {
            return check(packet, data, cleartext);
        } catch (RuntimeException e) {
            return unsupported();
        }
    }

    private static SignatureCheck unsupported() {
        return new SignatureCheck(
                SignatureStatus.UNSUPPORTED, "0".repeat(16), Optional.empty(), Optional.empty(), Instant.EPOCH, "-");
    }

    private SignatureCheck check(Packet packet, ByteSource data, boolean cleartext) throws IOException {
        Optional<Signature> parsed = Signature.parse(packet, policy.legacyForms());
        if (parsed.isEmpty()) {
            return unsupported();
        }
        Signature signature = parsed.get();
        SignatureCheck best = outcome(signature, SignatureStatus.UNKNOWN_KEY, null);
        for (Keyring.Holder holder : keyring.find(signature.raw().getKeyIdentifiers())) {
            SignatureStatus status = check(signature, holder, data, cleartext);
            if (status.compareTo(best.status()) < 0) {
                best = outcome(signature, status, holder);
            }
        }
        return best;
    }

    private static SignatureCheck outcome(Signature signature, SignatureStatus status, Keyring.Holder holder) {
        Optional<Keyring.Holder> known = Optional.ofNullable(holder);
        return new SignatureCheck(
                status,
                String.format(java.util.Locale.ROOT, "%016X", signature.raw().getKeyID()),
                known.map(h -> Keyring.fingerprint(h.key())),
                known.map(h -> Keyring.fingerprint(h.certificate().primary())),
                signature.created(),
                signature.digestName());
    }

    private SignatureStatus check(Signature signature, Keyring.Holder holder, ByteSource data, boolean cleartext)
            throws IOException {
        boolean weak = signature.isWeakDigest();
        if (weak && !(policy.weakSignatures() && signature.isSha1())) {
            return SignatureStatus.WEAK_DIGEST;
        }
        boolean type = signature.type() == PGPSignature.CANONICAL_TEXT_DOCUMENT
                || !cleartext && signature.type() == PGPSignature.BINARY_DOCUMENT;
        PGPPublicKey key = holder.key().key();
        if (!type
                || !weak && !signature.isKnownDigest()
                || signature.hasUnknownCritical()
                || !isSigningAlgorithm(key)) {
            return SignatureStatus.UNSUPPORTED;
        }
        if (!signature.verifiesData(key, data)) {
            return SignatureStatus.BAD;
        }
        if (signature.created().isBefore(key.getCreationTime().toInstant())
                || signature.created().isAfter(policy.time().plus(policy.futureTolerance()))) {
            return SignatureStatus.WRONG_TIME;
        }
        if (signature.isExpiredAt(policy.time())) {
            return SignatureStatus.EXPIRED_SIGNATURE;
        }
        if ((isRsa(key) || key.getAlgorithm() == PublicKeyAlgorithmTags.DSA)
                && key.getBitStrength() < policy.minimumRsaBits()) {
            return SignatureStatus.WEAK_KEY;
        }
        return new KeyValidity(holder.certificate(), policy).of(holder.key());
    }

    private static boolean isRsa(PGPPublicKey key) {
        return key.getAlgorithm() == PublicKeyAlgorithmTags.RSA_GENERAL || key.getAlgorithm() == RSA_SIGN_ONLY;
    }

    private boolean isSigningAlgorithm(PGPPublicKey key) {
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL,
                    RSA_SIGN_ONLY,
                    PublicKeyAlgorithmTags.ECDSA,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    PublicKeyAlgorithmTags.Ed25519,
                    PublicKeyAlgorithmTags.Ed448 -> true;
            case PublicKeyAlgorithmTags.DSA -> policy.legacyForms();
            default -> false;
        };
    }
}
