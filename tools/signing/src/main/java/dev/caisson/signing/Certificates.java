package dev.caisson.signing;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;

/** Makes, reads and follows X.509 certificates (RFC 5280). */
public final class Certificates {
    private static final String SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
    private static final int MAX_CHAIN = 8;

    private Certificates() {}

    /**
     * A fresh RSA key with public exponent 65537.
     *
     * @param bits 2048, 3072 or 4096
     */
    public static KeyPair generateRsa(int bits, SecureRandom random) {
        if (bits != 2048 && bits != 3072 && bits != 4096) {
            throw new IllegalArgumentException("RSA keys have 2048, 3072 or 4096 bits, not " + bits);
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK makes RSA keys", e);
        }
    }

    /** A certificate signed by its own key. The same arguments give the same bytes. */
    public static LocalSigningKey selfSigned(KeyPair pair, CertificateSpec spec) throws IOException {
        X500Name name = new X500Name(spec.subject());
        X509Certificate certificate = build(spec, name, pair.getPublic(), pair.getPublic(), pairSigner(pair));
        return LocalSigningKey.of(pair.getPrivate(), List.of(certificate));
    }

    /** A certificate for {@code pair}'s key, signed by {@code issuer}, whose certificates follow in the chain. */
    public static LocalSigningKey issue(SigningKey issuer, KeyPair pair, CertificateSpec spec) throws IOException {
        X509Certificate authority = issuer.certificate();
        X500Name name = X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
        X509Certificate certificate = build(spec, name, pair.getPublic(), authority.getPublicKey(), issuer::sign);
        List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
        chain.addAll(issuer.certificates());
        return LocalSigningKey.of(pair.getPrivate(), chain);
    }

    private interface Signer {
        byte[] sign(byte[] message) throws IOException;
    }

    private static Signer pairSigner(KeyPair pair) {
        return message -> {
            try {
                java.security.Signature signature = java.security.Signature.getInstance("SHA256withRSA");
                signature.initSign(pair.getPrivate());
                signature.update(message);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IOException("the new key cannot sign: " + e.getMessage(), e);
            }
        };
    }

    private static X509Certificate build(
            CertificateSpec spec, X500Name issuer, PublicKey subjectKey, PublicKey issuerKey, Signer signer)
            throws IOException {
        SubjectPublicKeyInfo keyInfo = SubjectPublicKeyInfo.getInstance(subjectKey.getEncoded());
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new org.bouncycastle.asn1.ASN1Integer(spec.serial()));
        generator.setIssuer(issuer);
        generator.setSubject(new X500Name(spec.subject()));
        generator.setStartDate(Time.getInstance(Der.time(spec.notBefore())));
        generator.setEndDate(Time.getInstance(Der.time(spec.notAfter())));
        generator.setSubjectPublicKeyInfo(keyInfo);
        generator.setSignature(Der.algorithm(SHA256_WITH_RSA));
        generator.setExtensions(
                extensions(spec.usage(), keyInfo, SubjectPublicKeyInfo.getInstance(issuerKey.getEncoded())));
        TBSCertificate body = generator.generateTBSCertificate();
        byte[] signature = signer.sign(Der.encode(body));
        return read(Der.encode(Der.sequence(body, Der.algorithm(SHA256_WITH_RSA), new DERBitString(signature))));
    }

    private static Extensions extensions(
            CertificateSpec.Usage usage, SubjectPublicKeyInfo subject, SubjectPublicKeyInfo issuer) throws IOException {
        boolean authority = usage == CertificateSpec.Usage.AUTHORITY;
        BcX509ExtensionUtils identifiers = new BcX509ExtensionUtils();
        ExtensionsGenerator out = new ExtensionsGenerator();
        out.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        int bits = authority
                ? KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign
                : KeyUsage.digitalSignature;
        out.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
        if (!authority) {
            out.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
        }
        out.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(subject));
        out.addExtension(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer));
        return out.generate();
    }

    /**
     * Parses one DER certificate.
     *
     * @throws FormatException for anything else, trailing bytes included
     */
    public static X509Certificate read(byte[] der) throws FormatException {
        int length = Der.check(der);
        if (length != der.length) {
            throw new CorruptDataException(
                    "X.509 certificate", length, (der.length - length) + " bytes follow", "none");
        }
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            certificate.getPublicKey();
            return certificate;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new CorruptDataException("X.509 certificate", 0, "cannot be parsed: " + e.getMessage(), "");
        }
    }

    /**
     * The path from a certificate to a trusted one: {@code leaf} itself when it is trusted, otherwise through issuers of
     * {@code pool}. Every signature on the path is verified and every issuer is an authority. Validity periods are not looked
     * at, as UEFI firmware does not either: its clock cannot be trusted.
     *
     * @return the path with the trusted certificate last; empty when there is none of at most 8 certificates
     */
    public static Optional<List<X509Certificate>> path(
            X509Certificate leaf, Collection<X509Certificate> pool, Collection<X509Certificate> trusted) {
        List<X509Certificate> path = new ArrayList<>(List.of(leaf));
        while (path.size() <= MAX_CHAIN) {
            X509Certificate last = path.get(path.size() - 1);
            if (trusted.contains(last)) {
                return Optional.of(List.copyOf(path));
            }
            Optional<X509Certificate> issuer = issuerOf(last, trusted, path).or(() -> issuerOf(last, pool, path));
            if (issuer.isEmpty()) {
                return Optional.empty();
            }
            path.add(issuer.get());
        }
        return Optional.empty();
    }

    private static Optional<X509Certificate> issuerOf(
            X509Certificate certificate, Collection<X509Certificate> among, List<X509Certificate> used) {
        return among.stream()
                .filter(issuer -> !used.contains(issuer) && issued(issuer, certificate))
                .findFirst();
    }

    private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (issuer.getBasicConstraints() < 0
                || !issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    /** A serial number of 127 bits, as certificate authorities take them. */
    public static BigInteger randomSerial(SecureRandom random) {
        return new BigInteger(126, random).setBit(126);
    }
}
