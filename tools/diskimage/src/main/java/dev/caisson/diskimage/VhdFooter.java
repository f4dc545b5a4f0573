package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The footer of a VHD, 512 bytes (Microsoft Virtual Hard Disk Image Format Specification, 1.0, "Hard Disk Footer Format");
 * big-endian.
 *
 * <pre>
 * offset size field
 *      0    8 cookie "conectix"
 *      8    4 features: 2, always set
 *     12    4 version 0x00010000
 *     16    8 offset of the dynamic header; all ones for a fixed disk
 *     24    4 time: seconds since 2000-01-01
 *     28    4 creator application
 *     32    4 creator version
 *     36    4 creator host OS "Wi2k"
 *     40    8 original size
 *     48    8 current size
 *     56    4 geometry: cylinders (2), heads, sectors per track
 *     60    4 disk type: 2 fixed, 3 dynamic, 4 differencing
 *     64    4 checksum: complement of the sum of all other bytes
 *     68   16 unique id
 *     84    1 saved state
 * </pre>
 *
 * @param dynamic whether it is a dynamic disk
 * @param timeSeconds seconds since 2000-01-01, UTC
 * @param sizeBytes size of the disk
 * @param id 16 bytes
 */
record VhdFooter(boolean dynamic, long timeSeconds, long sizeBytes, byte[] id) {
    static final int SIZE = 512;

    private static final String STRUCTURE = "VHD footer";
    private static final byte[] COOKIE = {'c', 'o', 'n', 'e', 'c', 't', 'i', 'x'};
    private static final int VERSION = 0x10000;
    private static final int CHECKSUM_AT = 64;
    private static final int FIXED = 2;
    private static final int DYNAMIC = 3;
    /** Readers that see it take the size from the size field, not from the geometry, as they do for QEMU's and Azure's disks. */
    private static final String CREATOR = "win ";

    byte[] encode() {
        BinaryWriter out = BinaryWriter.bigEndian(SIZE)
                .bytes(COOKIE)
                .u32(2)
                .u32(VERSION)
                .u64(dynamic ? SIZE : -1)
                .u32(timeSeconds)
                .bytes(CREATOR.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .u32(VERSION)
                .bytes("Wi2k".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .u64(sizeBytes)
                .u64(sizeBytes)
                .u32(geometry(sizeBytes / 512))
                .u32(dynamic ? DYNAMIC : FIXED)
                .u32(0)
                .bytes(id)
                .zerosUpTo(SIZE);
        return out.patchU32(CHECKSUM_AT, checksum(out.toByteArray(), CHECKSUM_AT))
                .toByteArray();
    }

    /** The appendix "CHS Calculation" of the specification. */
    static long geometry(long sectors) {
        long total = Math.min(sectors, 65_535L * 16 * 255);
        long perTrack;
        long heads;
        long cylinderTimesHeads;
        if (total >= 65_535L * 16 * 63) {
            perTrack = 255;
            heads = 16;
            cylinderTimesHeads = total / perTrack;
        } else {
            perTrack = 17;
            cylinderTimesHeads = total / perTrack;
            heads = Math.max(4, (cylinderTimesHeads + 1023) / 1024);
            if (cylinderTimesHeads >= heads * 1024 || heads > 16) {
                perTrack = 31;
                heads = 16;
                cylinderTimesHeads = total / perTrack;
            }
            if (cylinderTimesHeads >= heads * 1024) {
                perTrack = 63;
                heads = 16;
                cylinderTimesHeads = total / perTrack;
            }
        }
        return cylinderTimesHeads / heads << 16 | heads << 8 | perTrack;
    }

    /** The complement of the sum of all bytes but the four of the checksum. */
    static long checksum(byte[] bytes, int checksumAt) {
        long sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += i >= checksumAt && i < checksumAt + 4 ? 0 : bytes[i] & 0xff;
        }
        return ~sum & 0xffffffffL;
    }

    /** Reads and checks a footer, or the copy in front of a dynamic disk. */
    static VhdFooter parse(byte[] bytes, long offset) throws FormatException {
        if (bytes.length < SIZE || !Arrays.equals(bytes, 0, COOKIE.length, COOKIE, 0, COOKIE.length)) {
            throw new NotThisFormatException(STRUCTURE, offset, "no cookie", "conectix");
        }
        BinaryReader in = new BinaryReader(STRUCTURE, bytes, 0, SIZE, offset, ByteOrder.BIG_ENDIAN);
        long stored = in.seek(CHECKSUM_AT).u32();
        long computed = checksum(bytes, CHECKSUM_AT);
        if (stored != computed) {
            throw new CorruptDataException(
                    STRUCTURE,
                    offset + CHECKSUM_AT,
                    "checksum 0x" + Long.toHexString(stored),
                    "0x" + Long.toHexString(computed));
        }
        long version = in.seek(12).u32();
        long dataOffset = in.i64();
        long time = in.u32();
        long size = in.seek(48).u63();
        long type = in.seek(60).u32();
        byte[] id = in.seek(68).bytes(16);
        if (version != VERSION || type != FIXED && type != DYNAMIC) {
            throw new UnsupportedFeatureException(
                    STRUCTURE, offset + 60, "version 0x" + Long.toHexString(version) + ", disk type " + type, "2 or 3");
        }
        if (dataOffset != (type == FIXED ? -1 : SIZE) || size % 512 != 0) {
            throw new CorruptDataException(
                    STRUCTURE, offset + 16, "data offset " + dataOffset + ", size " + size, "-1 or 512, whole sectors");
        }
        return new VhdFooter(type == DYNAMIC, time, size, id);
    }
}
