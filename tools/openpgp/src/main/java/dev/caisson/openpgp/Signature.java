package dev.caisson.openpgp;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * One parsed signature, for one thread. Only hashed subpackets are believed, except for the issuer, which is a hint that
 * the mathematics confirms.
 */
final class Signature {
    private static final int V3 = 3;
    private static final int CHUNK = 1 << 16;

    private final PGPSignature signature;
    private final PGPSignatureSubpacketVector hashed;

    private Signature(PGPSignature signature) {
        this.signature = signature;
        PGPSignatureSubpacketVector area = signature.getHashedSubPackets();
        this.hashed = area == null ? PGPSignatureSubpacketVector.fromSubpackets(new SignatureSubpacket[0]) : area;
    }

    /** Empty for versions and algorithms that are not known. */
    static Optional<Signature> parse(Packet packet) throws FormatException {
        return parse(packet, false);
    }

    /** As {@link #parse(Packet)}, and v3 packets too if {@code legacy}; these have no subpackets (RFC 4880 §5.2.2). */
    static Optional<Signature> parse(Packet packet, boolean legacy) throws FormatException {
        if (packet.version() == V3) {
            if (!legacy) {
                return Optional.empty();
            }
        } else if (packet.version() == 4 || packet.version() == 6) {
            packet.checkSignatureFraming();
        } else {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Signature(new PGPSignature(new BCPGInputStream(new ByteArrayInputStream(packet.encoded())))));
        } catch (IOException | PGPException | RuntimeException e) {
            // The library does not tell damage from what it does not know; neither is a signature that counts.
            return Optional.empty();
        }
    }

    PGPSignature raw() {
        return signature;
    }

    int type() {
        return signature.getSignatureType();
    }

    /** Seconds are what the format has; the epoch when the field is missing. */
    Instant created() {
        Date created = signature.getVersion() == V3 ? signature.getCreationTime() : hashed.getSignatureCreationTime();
        return created == null ? Instant.EPOCH : created.toInstant();
    }

    boolean isExpiredAt(Instant time) {
        long seconds = hashed.getSignatureExpirationTime();
        return seconds != 0 && !created().plusSeconds(seconds).isAfter(time);
    }

    /** Seconds from the key's creation to its expiry; 0 for never. */
    long keyLifeSeconds() {
        return hashed.getKeyExpirationTime();
    }

    boolean hasKeyFlags() {
        return hashed.hasSubpacket(SignatureSubpacketTags.KEY_FLAGS);
    }

    int keyFlags() {
        return hashed.getKeyFlags();
    }

    boolean isHardRevocation() {
        return signature.isHardRevocation();
    }

    boolean isSha1() {
        return signature.getHashAlgorithm() == HashAlgorithmTags.SHA1;
    }

    boolean isWeakDigest() {
        int hash = signature.getHashAlgorithm();
        return hash == HashAlgorithmTags.MD5 || hash == HashAlgorithmTags.SHA1 || hash == HashAlgorithmTags.RIPEMD160;
    }

    boolean isKnownDigest() {
        return switch (signature.getHashAlgorithm()) {
            case HashAlgorithmTags.SHA224,
                    HashAlgorithmTags.SHA256,
                    HashAlgorithmTags.SHA384,
                    HashAlgorithmTags.SHA512,
                    HashAlgorithmTags.SHA3_256,
                    HashAlgorithmTags.SHA3_512 -> true;
            default -> false;
        };
    }

    String digestName() {
        return switch (signature.getHashAlgorithm()) {
            case HashAlgorithmTags.MD5 -> "MD5";
            case HashAlgorithmTags.SHA1 -> "SHA1";
            case HashAlgorithmTags.RIPEMD160 -> "RIPEMD160";
            case HashAlgorithmTags.SHA224 -> "SHA224";
            case HashAlgorithmTags.SHA256 -> "SHA256";
            case HashAlgorithmTags.SHA384 -> "SHA384";
            case HashAlgorithmTags.SHA512 -> "SHA512";
            case HashAlgorithmTags.SHA3_256 -> "SHA3-256";
            case HashAlgorithmTags.SHA3_512 -> "SHA3-512";
            default -> "digest algorithm " + signature.getHashAlgorithm();
        };
    }

    /** RFC 9580 §5.2.3.7: a critical subpacket that is not understood makes the signature invalid. */
    boolean hasUnknownCritical() {
        for (SignatureSubpacket subpacket : hashed.toArray()) {
            if (subpacket.isCritical() && !isUnderstood(subpacket.getType())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnderstood(int type) {
        return switch (type) {
            case SignatureSubpacketTags.CREATION_TIME,
                    SignatureSubpacketTags.EXPIRE_TIME,
                    SignatureSubpacketTags.EXPORTABLE,
                    SignatureSubpacketTags.REVOCABLE,
                    SignatureSubpacketTags.KEY_EXPIRE_TIME,
                    SignatureSubpacketTags.PREFERRED_SYM_ALGS,
                    SignatureSubpacketTags.ISSUER_KEY_ID,
                    SignatureSubpacketTags.PREFERRED_HASH_ALGS,
                    SignatureSubpacketTags.PREFERRED_COMP_ALGS,
                    SignatureSubpacketTags.PRIMARY_USER_ID,
                    SignatureSubpacketTags.KEY_FLAGS,
                    SignatureSubpacketTags.SIGNER_USER_ID,
                    SignatureSubpacketTags.REVOCATION_REASON,
                    SignatureSubpacketTags.FEATURES,
                    SignatureSubpacketTags.EMBEDDED_SIGNATURE,
                    SignatureSubpacketTags.ISSUER_FINGERPRINT -> true;
            default -> false;
        };
    }

    /** The signature of a signing subkey over its primary key (type 0x19), from the hashed or unhashed area. */
    Optional<Signature> backSignature() throws FormatException {
        for (PGPSignatureSubpacketVector area : List.of(hashed, signature.getUnhashedSubPackets())) {
            for (SignatureSubpacket subpacket : area.getSubpackets(SignatureSubpacketTags.EMBEDDED_SIGNATURE)) {
                Optional<Signature> embedded = parse(new Packet(Packet.SIGNATURE, 0, subpacket.getData()));
                if (embedded.isPresent() && embedded.get().type() == PGPSignature.PRIMARYKEY_BINDING) {
                    return embedded;
                }
            }
        }
        return Optional.empty();
    }

    /** Reads the data once, in pieces of 64 KiB. */
    boolean verifiesData(PGPPublicKey signer, ByteSource data) throws IOException {
        if (!holds(signer, () -> true)) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(Math.max(data.size(), 1), CHUNK));
        for (long at = 0; at < data.size(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), data.size() - at));
            data.readFully(at, buffer);
            signature.update(buffer.array(), 0, buffer.limit());
        }
        try {
            return signature.verify();
        } catch (PGPException | RuntimeException e) {
            // As in holds().
            return false;
        }
    }

    boolean verifiesUserId(PGPPublicKey primary, byte[] userId) {
        return holds(primary, () -> signature.verifyCertification(userId, primary));
    }

    /** Signatures over the primary key alone: direct-key and key revocation. */
    boolean verifiesPrimary(PGPPublicKey primary) {
        return holds(primary, () -> signature.verifyCertification(primary));
    }

    /** Signatures over primary key and subkey: binding and its revocation by the primary key, back signature by the subkey. */
    boolean verifiesSubkey(PGPPublicKey signer, PGPPublicKey primary, PGPPublicKey subkey) {
        return holds(signer, () -> signature.verifyCertification(primary, subkey));
    }

    private boolean holds(PGPPublicKey signer, Verification verification) {
        try {
            if (signature.getKeyAlgorithm() != signer.getAlgorithm()) {
                return false;
            }
            signature.init(new BcPGPContentVerifierBuilderProvider(), signer);
            return verification.run();
        } catch (PGPException | RuntimeException e) {
            // Malformed numbers, points off the curve, key and digest that do not go together: none of it verifies.
            return false;
        }
    }

    private interface Verification {
        boolean run() throws PGPException;
    }
}
