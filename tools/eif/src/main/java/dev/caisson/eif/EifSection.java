package dev.caisson.eif;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.nio.ByteOrder;

/**
 * A section.
 *
 * @param type what it holds
 * @param data its bytes
 */
public record EifSection(Type type, ByteSource data) {
    /** Type (2 bytes), flags (2), size (8), big-endian. */
    static final int HEADER_SIZE = 12;

    /** The kinds of sections. */
    public enum Type {
        /** Not allowed. */
        INVALID(0),
        /** A bzImage, or an uncompressed Image on aarch64. */
        KERNEL(1),
        /** Text without a final NUL. */
        CMDLINE(2),
        /** A cpio archive, perhaps compressed; they are unpacked one behind the other. */
        RAMDISK(3),
        /** CBOR, see {@link EifSignature}. */
        SIGNATURE(4),
        /** JSON about the build; measured by nobody. */
        METADATA(5);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    byte[] header() {
        return BinaryWriter.bigEndian(HEADER_SIZE)
                .u16(type.number)
                .u16(0)
                .u64(data.size())
                .toByteArray();
    }

    /** The type in a header, whose size must be that of the file's header. */
    static Type type(byte[] header, long offset, long size) throws FormatException {
        BinaryReader in =
                new BinaryReader("EIF section header", header, 0, header.length, offset, ByteOrder.BIG_ENDIAN);
        int type = in.u16();
        long own = in.skip(2).i64();
        if (type == 0 || type >= Type.values().length) {
            throw new CorruptDataException("EIF section header", offset, "type " + type, "1 to 5");
        }
        if (own != size) {
            throw new CorruptDataException("EIF section header", offset + 4, "size " + own, Long.toString(size));
        }
        return Type.values()[type];
    }
}
