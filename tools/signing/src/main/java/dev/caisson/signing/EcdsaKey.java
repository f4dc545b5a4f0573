package dev.caisson.signing;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;

/**
 * A key on the curve P-384 that signs by ECDSA with SHA-384, ES384 in the words of COSE and JOSE. The nonce follows from key and
 * message (RFC 6979), so that the same message has the same signature, as everything in an image.
 */
public final class EcdsaKey {
    /** Half of a signature: both numbers are filled up to the field's size. */
    private static final int NUMBER_BYTES = 48;

    private static final int FIELD_BITS = 384;

    private final ECPrivateKey key;
    private final X509Certificate certificate;

    private EcdsaKey(ECPrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /**
     * From the contents of PEM files.
     *
     * @param keyPem one unencrypted private key
     * @param certificatePem the key's certificate first
     * @throws UnsupportedFeatureException when the key is none of P-384
     * @throws CorruptDataException when the certificate is another key's
     */
    public static EcdsaKey ofPem(byte[] keyPem, byte[] certificatePem) throws FormatException {
        ECPrivateKey ec = readKey(keyPem);
        List<X509Certificate> certificates = Pem.readCertificates(certificatePem);
        EcdsaKey made = new EcdsaKey(ec, certificates.get(0));
        byte[] probe = {1};
        if (!verify(made.certificate, probe, made.sign(probe))) {
            throw new CorruptDataException(
                    "certificate",
                    FormatException.NO_OFFSET,
                    "'" + made.certificate.getSubjectX500Principal() + "' holds another public key",
                    "the certificate of the private key");
        }
        return made;
    }

    private static ECPrivateKey readKey(byte[] text) throws FormatException {
        for (Pem.Block block : Pem.read(text)) {
            if (!block.label().equals("PRIVATE KEY")) {
                continue;
            }
            Der.check(block.der());
            try {
                PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block.der()));
                if (key instanceof ECPrivateKey ec
                        && ec.getParams().getCurve().getField().getFieldSize() == FIELD_BITS) {
                    return ec;
                }
            } catch (GeneralSecurityException | RuntimeException e) {
                throw new UnsupportedFeatureException(
                        "PKCS#8 private key", 0, "cannot be used: " + e.getMessage(), "a key of P-384");
            }
            throw new UnsupportedFeatureException("PKCS#8 private key", 0, "is of another curve", "a key of P-384");
        }
        throw new NotThisFormatException("PEM", 0, "no PRIVATE KEY", "one");
    }

    /** The certificate that holds this key's public half. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Signs: the two numbers of the signature, 48 bytes each, big-endian. */
    public byte[] sign(byte[] message) {
        X9ECParameters curve = SECNamedCurves.getByName("secp384r1");
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA384Digest()));
        signer.init(
                true,
                new ECPrivateKeyParameters(
                        key.getS(),
                        new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH())));
        BigInteger[] numbers =
                signer.generateSignature(DigestAlgorithm.SHA384.newDigest().digest(message));
        byte[] signature = new byte[2 * NUMBER_BYTES];
        put(numbers[0], signature, 0);
        put(numbers[1], signature, NUMBER_BYTES);
        return signature;
    }

    private static void put(BigInteger number, byte[] to, int at) {
        byte[] bytes = number.toByteArray();
        int skip = Math.max(0, bytes.length - NUMBER_BYTES);
        int length = bytes.length - skip;
        System.arraycopy(bytes, skip, to, at + NUMBER_BYTES - length, length);
    }

    /** Whether a signature in {@link #sign}'s form is one of this message by the key of a certificate; false for other keys. */
    public static boolean verify(X509Certificate certificate, byte[] message, byte[] signature) {
        if (!(certificate.getPublicKey() instanceof ECPublicKey ec)
                || ec.getParams().getCurve().getField().getFieldSize() != FIELD_BITS
                || signature.length != 2 * NUMBER_BYTES) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("SHA384withECDSAinP1363Format");
            verifier.initVerify(ec);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // numbers out of range
        }
    }
}
