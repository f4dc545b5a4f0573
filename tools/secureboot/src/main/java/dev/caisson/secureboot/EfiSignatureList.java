package dev.caisson.secureboot;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.Pem;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * EFI_SIGNATURE_LIST (UEFI 2.10 §32.4.1): entries of one type and one size. The variables PK, KEK, db and dbx hold such
 * lists, one behind the other.
 *
 * <pre>
 * offset size field
 *      0   16 SignatureType
 *     16    4 SignatureListSize    all of this list
 *     20    4 SignatureHeaderSize  0 for all types we know
 *     24    4 SignatureSize        owner and data
 *     28      entries: 16 SignatureOwner, SignatureData
 * </pre>
 *
 * @param type {@link #X509}, {@link #SHA256} or another
 * @param entries at least one; all data of the same length
 */
public record EfiSignatureList(Guid type, List<Entry> entries) {
    /** EFI_CERT_X509_GUID: one DER certificate per entry. */
    public static final Guid X509 = Guid.parse("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

    /** EFI_CERT_SHA256_GUID: Authenticode digests of images. */
    public static final Guid SHA256 = Guid.parse("c1c41626-504c-4092-aca9-41f936934328");

    private static final int HEADER_SIZE = 28;
    private static final int LIMIT = 16 << 20;

    /**
     * One entry (EFI_SIGNATURE_DATA).
     *
     * @param owner who added it
     * @param data what the list's type says; copied on the way in and out
     */
    public record Entry(Guid owner, byte[] data) {
        /** Copies the data. */
        public Entry {
            data = data.clone();
        }

        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Entry that && owner.equals(that.owner) && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }
    }

    /** Checks that the entries have one size. */
    public EfiSignatureList {
        entries = List.copyOf(entries);
        if (entries.isEmpty()
                || entries.stream().map(entry -> entry.data.length).distinct().count() != 1) {
            throw new IllegalArgumentException("a signature list has entries of one size, at least one");
        }
    }

    /** A list of one certificate, the only way to hold certificates of different lengths. */
    public static EfiSignatureList x509(Guid owner, X509Certificate certificate) {
        return new EfiSignatureList(X509, List.of(new Entry(owner, Pem.der(certificate))));
    }

    /** A list of SHA-256 image digests. */
    public static EfiSignatureList sha256(Guid owner, List<Digest> digests) {
        return new EfiSignatureList(
                SHA256,
                digests.stream()
                        .map(digest -> {
                            if (digest.algorithm() != DigestAlgorithm.SHA256) {
                                throw new IllegalArgumentException("not a SHA-256: " + digest);
                            }
                            return new Entry(owner, digest.bytes());
                        })
                        .toList());
    }

    /** The certificates of all X.509 lists; other lists are passed over. */
    public static List<X509Certificate> certificates(List<EfiSignatureList> lists) throws FormatException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (EfiSignatureList list : lists) {
            if (list.type.equals(X509)) {
                for (Entry entry : list.entries) {
                    certificates.add(Certificates.read(entry.data));
                }
            }
        }
        return certificates;
    }

    /** Reads lists until the end; no bytes are no lists. */
    public static List<EfiSignatureList> readAll(byte[] bytes) throws FormatException {
        if (bytes.length > LIMIT) {
            throw new UnsupportedFeatureException("EFI_SIGNATURE_LIST", 0, bytes.length + " bytes", "at most 16 MiB");
        }
        BinaryReader in = BinaryReader.littleEndian("EFI_SIGNATURE_LIST", bytes);
        List<EfiSignatureList> lists = new ArrayList<>();
        while (in.remaining() > 0) {
            lists.add(read(in));
        }
        return lists;
    }

    private static EfiSignatureList read(BinaryReader in) throws FormatException {
        long offset = in.offset();
        Guid type = in.guid();
        long listSize = in.u32();
        long headerSize = in.u32();
        long size = in.u32();
        if (headerSize != 0) {
            throw new UnsupportedFeatureException(
                    "EFI_SIGNATURE_LIST SignatureHeaderSize", offset + 20, Long.toString(headerSize), "0");
        }
        long body = listSize - HEADER_SIZE;
        if (size <= Guid.SIZE || body <= 0 || body % size != 0 || body > in.remaining()) {
            throw new CorruptDataException(
                    "EFI_SIGNATURE_LIST",
                    offset,
                    "list of " + listSize + " bytes with entries of " + size,
                    "whole entries within " + in.remaining() + " bytes");
        }
        List<Entry> entries = new ArrayList<>();
        for (long at = 0; at < body; at += size) {
            entries.add(new Entry(in.guid(), in.bytes(size - Guid.SIZE)));
        }
        return new EfiSignatureList(type, entries);
    }

    /** The list's bytes. */
    public byte[] encode() {
        int size = Guid.SIZE + entries.get(0).data.length;
        BinaryWriter out = BinaryWriter.littleEndian(HEADER_SIZE + size * entries.size())
                .guid(type)
                .u32(HEADER_SIZE + (long) size * entries.size())
                .u32(0)
                .u32(size);
        for (Entry entry : entries) {
            out.guid(entry.owner).bytes(entry.data);
        }
        return out.toByteArray();
    }
}
