package dev.caisson.eif;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.signing.EcdsaKey;
import dev.caisson.signing.Pem;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * The signature section: one certificate with a COSE_Sign1 (RFC 9052, 4.2) of PCR 0.
 *
 * <pre>
 * [ { "signing_certificate": PEM as numbers,
 *     "signature": numbers of [ bstr {1: -35}, {}, bstr payload, bstr signature ] } ]
 * payload: { "register_index": 0, "register_value": 48 numbers }
 * </pre>
 *
 * @param certificate of the key that signed
 * @param pcr0 what was signed
 */
public record EifSignature(X509Certificate certificate, Digest pcr0) {
    /** The loader takes no more. */
    static final int MOST_BYTES = 32_768;

    /** COSE's number of ES384 is -35; CBOR stores -1 - n. */
    private static final int ES384 = 34;

    private static final String STRUCTURE = "EIF signature";

    /** Signs, giving the section's bytes. */
    static byte[] sign(EcdsaKey key, Digest pcr0) {
        byte[] header = protectedHeader();
        byte[] payload = Cbor.encode(out -> {
            Cbor.head(out, Cbor.MAP, 2);
            Cbor.text(out, "register_index");
            Cbor.head(out, Cbor.UNSIGNED, 0);
            Cbor.text(out, "register_value");
            Cbor.numbers(out, pcr0.bytes());
        });
        byte[] signature = key.sign(toBeSigned(header, payload));
        byte[] cose = Cbor.encode(out -> {
            Cbor.head(out, Cbor.ARRAY, 4);
            Cbor.bytes(out, header);
            Cbor.head(out, Cbor.MAP, 0);
            Cbor.bytes(out, payload);
            Cbor.bytes(out, signature);
        });
        return Cbor.encode(out -> {
            Cbor.head(out, Cbor.ARRAY, 1);
            Cbor.head(out, Cbor.MAP, 2);
            Cbor.text(out, "signing_certificate");
            Cbor.numbers(out, Pem.write(key.certificate()));
            Cbor.text(out, "signature");
            Cbor.numbers(out, cose);
        });
    }

    private static byte[] protectedHeader() {
        return Cbor.encode(out -> {
            Cbor.head(out, Cbor.MAP, 1);
            Cbor.head(out, Cbor.UNSIGNED, 1);
            Cbor.head(out, Cbor.NEGATIVE, ES384);
        });
    }

    /** Sig_structure of RFC 9052, 4.4. */
    private static byte[] toBeSigned(byte[] header, byte[] payload) {
        BinaryWriter out = BinaryWriter.bigEndian(256);
        Cbor.head(out, Cbor.ARRAY, 4);
        Cbor.text(out, "Signature1");
        Cbor.bytes(out, header);
        Cbor.bytes(out, new byte[0]);
        Cbor.bytes(out, payload);
        return out.toByteArray();
    }

    /**
     * Reads a section and checks the signature with the certificate in it.
     *
     * @throws CorruptDataException when it is no signature, or not of what it says
     */
    static EifSignature verify(byte[] section) throws FormatException {
        BinaryReader in = Cbor.reader(section);
        Cbor.expect(in, Cbor.ARRAY, 1);
        Cbor.expect(in, Cbor.MAP, 2);
        Cbor.expectText(in, "signing_certificate");
        X509Certificate certificate = Pem.readCertificates(Cbor.numbers(in)).get(0);
        Cbor.expectText(in, "signature");
        byte[] cose = Cbor.numbers(in);
        Cbor.expectEnd(in);
        BinaryReader sign1 = Cbor.reader(cose);
        Cbor.expect(sign1, Cbor.ARRAY, 4);
        byte[] header = Cbor.bytes(sign1);
        Cbor.expect(sign1, Cbor.MAP, 0);
        byte[] payload = Cbor.bytes(sign1);
        byte[] signature = Cbor.bytes(sign1);
        Cbor.expectEnd(sign1);
        if (!Arrays.equals(header, protectedHeader())) {
            throw new CorruptDataException(STRUCTURE, 0, "another algorithm", "ES384");
        }
        if (!EcdsaKey.verify(certificate, toBeSigned(header, payload), signature)) {
            throw new CorruptDataException(
                    STRUCTURE, 0, "not by '" + certificate.getSubjectX500Principal() + "'", "a signature by it");
        }
        BinaryReader signed = Cbor.reader(payload);
        Cbor.expect(signed, Cbor.MAP, 2);
        Cbor.expectText(signed, "register_index");
        Cbor.expect(signed, Cbor.UNSIGNED, 0);
        Cbor.expectText(signed, "register_value");
        byte[] value = Cbor.numbers(signed);
        Cbor.expectEnd(signed);
        if (value.length != DigestAlgorithm.SHA384.sizeBytes()) {
            throw new CorruptDataException(STRUCTURE, 0, "a register of " + value.length + " bytes", "48");
        }
        return new EifSignature(certificate, new Digest(DigestAlgorithm.SHA384, value));
    }
}
