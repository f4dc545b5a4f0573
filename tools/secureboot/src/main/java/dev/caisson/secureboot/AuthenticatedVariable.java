package dev.caisson.secureboot;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.CmsSignature;
import dev.caisson.signing.CmsSignedData;
import dev.caisson.signing.CmsSigner;
import dev.caisson.signing.SignedAttributes;
import dev.caisson.signing.SigningKey;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;

/**
 * An update of an authenticated variable, as SetVariable takes it and as {@code .auth} files hold it:
 * EFI_VARIABLE_AUTHENTICATION_2 (UEFI 2.10 §8.2.2) and the new contents behind it.
 *
 * <pre>
 * offset size field
 *      0   16 TimeStamp           EFI_TIME
 *     16    4 dwLength            24 and the signature
 *     20    2 wRevision           0x0200
 *     22    2 wCertificateType    0x0EF1
 *     24   16 CertType            EFI_CERT_TYPE_PKCS7_GUID
 *     40      CertData            SignedData without ContentInfo, detached, without signed attributes
 * </pre>
 *
 * @param name variable name
 * @param vendor its owner
 * @param attributes the attributes that are signed and set
 * @param timestamp must be later than that of the variable it replaces; whole seconds
 * @param content the new contents; copied on the way in and out
 */
public record AuthenticatedVariable(String name, Guid vendor, int attributes, Instant timestamp, byte[] content) {
    private static final Guid PKCS7 = Guid.parse("4aafd29d-68df-49ee-8aa9-347d375665a7");
    private static final int CERTIFICATE_HEADER_SIZE = 24;
    private static final int WIN_CERT_TYPE_EFI_GUID = 0x0ef1;
    private static final int LIMIT = 16 << 20;

    /** Copies the content. */
    public AuthenticatedVariable {
        content = content.clone();
    }

    @Override
    public byte[] content() {
        return content.clone();
    }

    /** The bytes of an {@code .auth} file. */
    public byte[] sign(SigningKey key) throws IOException {
        byte[] signature = new CmsSigner(key, SignedAttributes.NONE).signDetachedBare(signedBytes());
        return BinaryWriter.littleEndian(EfiTime.SIZE + CERTIFICATE_HEADER_SIZE + signature.length + content.length)
                .bytes(EfiTime.encode(timestamp))
                .u32(CERTIFICATE_HEADER_SIZE + signature.length)
                .u16(0x0200)
                .u16(WIN_CERT_TYPE_EFI_GUID)
                .guid(PKCS7)
                .bytes(signature)
                .bytes(content)
                .toByteArray();
    }

    private byte[] signedBytes() {
        return BinaryWriter.littleEndian(content.length + 64)
                .bytes(SecureBootVariable.utf16(name))
                .guid(vendor)
                .u32(attributes & 0xffffffffL)
                .bytes(EfiTime.encode(timestamp))
                .bytes(content)
                .toByteArray();
    }

    /**
     * Reads an {@code .auth} file and checks its signature.
     *
     * @param name the variable that it is for, which the file does not say
     * @param trusted certificates that may sign it: PK's for PK and KEK, KEK's for db
     * @throws CorruptDataException when no trusted certificate signed these bytes for this variable
     * @throws NotThisFormatException when the bytes are something else
     */
    public static AuthenticatedVariable readVerified(
            byte[] auth, String name, Guid vendor, int attributes, Collection<X509Certificate> trusted)
            throws FormatException {
        if (auth.length > LIMIT) {
            throw new LimitExceededException("EFI_VARIABLE_AUTHENTICATION_2", 0, auth.length + " bytes", "16 MiB");
        }
        BinaryReader in = BinaryReader.littleEndian("EFI_VARIABLE_AUTHENTICATION_2", auth);
        Instant time = EfiTime.read(in)
                .orElseThrow(() -> new CorruptDataException("EFI_VARIABLE_AUTHENTICATION_2", 0, "no time", "one"));
        long length = in.u32();
        int revision = in.u16();
        int type = in.u16();
        if (!in.guid().equals(PKCS7) || revision != 0x0200 || type != WIN_CERT_TYPE_EFI_GUID) {
            throw new NotThisFormatException(
                    "EFI_VARIABLE_AUTHENTICATION_2", 16, "another kind of certificate", "a PKCS#7 signature");
        }
        CmsSignedData signature = CmsSignedData.read(in.bytes(length - CERTIFICATE_HEADER_SIZE));
        AuthenticatedVariable variable =
                new AuthenticatedVariable(name, vendor, attributes, time, in.bytes(in.remaining()));
        if (!signature.verify(variable.signedBytes()).stream()
                .anyMatch(result -> trustedBy(result, signature, trusted))) {
            throw new CorruptDataException(
                    "EFI_VARIABLE_AUTHENTICATION_2", 40, "no valid signature by a trusted key for " + name, "one");
        }
        return variable;
    }

    private static boolean trustedBy(
            CmsSignature result, CmsSignedData signature, Collection<X509Certificate> trusted) {
        return result.valid()
                && Certificates.path(result.signer().orElseThrow(), signature.certificates(), trusted)
                        .isPresent();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthenticatedVariable that
                && name.equals(that.name)
                && vendor.equals(that.vendor)
                && attributes == that.attributes
                && timestamp.equals(that.timestamp)
                && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return name.hashCode() ^ Arrays.hashCode(content);
    }
}
