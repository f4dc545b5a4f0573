package dev.caisson.signing;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;

/** An RSA key in this process's memory. */
public final class LocalSigningKey implements SigningKey {
    /** DigestInfo of SHA-256 before the digest itself (RFC 8017 §9.2, note 1). */
    private static final byte[] SHA256_DIGEST_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");

    private final PrivateKey key;
    private final List<X509Certificate> certificates;

    private LocalSigningKey(PrivateKey key, List<X509Certificate> certificates) {
        this.key = key;
        this.certificates = List.copyOf(certificates);
    }

    /**
     * Joins a key and its certificates.
     *
     * @param certificates the key's own first
     * @throws UnsupportedFeatureException when the key is no RSA key
     * @throws CorruptDataException when the first certificate is not the key's
     */
    public static LocalSigningKey of(PrivateKey key, List<X509Certificate> certificates) throws FormatException {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("a signing key needs a certificate");
        }
        if (!(key instanceof RSAPrivateKey rsa)) {
            throw new UnsupportedFeatureException(
                    "private key", FormatException.NO_OFFSET, "is of kind " + key.getAlgorithm(), "an RSA key");
        }
        PublicKey publicKey = certificates.get(0).getPublicKey();
        if (!(publicKey instanceof RSAPublicKey rsaPublic)
                || !rsaPublic.getModulus().equals(rsa.getModulus())) {
            throw new CorruptDataException(
                    "certificate",
                    FormatException.NO_OFFSET,
                    "'" + certificates.get(0).getSubjectX500Principal() + "' holds another public key",
                    "the certificate of the private key");
        }
        return new LocalSigningKey(key, certificates);
    }

    /**
     * From the contents of PEM files.
     *
     * @param keyPem one unencrypted private key
     * @param certificatePem the key's certificate first, then its issuers
     */
    public static LocalSigningKey ofPem(byte[] keyPem, byte[] certificatePem) throws FormatException {
        return of(Pem.readPrivateKey(keyPem), Pem.readCertificates(certificatePem));
    }

    /**
     * From the contents of a PKCS#12 file.
     *
     * @param password of the store and of the key
     * @param alias the entry's name; {@code null} takes the only key of the store
     * @throws NotThisFormatException when the bytes are no PKCS#12 store, or the password is wrong: the format cannot tell
     */
    public static LocalSigningKey ofPkcs12(byte[] store, char[] password, String alias) throws FormatException {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(new ByteArrayInputStream(store), password);
            String name = alias == null ? onlyKey(keys) : alias;
            if (!(keys.getKey(name, password) instanceof PrivateKey key)) {
                throw new CorruptDataException("PKCS#12 store", 0, "has no private key '" + name + "'", "one");
            }
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : keys.getCertificateChain(name)) {
                chain.add((X509Certificate) certificate);
            }
            return of(key, chain);
        } catch (FormatException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new NotThisFormatException(
                    "PKCS#12 store", 0, "cannot be opened: " + e.getMessage(), "a PKCS#12 file and its password");
        }
    }

    private static String onlyKey(KeyStore keys) throws GeneralSecurityException, CorruptDataException {
        List<String> names = new ArrayList<>();
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                names.add(alias);
            }
        }
        if (names.size() != 1) {
            throw new CorruptDataException("PKCS#12 store", 0, "has " + names.size() + " keys", "one, or an alias");
        }
        return names.get(0);
    }

    @Override
    public List<X509Certificate> certificates() {
        return certificates;
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return SignatureAlgorithm.RSA_PKCS1_SHA256;
    }

    @Override
    public byte[] signDigest(Digest digest) throws IOException {
        if (digest.algorithm() != DigestAlgorithm.SHA256) {
            throw new IllegalArgumentException("this key signs SHA-256 digests, not " + digest.algorithm());
        }
        try {
            // Padding type 1: the JDK takes it when a private key encrypts. Nothing random is in it.
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            cipher.update(SHA256_DIGEST_INFO);
            return cipher.doFinal(digest.bytes());
        } catch (GeneralSecurityException e) {
            throw new IOException("the key cannot sign: " + e.getMessage(), e);
        }
    }

    /** The private key as unencrypted PKCS#8 text; for {@link PrivateFile}. */
    public byte[] privateKeyPem() {
        return Pem.write(key);
    }

    @Override
    public String toString() {
        return "LocalSigningKey[" + certificate().getSubjectX500Principal() + "]";
    }
}
