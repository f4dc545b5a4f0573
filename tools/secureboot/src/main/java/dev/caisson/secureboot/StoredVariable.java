package dev.caisson.secureboot;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Guid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * One variable in an authenticated variable store of EDK2 (AUTHENTICATED_VARIABLE_HEADER, {@code VariableFormat.h}).
 *
 * <pre>
 * offset size field
 *      0    2 StartId         0x55AA
 *      2    1 State           0x3F: added
 *      3    1 Reserved        0
 *      4    4 Attributes
 *      8    8 MonotonicCount
 *     16   16 TimeStamp       EFI_TIME, zeros for none
 *     32    4 PubKeyIndex
 *     36    4 NameSize        bytes, NUL included
 *     40    4 DataSize
 *     44   16 VendorGuid
 *     60      Name, UTF-16LE with NUL; Data; padding to 4 bytes with 0xFF
 * </pre>
 *
 * @param name variable name, not empty
 * @param vendor its owner
 * @param attributes UEFI attributes
 * @param timestamp of the last authenticated write; whole seconds
 * @param data the contents; copied on the way in and out
 */
public record StoredVariable(String name, Guid vendor, int attributes, Optional<Instant> timestamp, byte[] data) {
    static final int HEADER_SIZE = 60;
    static final int START_ID = 0x55aa;

    /** VAR_ADDED: whole, and not deleted. */
    static final int STATE_ADDED = 0x3f;

    /** VAR_IN_DELETED_TRANSITION and VAR_ADDED: valid until its replacement is there. */
    static final int STATE_IN_TRANSITION = 0x3e;

    /** Copies the data. */
    public StoredVariable {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a variable needs a name without NUL");
        }
        data = data.clone();
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    boolean sameAs(StoredVariable other) {
        return name.equals(other.name) && vendor.equals(other.vendor);
    }

    /** A variable as it lies in the store, with the byte that says whether it still counts. */
    record Slot(int state, StoredVariable variable) {}

    /** Reads at a StartId; the slot of a deleted variable holds {@code null}. */
    static Slot read(BinaryReader in) throws CorruptDataException {
        long offset = in.offset();
        in.skip(2);
        int state = in.u8();
        int attributes = in.skip(1).i32();
        Optional<Instant> time = time(in.skip(8), state);
        long nameSize = in.skip(4).u32();
        long dataSize = in.u32();
        Guid vendor = in.guid();
        byte[] name = in.bytes(nameSize);
        byte[] data = in.bytes(dataSize);
        in.skip(Math.min(in.remaining(), (4 - in.position() % 4) % 4));
        if (state != STATE_ADDED && state != STATE_IN_TRANSITION) {
            return new Slot(state, null);
        }
        String text = new String(name, StandardCharsets.UTF_16LE);
        if (nameSize < 4 || nameSize % 2 != 0 || text.indexOf('\0') != text.length() - 1) {
            throw new CorruptDataException(
                    "AUTHENTICATED_VARIABLE_HEADER NameSize", offset + 36, nameSize + " bytes", "a name with its NUL");
        }
        return new Slot(
                state, new StoredVariable(text.substring(0, text.length() - 1), vendor, attributes, time, data));
    }

    /** Times of deleted variables may be anything. */
    private static Optional<Instant> time(BinaryReader in, int state) throws CorruptDataException {
        if (state == STATE_ADDED || state == STATE_IN_TRANSITION) {
            return EfiTime.read(in);
        }
        in.skip(EfiTime.SIZE);
        return Optional.empty();
    }

    byte[] encode() {
        byte[] text = SecureBootVariable.utf16(name + "\0");
        BinaryWriter out = BinaryWriter.littleEndian(HEADER_SIZE + text.length + data.length + 4)
                .u16(START_ID)
                .u8(STATE_ADDED)
                .u8(0)
                .u32(attributes & 0xffffffffL)
                .u64(0)
                .bytes(timestamp.map(EfiTime::encode).orElse(new byte[EfiTime.SIZE]))
                .u32(0)
                .u32(text.length)
                .u32(data.length)
                .guid(vendor)
                .bytes(text)
                .bytes(data);
        while (out.position() % 4 != 0) {
            out.u8(0xff);
        }
        return out.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredVariable that
                && sameAs(that)
                && attributes == that.attributes
                && timestamp.equals(that.timestamp)
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return name.hashCode() ^ Arrays.hashCode(data);
    }
}
