package dev.caisson.openpgp;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.signing.SigningKey;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.operator.PGPContentSigner;
import org.bouncycastle.openpgp.operator.PGPContentSignerBuilder;

/** Lets an RSA key from outside the library sign what the library lays out. For one signature. */
final class ForeignContentSigner implements PGPContentSigner {
    private final SigningKey key;
    private final long keyId;
    private final int type;
    private final MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
    private byte[] finished;

    private ForeignContentSigner(SigningKey key, long keyId, int type) {
        this.key = key;
        this.keyId = keyId;
        this.type = type;
    }

    /** Makes one signer for each signature. */
    record Builder(SigningKey key, long keyId) implements PGPContentSignerBuilder {
        @Override
        public PGPContentSigner build(int signatureType, PGPPrivateKey privateKey) {
            return new ForeignContentSigner(key, keyId, signatureType);
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                digest.update((byte) b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                digest.update(bytes, offset, length);
            }
        };
    }

    @Override
    public byte[] getSignature() {
        try {
            return key.signDigest(new Digest(DigestAlgorithm.SHA256, getDigest()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] getDigest() {
        if (finished == null) {
            finished = digest.digest();
        }
        return finished.clone();
    }

    @Override
    public int getType() {
        return type;
    }

    @Override
    public int getHashAlgorithm() {
        return HashAlgorithmTags.SHA256;
    }

    @Override
    public int getKeyAlgorithm() {
        return PublicKeyAlgorithmTags.RSA_GENERAL;
    }

    @Override
    public long getKeyID() {
        return keyId;
    }
}
