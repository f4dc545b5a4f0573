package dev.caisson.secureboot;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * What Authenticode signs (SpcIndirectDataContent): a digest and the word that it is that of a PE image.
 *
 * <pre>
 * SEQUENCE { SEQUENCE { SPC_PE_IMAGE_DATAOBJ,
 *                       SEQUENCE { BIT STRING {}, [0] { [2] { [0] BMPString "&lt;&lt;&lt;Obsolete&gt;&gt;&gt;" } } } },
 *            SEQUENCE { AlgorithmIdentifier, OCTET STRING digest } }
 * </pre>
 */
record SpcIndirectData(Digest digest) {
    static final String CONTENT_TYPE = "1.3.6.1.4.1.311.2.1.4";

    private static final String PE_IMAGE = "1.3.6.1.4.1.311.2.1.15";
    private static final String SHA256 = "2.16.840.1.101.3.4.2.1";

    byte[] encode() throws IOException {
        if (digest.algorithm() != DigestAlgorithm.SHA256) {
            throw new IllegalArgumentException("we sign SHA-256 digests, not " + digest.algorithm());
        }
        DERTaggedObject link =
                new DERTaggedObject(true, 2, new DERTaggedObject(false, 0, new DERBMPString("<<<Obsolete>>>")));
        DERSequence image = sequence(new DERBitString(new byte[0], 0), new DERTaggedObject(true, 0, link));
        return sequence(
                        sequence(new ASN1ObjectIdentifier(PE_IMAGE), image),
                        sequence(
                                new AlgorithmIdentifier(new ASN1ObjectIdentifier(SHA256), DERNull.INSTANCE),
                                new DEROctetString(digest.bytes())))
                .getEncoded(ASN1Encoding.DER);
    }

    private static DERSequence sequence(org.bouncycastle.asn1.ASN1Encodable... elements) {
        return new DERSequence(elements);
    }

    /** Reads the content of a signature, whose lengths and depth have been checked by the CMS reader. */
    static SpcIndirectData read(byte[] der) throws FormatException {
        try {
            ASN1Sequence content = ASN1Sequence.getInstance(der);
            String kind = ASN1ObjectIdentifier.getInstance(
                            ASN1Sequence.getInstance(content.getObjectAt(0)).getObjectAt(0))
                    .getId();
            if (!kind.equals(PE_IMAGE)) {
                throw new UnsupportedFeatureException("SpcIndirectDataContent", 0, "is about " + kind, PE_IMAGE);
            }
            ASN1Sequence info = ASN1Sequence.getInstance(content.getObjectAt(1));
            String algorithm = AlgorithmIdentifier.getInstance(info.getObjectAt(0))
                    .getAlgorithm()
                    .getId();
            byte[] digest = ASN1OctetString.getInstance(info.getObjectAt(1)).getOctets();
            return new SpcIndirectData(new Digest(digestAlgorithm(algorithm), digest));
        } catch (RuntimeException e) {
            throw new CorruptDataException(
                    "SpcIndirectDataContent", 0, "has an unexpected element: " + e.getMessage(), "");
        }
    }

    private static DigestAlgorithm digestAlgorithm(String oid) throws UnsupportedFeatureException {
        return switch (oid) {
            case SHA256 -> DigestAlgorithm.SHA256;
            case "2.16.840.1.101.3.4.2.2" -> DigestAlgorithm.SHA384;
            case "2.16.840.1.101.3.4.2.3" -> DigestAlgorithm.SHA512;
            default ->
                throw new UnsupportedFeatureException(
                        "SpcIndirectDataContent digestAlgorithm", 0, oid, "SHA-256, SHA-384 or SHA-512");
        };
    }
}
