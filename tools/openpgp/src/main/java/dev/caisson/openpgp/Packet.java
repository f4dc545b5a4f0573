package dev.caisson.openpgp;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One packet (RFC 9580 §4.2), header included. The framing is read here and not by the library, so that no length reaches
 * the library unchecked.
 *
 * @param tag the packet type
 * @param offset position in its file
 * @param body what follows the header
 */
record Packet(int tag, long offset, byte[] body) {
    static final int SIGNATURE = 2;
    static final int SECRET_KEY = 5;
    static final int PUBLIC_KEY = 6;
    static final int SECRET_SUBKEY = 7;
    static final int USER_ID = 13;
    static final int PUBLIC_SUBKEY = 14;
    static final int USER_ATTRIBUTE = 17;

    /** Far above any real key or signature. */
    private static final int MAX_BODY = 1 << 20;

    private static final int MAX_PACKETS = 100_000;

    /** Splits a file into its packets. */
    static List<Packet> split(byte[] bytes) throws FormatException {
        List<Packet> packets = new ArrayList<>();
        BinaryReader in = BinaryReader.bigEndian("OpenPGP packet", bytes);
        while (in.remaining() > 0) {
            if (packets.size() == MAX_PACKETS) {
                throw new LimitExceededException(
                        "OpenPGP data", in.offset(), "goes on", "at most " + MAX_PACKETS + " packets");
            }
            packets.add(read(in));
        }
        return packets;
    }

    private static Packet read(BinaryReader in) throws FormatException {
        long offset = in.offset();
        int header = in.u8();
        if ((header & 0x80) == 0) {
            String actual = "starts with byte 0x" + Integer.toHexString(header);
            throw new NotThisFormatException("OpenPGP packet", offset, actual, "a byte of 0x80 or above");
        }
        boolean newFormat = (header & 0x40) != 0;
        int tag = newFormat ? header & 0x3f : header >> 2 & 0x0f;
        long length = newFormat ? newLength(in, offset) : oldLength(in, offset, header & 3);
        if (length > MAX_BODY) {
            String limit = "at most " + MAX_BODY + " bytes";
            throw new LimitExceededException("OpenPGP packet", offset, "is " + length + " bytes", limit);
        }
        return new Packet(tag, offset, in.bytes(length));
    }

    private static long newLength(BinaryReader in, long offset) throws FormatException {
        int first = in.u8();
        if (first < 192) {
            return first;
        }
        if (first < 224) {
            return (first - 192L << 8) + in.u8() + 192;
        }
        if (first == 255) {
            return in.u32();
        }
        throw new UnsupportedFeatureException("OpenPGP packet", offset, "has a partial length", "a definite length");
    }

    private static long oldLength(BinaryReader in, long offset, int type) throws FormatException {
        return switch (type) {
            case 0 -> in.u8();
            case 1 -> in.u16();
            case 2 -> in.u32();
            default ->
                throw new UnsupportedFeatureException(
                        "OpenPGP packet", offset, "has an indefinite length", "a definite length");
        };
    }

    /** Version byte of a key or signature; 0 for an empty packet. */
    int version() {
        return body.length == 0 ? 0 : body[0] & 0xff;
    }

    /** The packet with a five-octet header, whatever header it came with. */
    byte[] encoded() {
        byte[] bytes = new byte[body.length + 6];
        bytes[0] = (byte) (0xc0 | tag);
        bytes[1] = (byte) 0xff;
        for (int i = 0; i < 4; i++) {
            bytes[2 + i] = (byte) (body.length >>> 24 - 8 * i);
        }
        System.arraycopy(body, 0, bytes, 6, body.length);
        return bytes;
    }

    /**
     * Checks the two subpacket areas of a v4 or v6 signature (RFC 9580 §5.2.3), whose lengths the library would trust.
     */
    void checkSignatureFraming() throws FormatException {
        BinaryReader in = new BinaryReader("OpenPGP signature", body, 0, body.length, offset, ByteOrder.BIG_ENDIAN);
        boolean v6 = in.u8() == 6;
        in.skip(3);
        for (int area = 0; area < 2; area++) {
            long length = v6 ? in.u32() : in.u16();
            checkSubpackets(in.bytes(length));
        }
    }

    private void checkSubpackets(byte[] area) throws FormatException {
        BinaryReader in = new BinaryReader("OpenPGP subpacket", area, 0, area.length, offset, ByteOrder.BIG_ENDIAN);
        while (in.remaining() > 0) {
            int first = in.u8();
            long length = first < 192 ? first : first < 255 ? (first - 192L << 8) + in.u8() + 192 : in.u32();
            if (length == 0) {
                throw new CorruptDataException("OpenPGP subpacket", offset, "is empty", "a type byte");
            }
            in.skip(length);
        }
    }

    /** Checks the 32-bit length of the key material that only v6 keys have. */
    void checkKeyFraming() throws FormatException {
        if (version() == 6) {
            BinaryReader in = new BinaryReader("OpenPGP key", body, 0, body.length, offset, ByteOrder.BIG_ENDIAN);
            in.skip(6);
            long length = in.u32();
            if (length != in.remaining()) {
                String actual = "has " + in.remaining() + " bytes of key material";
                throw new CorruptDataException("OpenPGP key", offset, actual, length + " bytes");
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Packet that
                && tag == that.tag
                && offset == that.offset
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(body) * 31 + tag;
    }
}
