package dev.caisson.pe;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One entry of the attribute certificate table ({@code WIN_CERTIFICATE}, UEFI 2.10 §32.2.4). Entries start at multiples of
 * 8 bytes; {@code dwLength} may or may not count the padding before the next.
 *
 * <pre>
 * offset size field
 *      0    4 dwLength          header and data
 *      4    2 wRevision         0x0200
 *      6    2 wCertificateType  0x0002 for PKCS#7 SignedData
 *      8      bCertificate
 * </pre>
 *
 * @param revision {@code wRevision}
 * @param type {@code wCertificateType}
 * @param content {@code bCertificate}; copied on the way in and out
 */
public record WinCertificate(int revision, int type, byte[] content) {
    /** Bytes before the data. */
    public static final int HEADER_SIZE = 8;

    /** {@code WIN_CERT_REVISION_2_0}. */
    public static final int REVISION_2 = 0x0200;

    /** {@code WIN_CERT_TYPE_PKCS_SIGNED_DATA}: Authenticode. */
    public static final int TYPE_PKCS_SIGNED_DATA = 0x0002;

    static final int ALIGNMENT = 8;

    /** Copies the content. */
    public WinCertificate {
        content = content.clone();
    }

    @Override
    public byte[] content() {
        return content.clone();
    }

    /** An Authenticode signature. Its padding is made part of it, as signtool and sbsign do. */
    public static WinCertificate authenticode(byte[] pkcs7) {
        int padding = (ALIGNMENT - (HEADER_SIZE + pkcs7.length) % ALIGNMENT) % ALIGNMENT;
        return new WinCertificate(REVISION_2, TYPE_PKCS_SIGNED_DATA, Arrays.copyOf(pkcs7, pkcs7.length + padding));
    }

    static List<WinCertificate> readTable(byte[] table, long offset) throws CorruptDataException {
        BinaryReader in = new BinaryReader(
                "attribute certificate table", table, 0, table.length, offset, java.nio.ByteOrder.LITTLE_ENDIAN);
        List<WinCertificate> result = new ArrayList<>();
        while (in.remaining() > 0) {
            long length = in.u32();
            if (length < HEADER_SIZE) {
                throw new CorruptDataException(
                        "WIN_CERTIFICATE dwLength", in.offset() - 4, Long.toString(length), "at least 8");
            }
            result.add(new WinCertificate(in.u16(), in.u16(), in.bytes(length - HEADER_SIZE)));
            // The last entry may end without its padding.
            long padding = Math.min((ALIGNMENT - in.position() % ALIGNMENT) % ALIGNMENT, in.remaining());
            if (!Arrays.equals(in.bytes(padding), new byte[(int) padding])) {
                throw new CorruptDataException("WIN_CERTIFICATE padding", in.offset() - padding, "holds data", "zeros");
            }
        }
        return result;
    }

    static byte[] encodeTable(List<WinCertificate> certificates) {
        BinaryWriter out = BinaryWriter.littleEndian(4096);
        for (WinCertificate certificate : certificates) {
            out.u32(HEADER_SIZE + certificate.content.length)
                    .u16(certificate.revision)
                    .u16(certificate.type)
                    .bytes(certificate.content)
                    .alignTo(ALIGNMENT);
        }
        return out.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WinCertificate that
                && revision == that.revision
                && type == that.type
                && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }
}
