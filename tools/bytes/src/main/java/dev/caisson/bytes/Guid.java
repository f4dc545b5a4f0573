package dev.caisson.bytes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * A GUID as UEFI and GPT store it: the first three fields little-endian, the rest in text order (RFC 4122 §4.1.2,
 * UEFI 2.10 appendix A).
 *
 * @param uuid the value, whose text form is the GUID's
 */
public record Guid(UUID uuid) {
    /** Stored size in bytes. */
    public static final int SIZE = 16;

    private static final int TEXT_LENGTH = 36;

    /** The all-zero GUID. */
    public static final Guid ZERO = new Guid(new UUID(0, 0));

    /**
     * Parses the usual 36 characters.
     *
     * @throws IllegalArgumentException for any other text, shortened groups included
     */
    public static Guid parse(String text) {
        Guid guid = new Guid(UUID.fromString(text));
        if (text.length() != TEXT_LENGTH || !guid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a GUID: " + text);
        }
        return guid;
    }

    /** From the 16 bytes in text order (big-endian), as a hash or RFC 4122 gives them. */
    public static Guid ofTextOrder(byte[] sixteen) {
        ByteBuffer buffer = ByteBuffer.wrap(sixteen, 0, SIZE);
        return new Guid(new UUID(buffer.getLong(), buffer.getLong()));
    }

    /** From the 16 bytes in stored, mixed-endian order. */
    public static Guid ofStored(byte[] bytes, int offset) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, SIZE).order(ByteOrder.LITTLE_ENDIAN);
        long high = (in.getInt() & 0xffffffffL) << 32 | (in.getShort() & 0xffffL) << 16 | (in.getShort() & 0xffffL);
        long low = in.order(ByteOrder.BIG_ENDIAN).getLong();
        return new Guid(new UUID(high, low));
    }

    /** The 16 bytes in stored, mixed-endian order. */
    public byte[] stored() {
        long high = uuid.getMostSignificantBits();
        ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        out.order(ByteOrder.BIG_ENDIAN).putLong(uuid.getLeastSignificantBits());
        return out.array();
    }

    /** The 16 bytes in text order. */
    public byte[] textOrder() {
        return ByteBuffer.allocate(SIZE)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
