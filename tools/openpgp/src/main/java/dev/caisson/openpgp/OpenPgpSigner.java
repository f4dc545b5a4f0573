package dev.caisson.openpgp;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.signing.SignatureAlgorithm;
import dev.caisson.signing.SigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.RSAPublicBCPGKey;
import org.bouncycastle.bcpg.UserIDPacket;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.PGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/**
 * A key that makes detached v4 signatures (RFC 9580 §5.2.3). The same key, data and time give the same bytes: RSA with PKCS#1 v1.5
 * padding and Ed25519 only, no salt, no other subpackets than time and issuer. May be used by several threads.
 */
public final class OpenPgpSigner {
    private static final int CHUNK = 1 << 16;
    private static final int LINE = 64;

    private final PGPPublicKey publicKey;
    private final PGPPrivateKey privateKey;
    private final PGPContentSignerBuilder signerBuilder;
    private final byte[] certificate;

    private OpenPgpSigner(
            PGPPublicKey publicKey,
            PGPPrivateKey privateKey,
            PGPContentSignerBuilder signerBuilder,
            byte[] certificate) {
        this.publicKey = publicKey;
        this.privateKey = privateKey;
        this.signerBuilder = signerBuilder;
        this.certificate = certificate;
    }

    /**
     * Reads the output of {@code gpg --export-secret-keys} for one key. The first subkey that may sign is taken, else the primary
     * key.
     *
     * @param file armored or binary
     * @param passphrase empty for a key without one
     * @throws FormatException when the file holds no secret key, its passphrase is another, or its signatures are not deterministic
     */
    public static OpenPgpSigner read(byte[] file, char[] passphrase) throws FormatException {
        byte[] binary = Armor.isArmored(file) ? Armor.decode(file, "PRIVATE KEY BLOCK") : file;
        List<Packet> packets = Packet.split(binary);
        if (packets.isEmpty() || packets.get(0).tag() != Packet.SECRET_KEY) {
            throw new CorruptDataException("secret key", 0, "is not the first packet", "a secret key");
        }
        if (packets.get(0).version() != 4) {
            throw new UnsupportedFeatureException(
                    "secret key", 0, "has version " + packets.get(0).version(), "4: others sign with a random salt");
        }
        try {
            PGPSecretKeyRing ring = new PGPSecretKeyRing(binary, new BcKeyFingerprintCalculator());
            PGPSecretKey key = choose(ring);
            PGPPrivateKey secret = key.extractPrivateKey(
                    new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider()).build(passphrase));
            if (secret == null) {
                throw new CorruptDataException(
                        "secret key", 0, "is a stub without its secret", "the secret key itself");
            }
            int hash = HashAlgorithmTags.SHA256;
            int algorithm = key.getPublicKey().getAlgorithm();
            return new OpenPgpSigner(
                    key.getPublicKey(),
                    secret,
                    new BcPGPContentSignerBuilder(algorithm, hash),
                    ring.toCertificate().getEncoded());
        } catch (FormatException e) {
            throw e;
        } catch (IOException | PGPException | RuntimeException e) {
            throw new CorruptDataException(
                    "secret key", 0, "cannot be used: " + e.getMessage(), "a secret key and its passphrase");
        }
    }

    private static PGPSecretKey choose(PGPSecretKeyRing ring) throws FormatException {
        PGPSecretKey chosen = ring.getSecretKey();
        for (Iterator<PGPSecretKey> keys = ring.getSecretKeys(); keys.hasNext(); ) {
            PGPSecretKey key = keys.next();
            if (!key.isMasterKey() && !key.isPrivateKeyEmpty() && isFlaggedForSigning(key.getPublicKey())) {
                chosen = key;
                break;
            }
        }
        return switch (chosen.getPublicKey().getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    PublicKeyAlgorithmTags.Ed25519 -> chosen;
            default ->
                throw new UnsupportedFeatureException(
                        "secret key",
                        0,
                        "uses algorithm " + chosen.getPublicKey().getAlgorithm(),
                        "RSA or Ed25519, whose signatures are deterministic");
        };
    }

    private static boolean isFlaggedForSigning(PGPPublicKey key) {
        for (Iterator<PGPSignature> signatures = key.getSignatures(); signatures.hasNext(); ) {
            PGPSignature signature = signatures.next();
            if (signature.getSignatureType() == PGPSignature.SUBKEY_BINDING
                    && (signature.getHashedSubPackets().getKeyFlags() & KeyFlags.SIGN_DATA) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes a key that lives elsewhere, in a file or a device, and gives it an OpenPGP form.
     *
     * @param key an RSA key
     * @param created when the OpenPGP key begins; a part of its fingerprint, so the same for all times
     * @param userId such as {@code Example <packages@example.org>}
     * @throws IOException when the key cannot sign its own certificate
     */
    public static OpenPgpSigner of(SigningKey key, Instant created, String userId) throws IOException {
        if (key.algorithm() != SignatureAlgorithm.RSA_PKCS1_SHA256
                || !(key.certificate().getPublicKey() instanceof RSAPublicKey rsa)) {
            throw new UnsupportedFeatureException(
                    "signing key", FormatException.NO_OFFSET, "signs with " + key.algorithm(), "an RSA key");
        }
        try {
            PublicKeyPacket packet = new PublicKeyPacket(
                    PublicKeyPacket.VERSION_4,
                    PublicKeyAlgorithmTags.RSA_GENERAL,
                    Date.from(created),
                    new RSAPublicBCPGKey(rsa.getModulus(), rsa.getPublicExponent()));
            PGPPublicKey publicKey = new PGPPublicKey(packet, new BcKeyFingerprintCalculator());
            PGPPrivateKey handle = new PGPPrivateKey(publicKey.getKeyID(), packet, null);
            PGPContentSignerBuilder builder = new ForeignContentSigner.Builder(key, publicKey.getKeyID());
            OpenPgpSigner bare = new OpenPgpSigner(publicKey, handle, builder, new byte[0]);
            return new OpenPgpSigner(publicKey, handle, builder, bare.certify(created, userId));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (PGPException e) {
            throw new IOException("the key cannot be used for OpenPGP: " + e.getMessage(), e);
        }
    }

    private byte[] certify(Instant created, String userId) throws IOException, PGPException {
        PGPSignatureGenerator generator = new PGPSignatureGenerator(signerBuilder, publicKey);
        generator.init(PGPSignature.POSITIVE_CERTIFICATION, privateKey);
        PGPSignatureSubpacketGenerator subpackets = new PGPSignatureSubpacketGenerator();
        subpackets.setSignatureCreationTime(false, Date.from(created));
        subpackets.setIssuerFingerprint(false, publicKey);
        subpackets.setKeyFlags(true, KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA);
        generator.setHashedSubpackets(subpackets.generate());
        generator.setUnhashedSubpackets(issuer());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(publicKey.getEncoded());
        out.writeBytes(new UserIDPacket(userId).getEncoded());
        out.writeBytes(generator.generateCertification(userId, publicKey).getEncoded());
        return out.toByteArray();
    }

    private org.bouncycastle.openpgp.PGPSignatureSubpacketVector issuer() {
        PGPSignatureSubpacketGenerator unhashed = new PGPSignatureSubpacketGenerator();
        unhashed.setIssuerKeyID(false, publicKey.getKeyID());
        return unhashed.generate();
    }

    /** When the key was made; signatures that state an earlier time are not believed. */
    public Instant created() {
        return publicKey.getCreationTime().toInstant();
    }

    /** The fingerprint of the (sub)key that signs, upper-case hexadecimal. */
    public String fingerprint() {
        return HexFormat.of().withUpperCase().formatHex(publicKey.getFingerprint());
    }

    /** When the key was made: a signature that states an earlier time is good for nobody. */
    public Instant keyCreated() {
        return publicKey.getCreationTime().toInstant();
    }

    /** Whether it is an RSA key; else it is an Ed25519 key. */
    public boolean isRsa() {
        return publicKey.getAlgorithm() == PublicKeyAlgorithmTags.RSA_GENERAL;
    }

    /** What verifiers need: the transferable public key, binary. */
    public byte[] certificate() {
        return certificate.clone();
    }

    /** The same, armored. */
    public String armoredCertificate() {
        return armored("PUBLIC KEY BLOCK", certificate);
    }

    /**
     * Signs bytes as they are.
     *
     * @param data read once, in small pieces
     * @param created the time that the signature states, in whole seconds
     * @return one signature packet
     * @throws IOException when the data cannot be read or the key refuses
     */
    public byte[] sign(ByteSource data, Instant created) throws IOException {
        try {
            PGPSignatureGenerator generator = new PGPSignatureGenerator(signerBuilder, publicKey);
            generator.init(PGPSignature.BINARY_DOCUMENT, privateKey);
            PGPSignatureSubpacketGenerator subpackets = new PGPSignatureSubpacketGenerator();
            subpackets.setSignatureCreationTime(false, Date.from(created));
            subpackets.setIssuerFingerprint(false, publicKey);
            generator.setHashedSubpackets(subpackets.generate());
            generator.setUnhashedSubpackets(issuer());
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(Math.max(data.size(), 1), CHUNK));
            for (long at = 0; at < data.size(); at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), data.size() - at));
                data.readFully(at, buffer);
                generator.update(buffer.array(), 0, buffer.limit());
            }
            return generator.generate().getEncoded();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (PGPException e) {
            throw new IOException("the key cannot sign: " + e.getMessage(), e);
        }
    }

    /** A signature as the text that {@code gpg --verify} takes. */
    public static String armored(byte[] signature) {
        return armored("SIGNATURE", signature);
    }

    private static String armored(String label, byte[] bytes) {
        List<String> lines = new ArrayList<>(List.of("-----BEGIN PGP " + label + "-----", ""));
        String base64 = Base64.getEncoder().encodeToString(bytes);
        for (int at = 0; at < base64.length(); at += LINE) {
            lines.add(base64.substring(at, Math.min(base64.length(), at + LINE)));
        }
        int crc = Armor.crc24(bytes);
        byte[] sum = {(byte) (crc >>> 16), (byte) (crc >>> 8), (byte) crc};
        lines.add("=" + Base64.getEncoder().encodeToString(sum));
        lines.add("-----END PGP " + label + "-----");
        lines.add("");
        return String.join("\n", lines);
    }

    @Override
    public String toString() {
        return "OpenPgpSigner[" + fingerprint() + "]";
    }
}
