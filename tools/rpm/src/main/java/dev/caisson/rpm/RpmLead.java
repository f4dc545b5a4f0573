package dev.caisson.rpm;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first 96 bytes (rpm's {@code docs/manual/format_lead.md}), big-endian. Only the magic, the version and the signature type
 * still mean something; the header says the rest.
 *
 * <pre>
 * offset size field
 *      0    4 magic           ED AB EE DB
 *      4    1 major           3; 4 in v6 packages
 *      5    1 minor
 *      6    2 type            0 binary, 1 source
 *      8    2 archnum
 *     10   66 name            name-version-release, cut, with NUL
 *     76    2 osnum           1 Linux
 *     78    2 signature_type  5: the signature is a header
 *     80   16 reserved
 * </pre>
 *
 * @param major version of the file format
 * @param source whether the package holds sources
 * @param name name, version and release, as far as they fit
 */
record RpmLead(int major, boolean source, String name) {
    static final int SIZE = 96;

    private static final int MAGIC = 0xedabeedb;
    private static final int NAME_BYTES = 66;
    private static final int OS_LINUX = 1;
    private static final int SIGNATURE_HEADER = 5;

    static RpmLead decode(byte[] bytes) throws FormatException {
        BinaryReader in = BinaryReader.bigEndian("RPM lead", bytes);
        int magic = in.i32();
        if (magic != MAGIC) {
            throw new NotThisFormatException(
                    "RPM lead magic", 0, "is 0x" + Integer.toHexString(magic), "0x" + Integer.toHexString(MAGIC));
        }
        int major = in.u8();
        in.skip(1);
        int type = in.u16();
        if (major < 3 || major > 4) {
            throw new UnsupportedFeatureException("RPM lead major", 4, "is " + major, "3 or 4");
        }
        if (type > 1) {
            throw new UnsupportedFeatureException("RPM lead type", 6, "is " + type, "0 (binary) or 1 (source)");
        }
        in.skip(2);
        String name = in.text(NAME_BYTES);
        in.skip(2);
        int signatureType = in.u16();
        if (signatureType != SIGNATURE_HEADER) {
            throw new UnsupportedFeatureException("RPM lead signature_type", 78, "is " + signatureType, "5");
        }
        return new RpmLead(major, type == 1, name);
    }

    /** With archnum 0: no reader has looked at it for decades. */
    byte[] encode() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return BinaryWriter.bigEndian(SIZE)
                .u32(MAGIC & 0xffffffffL)
                .u8(major)
                .u8(0)
                .u16(source ? 1 : 0)
                .u16(0)
                .bytes(Arrays.copyOf(Arrays.copyOf(text, Math.min(text.length, NAME_BYTES - 1)), NAME_BYTES))
                .u16(OS_LINUX)
                .u16(SIGNATURE_HEADER)
                .zeros(16)
                .toByteArray();
    }
}
