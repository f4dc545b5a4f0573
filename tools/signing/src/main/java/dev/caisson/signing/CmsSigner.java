package dev.caisson.signing;

import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;

/**
 * Makes CMS SignedData (RFC 5652 §5) with one signer, SHA-256 and the signer's certificates. Version 1 throughout, as PKCS#7
 * and firmware want it, also where RFC 5652 would ask for 3. The same key, attributes and content give the same bytes.
 *
 * @param key signs
 * @param attributes the signed attributes
 */
public record CmsSigner(SigningKey key, SignedAttributes attributes) {
    private static final String DATA = "1.2.840.113549.1.7.1";
    private static final String SIGNED_DATA = "1.2.840.113549.1.7.2";
    private static final String CONTENT_TYPE = "1.2.840.113549.1.9.3";
    private static final String MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
    private static final String SIGNING_TIME = "1.2.840.113549.1.9.5";
    private static final String SHA256 = "2.16.840.1.101.3.4.2.1";

    /** ContentInfo with a signature over content that is not in it. */
    public byte[] signDetached(byte[] content) throws IOException {
        return Der.encode(contentInfo(signedData(DATA, null, content)));
    }

    /** ContentInfo that holds the content as an octet string. */
    public byte[] signEnveloping(byte[] content) throws IOException {
        return Der.encode(contentInfo(signedData(DATA, new DEROctetString(content), content)));
    }

    /** Detached, and the bare SignedData without the ContentInfo around it, as UEFI's authenticated variables hold it. */
    public byte[] signDetachedBare(byte[] content) throws IOException {
        return Der.encode(signedData(DATA, null, content));
    }

    /**
     * ContentInfo that holds a structure of another content type, the PKCS#7 way: not wrapped in an octet string, and hashed
     * without its own tag and length.
     *
     * @param contentType object identifier
     * @param structure one DER element
     */
    public byte[] signStructure(String contentType, byte[] structure) throws IOException {
        ASN1Encodable content = Der.parse("content to sign", structure, 0);
        return Der.encode(contentInfo(signedData(contentType, content, CmsSignedData.octets(structure))));
    }

    private static ASN1Encodable contentInfo(ASN1Encodable signedData) {
        return Der.sequence(Der.oid(SIGNED_DATA), new DERTaggedObject(true, 0, signedData));
    }

    private ASN1Encodable signedData(String contentType, ASN1Encodable content, byte[] hashed) throws IOException {
        ASN1Encodable info = content == null
                ? Der.sequence(Der.oid(contentType))
                : Der.sequence(Der.oid(contentType), new DERTaggedObject(true, 0, content));
        ASN1EncodableVector certificates = new ASN1EncodableVector();
        for (X509Certificate certificate : key.certificates()) {
            certificates.add(Certificate.getInstance(Pem.der(certificate)));
        }
        return Der.sequence(
                new ASN1Integer(1),
                new DERSet(Der.algorithm(SHA256)),
                info,
                new DERTaggedObject(false, 0, new DERSet(certificates)),
                new DERSet(signerInfo(contentType, hashed)));
    }

    private ASN1Encodable signerInfo(String contentType, byte[] hashed) throws IOException {
        X509Certificate certificate = key.certificate();
        ASN1EncodableVector out = new ASN1EncodableVector();
        out.add(new ASN1Integer(1));
        out.add(new IssuerAndSerialNumber(
                X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded()),
                certificate.getSerialNumber()));
        out.add(Der.algorithm(SHA256));
        byte[] signature;
        if (attributes.present()) {
            DERSet signed = attributeSet(contentType, hashed);
            out.add(new DERTaggedObject(false, 0, signed));
            // RFC 5652 §5.4: signed with the tag of a SET, not with the [0] that is stored.
            signature = key.sign(Der.encode(signed));
        } else {
            signature = key.sign(hashed);
        }
        out.add(Der.algorithm(Der.RSA_ENCRYPTION));
        out.add(new DEROctetString(signature));
        return new DERSequence(out);
    }

    private DERSet attributeSet(String contentType, byte[] hashed) throws IOException {
        ASN1EncodableVector set = new ASN1EncodableVector();
        set.add(attribute(CONTENT_TYPE, Der.oid(contentType)));
        if (attributes.signingTime().isPresent()) {
            set.add(attribute(SIGNING_TIME, Der.time(attributes.signingTime().get())));
        }
        set.add(attribute(
                MESSAGE_DIGEST,
                new DEROctetString(DigestAlgorithm.SHA256.of(hashed).bytes())));
        for (SignedAttributes.Attribute more : attributes.more()) {
            set.add(attribute(more.type(), Der.parse("signed attribute", more.value(), 0)));
        }
        return new DERSet(set);
    }

    private static Attribute attribute(String type, ASN1Encodable value) {
        return new Attribute(Der.oid(type), new DERSet(value));
    }
}
