package dev.caisson.engine.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.UserIDPacket;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A key that signs the archives of tests. */
final class ArchiveKey {
    private static final String USER = "Test archive <archive@example.org>";

    private final PGPKeyPair pair;
    private final Instant created;

    ArchiveKey(Instant created) throws PGPException {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        this.pair = new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4,
                PublicKeyAlgorithmTags.EDDSA_LEGACY,
                generator.generateKeyPair(),
                Date.from(created));
        this.created = created;
    }

    byte[] certificate() throws IOException, PGPException {
        PGPSignatureSubpacketGenerator hashed = subpackets(created);
        hashed.setKeyFlags(true, 3);
        PGPSignatureGenerator generator = generator(PGPSignature.POSITIVE_CERTIFICATION);
        generator.setHashedSubpackets(hashed.generate());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(pair.getPublicKey().getEncoded());
        out.writeBytes(new UserIDPacket(USER).getEncoded());
        out.writeBytes(
                generator.generateCertification(USER, pair.getPublicKey()).getEncoded());
        return out.toByteArray();
    }

    byte[] detached(byte[] data, Instant at) throws IOException, PGPException {
        return sign(PGPSignature.BINARY_DOCUMENT, data, at);
    }

    /** {@code text} ends with a line feed and has no trailing blanks and no leading dashes. */
    byte[] inRelease(String text, Instant at) throws IOException, PGPException {
        byte[] canonical =
                text.substring(0, text.length() - 1).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        byte[] signature = sign(PGPSignature.CANONICAL_TEXT_DOCUMENT, canonical, at);
        String message = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + text
                + "-----BEGIN PGP SIGNATURE-----\n\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(signature)
                + "\n-----END PGP SIGNATURE-----\n";
        return message.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] sign(int type, byte[] data, Instant at) throws IOException, PGPException {
        PGPSignatureGenerator generator = generator(type);
        generator.setHashedSubpackets(subpackets(at).generate());
        generator.update(data);
        return generator.generate().getEncoded();
    }

    private PGPSignatureSubpacketGenerator subpackets(Instant at) throws PGPException {
        PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
        hashed.setSignatureCreationTime(false, Date.from(at));
        hashed.setIssuerFingerprint(false, pair.getPublicKey());
        return hashed;
    }

    private PGPSignatureGenerator generator(int type) throws PGPException {
        PGPSignatureGenerator generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.EDDSA_LEGACY, HashAlgorithmTags.SHA512),
                pair.getPublicKey());
        generator.init(type, pair.getPrivateKey());
        return generator;
    }
}
