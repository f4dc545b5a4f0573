package dev.caisson.signing;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** CMS SignedData as read (RFC 5652 §5, PKCS#7 1.5): what it holds, and the check of its signatures. */
public final class CmsSignedData {
    private static final String SIGNED_DATA = "1.2.840.113549.1.7.2";
    private static final String STRUCTURE = "CMS SignedData";
    private static final int MAX_SIGNERS = 16;
    private static final int MAX_CERTIFICATES = 64;
    /** Containers such as WIN_CERTIFICATE pad to 8 bytes. */
    private static final int MAX_PADDING = 7;

    private final String contentType;
    private final byte[] content;
    private final List<X509Certificate> certificates;
    private final List<CmsSignerInfo> signers;

    private CmsSignedData(
            String contentType, byte[] content, List<X509Certificate> certificates, List<CmsSignerInfo> signers) {
        this.contentType = contentType;
        this.content = content;
        this.certificates = List.copyOf(certificates);
        this.signers = List.copyOf(signers);
    }

    /**
     * Reads a ContentInfo, or the bare SignedData that UEFI variables hold. Up to 7 zero bytes may follow.
     *
     * @throws FormatException for anything else
     */
    public static CmsSignedData read(byte[] der) throws FormatException {
        ASN1Primitive outer = Der.parse(STRUCTURE, der, MAX_PADDING);
        try {
            return parse(outer);
        } catch (RuntimeException e) {
            // The parser reports elements of a wrong kind with whatever exception comes to hand.
            throw new CorruptDataException(STRUCTURE, 0, "has an unexpected element: " + e.getMessage(), "");
        }
    }

    private static CmsSignedData parse(ASN1Primitive outer) throws FormatException {
        ASN1Sequence sequence = ASN1Sequence.getInstance(outer);
        if (sequence.size() == 2 && sequence.getObjectAt(0) instanceof ASN1ObjectIdentifier type) {
            if (!type.getId().equals(SIGNED_DATA)) {
                throw new NotThisFormatException("CMS ContentInfo", 0, "is of type " + type.getId(), SIGNED_DATA);
            }
            sequence = ASN1Sequence.getInstance((ASN1TaggedObject) sequence.getObjectAt(1), true);
        }
        if (sequence.size() < 4 || sequence.size() > 6) {
            throw new CorruptDataException(STRUCTURE, 0, sequence.size() + " elements", "4 to 6");
        }
        ASN1Sequence info = ASN1Sequence.getInstance(sequence.getObjectAt(2));
        byte[] content = null;
        if (info.size() == 2) {
            content = Der.encode(((ASN1TaggedObject) info.getObjectAt(1)).getExplicitBaseObject());
        }
        List<X509Certificate> certificates = certificates(sequence);
        ASN1Set infos = ASN1Set.getInstance(sequence.getObjectAt(sequence.size() - 1));
        if (infos.size() > MAX_SIGNERS) {
            throw new UnsupportedFeatureException(STRUCTURE, 0, infos.size() + " signers", "at most " + MAX_SIGNERS);
        }
        List<CmsSignerInfo> signers = new ArrayList<>();
        for (ASN1Encodable element : infos) {
            signers.add(signer(ASN1Sequence.getInstance(element)));
        }
        String type = ASN1ObjectIdentifier.getInstance(info.getObjectAt(0)).getId();
        return new CmsSignedData(type, content, certificates, signers);
    }

    private static List<X509Certificate> certificates(ASN1Sequence sequence) throws FormatException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (int i = 3; i < sequence.size() - 1; i++) {
            ASN1TaggedObject tagged = (ASN1TaggedObject) sequence.getObjectAt(i);
            if (tagged.getTagNo() != 0) {
                continue;
            }
            ASN1Set set = ASN1Set.getInstance(tagged, false);
            if (set.size() > MAX_CERTIFICATES) {
                throw new UnsupportedFeatureException(
                        STRUCTURE, 0, set.size() + " certificates", "at most " + MAX_CERTIFICATES);
            }
            for (ASN1Encodable element : set) {
                certificates.add(Certificates.read(Der.encode(element)));
            }
        }
        return certificates;
    }

    private static CmsSignerInfo signer(ASN1Sequence info) throws FormatException {
        if (info.size() < 5 || !(info.getObjectAt(1) instanceof ASN1Sequence id)) {
            throw new UnsupportedFeatureException(
                    "CMS SignerInfo", 0, "names its certificate by key identifier", "issuer and serial number");
        }
        X500Principal issuer = new X500Principal(Der.encode(id.getObjectAt(0)));
        BigInteger serial = ASN1Integer.getInstance(id.getObjectAt(1)).getValue();
        String digest = AlgorithmIdentifier.getInstance(info.getObjectAt(2))
                .getAlgorithm()
                .getId();
        int at = 3;
        ASN1Set attributes = null;
        if (info.getObjectAt(at) instanceof ASN1TaggedObject tagged) {
            attributes = ASN1Set.getInstance(tagged, false);
            at++;
        }
        String algorithm = AlgorithmIdentifier.getInstance(info.getObjectAt(at))
                .getAlgorithm()
                .getId();
        byte[] signature = ASN1OctetString.getInstance(info.getObjectAt(at + 1)).getOctets();
        return new CmsSignerInfo(issuer, serial, digestAlgorithm(digest), algorithm, attributes, signature);
    }

    private static DigestAlgorithm digestAlgorithm(String oid) throws UnsupportedFeatureException {
        return switch (oid) {
            case "2.16.840.1.101.3.4.2.1" -> DigestAlgorithm.SHA256;
            case "2.16.840.1.101.3.4.2.2" -> DigestAlgorithm.SHA384;
            case "2.16.840.1.101.3.4.2.3" -> DigestAlgorithm.SHA512;
            default ->
                throw new UnsupportedFeatureException(
                        "CMS SignerInfo digestAlgorithm", 0, oid, "SHA-256, SHA-384 or SHA-512");
        };
    }

    /** Object identifier of what is signed. */
    public String contentType() {
        return contentType;
    }

    /** The whole DER element of the content; empty when the signature is detached. */
    public Optional<byte[]> contentElement() {
        return Optional.ofNullable(content).map(byte[]::clone);
    }

    /** The content's bytes without tag and length, which is what is hashed; empty when the signature is detached. */
    public Optional<byte[]> content() {
        return Optional.ofNullable(content).map(CmsSignedData::octets);
    }

    /** The certificates that travel with the signature. They prove nothing by themselves. */
    public List<X509Certificate> certificates() {
        return certificates;
    }

    /** Number of signers. */
    public int signerCount() {
        return signers.size();
    }

    /** Checks every signature over the content inside. */
    public List<CmsSignature> verify() throws FormatException {
        if (content == null) {
            throw new CorruptDataException(STRUCTURE, 0, "holds no content", "content, or give the detached one");
        }
        return verify(octets(content));
    }

    /**
     * Checks every signature over detached content; for an embedded one, over {@code bytes} instead of it.
     *
     * @param bytes what was signed
     * @return one result per signer, in order
     */
    public List<CmsSignature> verify(byte[] bytes) {
        return signers.stream()
                .map(signer -> signer.verify(contentType, bytes, certificates))
                .toList();
    }

    /** The bytes of one DER element behind its tag and length. */
    static byte[] octets(byte[] element) {
        int first = element[1] & 0xff;
        return Arrays.copyOfRange(element, first < 0x80 ? 2 : 2 + (first & 0x7f), element.length);
    }
}
