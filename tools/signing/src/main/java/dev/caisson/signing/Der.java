package dev.caisson.signing;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** Guards and shorthands around DER (X.690 §10). */
final class Der {
    static final String RSA_ENCRYPTION = "1.2.840.113549.1.1.1";

    private static final int MAX_DEPTH = 32;
    private static final int CONSTRUCTED = 0x20;

    private Der() {}

    /**
     * Walks the tags and lengths before any parser sees the bytes: definite lengths only, everything inside its parent, at
     * most 32 levels, so that no input can exhaust a parser's stack.
     *
     * @return the length of the one element at the start
     */
    static int check(byte[] der) throws FormatException {
        BinaryReader in = BinaryReader.bigEndian("DER", der);
        element(in, der.length, 0);
        return in.position();
    }

    private static void element(BinaryReader in, int end, int depth) throws FormatException {
        if (depth > MAX_DEPTH) {
            throw new LimitExceededException("DER", in.offset(), "nested deeper", "at most 32 levels");
        }
        int tag = in.u8();
        if ((tag & 0x1f) == 0x1f) {
            throw new UnsupportedFeatureException("DER", in.offset() - 1, "a tag number of several bytes", "below 31");
        }
        long length = length(in);
        if (length > end - in.position()) {
            throw new CorruptDataException(
                    "DER", in.offset(), length + " bytes in an element", "at most " + (end - in.position()));
        }
        int stop = in.position() + (int) length;
        if ((tag & CONSTRUCTED) == 0) {
            in.skip(length);
            return;
        }
        while (in.position() < stop) {
            element(in, stop, depth + 1);
        }
    }

    private static long length(BinaryReader in) throws FormatException {
        int first = in.u8();
        if (first < 0x80) {
            return first;
        }
        if (first == 0x80 || first > 0x84) {
            throw new UnsupportedFeatureException(
                    "DER", in.offset() - 1, "length byte 0x" + Integer.toHexString(first), "a definite length");
        }
        long length = 0;
        for (int i = first & 0x7f; i > 0; i--) {
            length = length << 8 | in.u8();
        }
        return length;
    }

    /** Parses after {@link #check}; trailing bytes must be zeros, at most {@code padding} of them. */
    static ASN1Primitive parse(String structure, byte[] der, int padding) throws FormatException {
        int length = check(der);
        if (der.length - length > padding) {
            throw new CorruptDataException(structure, length, (der.length - length) + " bytes follow", "none");
        }
        for (int i = length; i < der.length; i++) {
            if (der[i] != 0) {
                throw new CorruptDataException(structure, i, "data follow", "the end");
            }
        }
        try {
            return ASN1Primitive.fromByteArray(java.util.Arrays.copyOf(der, length));
        } catch (IOException | RuntimeException e) {
            throw new CorruptDataException(structure, 0, "is no DER: " + e.getMessage(), "");
        }
    }

    static DERSequence sequence(ASN1Encodable... elements) {
        return new DERSequence(elements);
    }

    static ASN1ObjectIdentifier oid(String text) {
        return new ASN1ObjectIdentifier(text);
    }

    static AlgorithmIdentifier algorithm(String text) {
        return new AlgorithmIdentifier(oid(text), DERNull.INSTANCE);
    }

    /** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5, RFC 5652 §11.3); whole seconds. */
    static ASN1Primitive time(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        if (utc.getYear() < 1950 || utc.getYear() > 9999) {
            throw new IllegalArgumentException("time " + instant + " is outside of 1950 to 9999");
        }
        String text = utc.format(DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT));
        return utc.getYear() < 2050 ? new DERUTCTime(text.substring(2)) : new DERGeneralizedTime(text);
    }

    static byte[] encode(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("encoding in memory", e);
        }
    }

    /** PKCS#8 around an RSAPrivateKey of PKCS#1. */
    static byte[] pkcs8OfRsa(byte[] pkcs1) {
        return encode(sequence(new ASN1Integer(0), algorithm(RSA_ENCRYPTION), new DEROctetString(pkcs1)));
    }
}
