package dev.caisson.signing;

import dev.caisson.bytes.DigestAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;

/** One SignerInfo (RFC 5652 §5.3) and its check (§5.4). */
record CmsSignerInfo(
        X500Principal issuer,
        BigInteger serial,
        DigestAlgorithm digest,
        String algorithm,
        ASN1Set attributes,
        byte[] signature) {
    private static final String CONTENT_TYPE = "1.2.840.113549.1.9.3";
    private static final String MESSAGE_DIGEST = "1.2.840.113549.1.9.4";

    CmsSignature verify(String contentType, byte[] content, List<X509Certificate> certificates) {
        Optional<X509Certificate> signer = certificates.stream()
                .filter(certificate -> certificate.getIssuerX500Principal().equals(issuer)
                        && certificate.getSerialNumber().equals(serial))
                .findFirst();
        if (signer.isEmpty()) {
            return new CmsSignature(signer, Optional.of("the signer's certificate is missing"));
        }
        try {
            return new CmsSignature(signer, problem(signer.get(), contentType, content));
        } catch (GeneralSecurityException | RuntimeException e) {
            return new CmsSignature(signer, Optional.of("the signature cannot be checked: " + e.getMessage()));
        }
    }

    private Optional<String> problem(X509Certificate signer, String contentType, byte[] content)
            throws GeneralSecurityException {
        byte[] signed = content;
        if (attributes != null) {
            Optional<ASN1Encodable> type = attribute(CONTENT_TYPE);
            Optional<ASN1Encodable> stated = attribute(MESSAGE_DIGEST);
            if (type.isEmpty()
                    || !ASN1ObjectIdentifier.getInstance(type.get()).getId().equals(contentType)) {
                return Optional.of("the signed content type is another one");
            }
            byte[] actual = digest.of(content).bytes();
            if (stated.isEmpty()
                    || !MessageDigest.isEqual(
                            actual, ASN1OctetString.getInstance(stated.get()).getOctets())) {
                return Optional.of("the signed digest is not that of the content");
            }
            signed = Der.encode(attributes);
        }
        Signature check = Signature.getInstance(jcaName(signer));
        check.initVerify(signer.getPublicKey());
        check.update(signed);
        return check.verify(signature) ? Optional.empty() : Optional.of("the signature is wrong");
    }

    /** The value of an attribute that must be there once with one value. */
    private Optional<ASN1Encodable> attribute(String type) {
        ASN1Encodable found = null;
        for (ASN1Encodable element : attributes) {
            ASN1Sequence attribute = ASN1Sequence.getInstance(element);
            if (ASN1ObjectIdentifier.getInstance(attribute.getObjectAt(0))
                    .getId()
                    .equals(type)) {
                ASN1Set values = ASN1Set.getInstance(attribute.getObjectAt(1));
                if (found != null || values.size() != 1) {
                    return Optional.empty();
                }
                found = values.getObjectAt(0);
            }
        }
        return Optional.ofNullable(found);
    }

    private String jcaName(X509Certificate signer) {
        String hash = "SHA" + digest.sizeBytes() * 8;
        return switch (algorithm) {
            // rsaEncryption leaves the hash to digestAlgorithm; the others must agree with it.
            case "1.2.840.113549.1.1.1" -> hash + "withRSA";
            case "1.2.840.113549.1.1.11" -> agree(DigestAlgorithm.SHA256, "SHA256withRSA");
            case "1.2.840.113549.1.1.12" -> agree(DigestAlgorithm.SHA384, "SHA384withRSA");
            case "1.2.840.113549.1.1.13" -> agree(DigestAlgorithm.SHA512, "SHA512withRSA");
            case "1.2.840.10045.4.3.2" -> agree(DigestAlgorithm.SHA256, "SHA256withECDSA");
            case "1.2.840.10045.4.3.3" -> agree(DigestAlgorithm.SHA384, "SHA384withECDSA");
            case "1.2.840.10045.4.3.4" -> agree(DigestAlgorithm.SHA512, "SHA512withECDSA");
            default ->
                throw new IllegalArgumentException("signature algorithm " + algorithm + " of a "
                        + signer.getPublicKey().getAlgorithm() + " key");
        };
    }

    private String agree(DigestAlgorithm expected, String name) {
        if (digest != expected) {
            throw new IllegalArgumentException("digest and signature algorithm disagree");
        }
        return name;
    }
}
