package dev.caisson.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.UserIDPacket;
import org.bouncycastle.bcpg.sig.RevocationReasonTags;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A key made for a test, which builds certificates and signatures of every shape, wrong ones included. */
final class SigningKey {
    static final int SHA1 = HashAlgorithmTags.SHA1;
    static final int SHA256 = HashAlgorithmTags.SHA256;
    static final int SHA512 = HashAlgorithmTags.SHA512;
    static final int CERTIFY = 1;
    static final int SIGN = 2;

    private final PGPKeyPair pair;
    private final Instant created;

    private SigningKey(int algorithm, AsymmetricCipherKeyPair keys, Instant created) {
        try {
            this.pair = new BcPGPKeyPair(PublicKeyPacket.VERSION_4, algorithm, keys, Date.from(created));
            this.created = created;
        } catch (PGPException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Legacy EdDSA, algorithm 22. */
    static SigningKey ed25519(Instant created) {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new SigningKey(PublicKeyAlgorithmTags.EDDSA_LEGACY, generator.generateKeyPair(), created);
    }

    static SigningKey rsa(int bits, Instant created) {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), bits, 80));
        return new SigningKey(PublicKeyAlgorithmTags.RSA_GENERAL, generator.generateKeyPair(), created);
    }

    PGPKeyPair pair() {
        return pair;
    }

    String fingerprint() {
        return java.util.HexFormat.of()
                .withUpperCase()
                .formatHex(pair.getPublicKey().getFingerprint());
    }

    /** The usual certificate: one user id, may certify and sign, never expires. */
    byte[] certificate() {
        return certificate(SHA512, h -> h.setKeyFlags(true, CERTIFY | SIGN));
    }

    byte[] certificate(int hash, Consumer<PGPSignatureSubpacketGenerator> subpackets) {
        return join(List.of(publicKey(), userId(), selfSignature(hash, subpackets)));
    }

    byte[] publicKey() {
        try {
            return pair.getPublicKey().getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] userId() {
        try {
            return new UserIDPacket("Test <test@example.org>").getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] selfSignature(int hash, Consumer<PGPSignatureSubpacketGenerator> subpackets) {
        return make(
                PGPSignature.POSITIVE_CERTIFICATION,
                hash,
                created,
                subpackets,
                generator -> generator.generateCertification("Test <test@example.org>", pair.getPublicKey()));
    }

    byte[] revocation(Instant at, boolean hard) {
        byte reason = hard ? RevocationReasonTags.KEY_COMPROMISED : RevocationReasonTags.KEY_RETIRED;
        return make(
                PGPSignature.KEY_REVOCATION,
                SHA512,
                at,
                h -> h.setRevocationReason(false, reason, ""),
                generator -> generator.generateCertification(pair.getPublicKey()));
    }

    /** The packets of {@code subkey} bound to this primary key. */
    byte[] binding(SigningKey subkey, int flags, boolean backSignature, Consumer<PGPSignatureSubpacketGenerator> more) {
        byte[] binding = make(
                PGPSignature.SUBKEY_BINDING,
                SHA512,
                subkey.created,
                h -> {
                    h.setKeyFlags(true, flags);
                    if (backSignature) {
                        subkey.addBackSignature(h, this);
                    }
                    more.accept(h);
                },
                generator -> generator.generateCertification(pair.getPublicKey(), subkey.pair.getPublicKey()));
        return join(List.of(subkey.asSubkey(), binding));
    }

    byte[] subkeyRevocation(SigningKey subkey, Instant at) {
        return make(
                PGPSignature.SUBKEY_REVOCATION,
                SHA512,
                at,
                h -> h.setRevocationReason(false, RevocationReasonTags.KEY_RETIRED, ""),
                generator -> generator.generateCertification(pair.getPublicKey(), subkey.pair.getPublicKey()));
    }

    private byte[] asSubkey() {
        byte[] encoded = publicKey();
        // Old-format header: type 6 becomes 14 in bits 5-2; new format: in bits 5-0.
        encoded[0] = (byte) ((encoded[0] & 0x40) != 0 ? 0xc0 | 14 : encoded[0] & ~0x3c | 14 << 2);
        return encoded;
    }

    private void addBackSignature(PGPSignatureSubpacketGenerator subpackets, SigningKey primary) {
        try {
            subpackets.addEmbeddedSignature(false, backSignature(primary));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PGPSignature backSignature(SigningKey primary) {
        try {
            PGPSignatureGenerator generator = generator(PGPSignature.PRIMARYKEY_BINDING, SHA512);
            PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
            hashed.setSignatureCreationTime(false, Date.from(created));
            generator.setHashedSubpackets(hashed.generate());
            return generator.generateCertification(primary.pair.getPublicKey(), pair.getPublicKey());
        } catch (PGPException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A detached binary signature. */
    byte[] sign(byte[] data, int hash, Instant at) {
        return sign(data, PGPSignature.BINARY_DOCUMENT, hash, at, h -> {});
    }

    byte[] sign(byte[] data, int type, int hash, Instant at, Consumer<PGPSignatureSubpacketGenerator> subpackets) {
        return make(type, hash, at, subpackets, generator -> {
            generator.update(data);
            return generator.generate();
        });
    }

    /** A cleartext signed message; {@code text} ends with a line feed and has no trailing blanks. */
    String clearsign(String text, int hash, Instant at) {
        byte[] canonical =
                text.substring(0, text.length() - 1).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        return clearsign(text, sign(canonical, PGPSignature.CANONICAL_TEXT_DOCUMENT, hash, at, h -> {}));
    }

    static String clearsign(String text, byte[] signatures) {
        String escaped = text.replaceAll("(?m)^-", "- -");
        return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + escaped + armor("SIGNATURE", signatures);
    }

    static String armor(String label, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        int crc = Armor.crc24(bytes);
        byte[] three = {(byte) (crc >> 16), (byte) (crc >> 8), (byte) crc};
        return "-----BEGIN PGP " + label + "-----\n\n" + base64 + "\n="
                + Base64.getEncoder().encodeToString(three) + "\n-----END PGP " + label + "-----\n";
    }

    static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private interface Maker {
        PGPSignature make(PGPSignatureGenerator generator) throws PGPException;
    }

    private PGPSignatureGenerator generator(int type, int hash) throws PGPException {
        PGPSignatureGenerator generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(pair.getPublicKey().getAlgorithm(), hash), pair.getPublicKey());
        generator.init(type, pair.getPrivateKey());
        return generator;
    }

    private byte[] make(
            int type, int hash, Instant at, Consumer<PGPSignatureSubpacketGenerator> subpackets, Maker maker) {
        try {
            PGPSignatureGenerator generator = generator(type, hash);
            PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
            hashed.setSignatureCreationTime(false, Date.from(at));
            hashed.setIssuerFingerprint(false, pair.getPublicKey());
            subpackets.accept(hashed);
            generator.setHashedSubpackets(hashed.generate());
            return maker.make(generator).getEncoded();
        } catch (PGPException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
