package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One of the two headers of a VHDX, 4 KiB ([MS-VHDX] 2.2.2); little-endian.
 *
 * <pre>
 * offset size field
 *      0    4 signature "head"
 *      4    4 checksum: CRC-32C of the 4 KiB
 *      8    8 sequence number; the valid header with the greater one counts
 *     16   16 file write GUID
 *     32   16 data write GUID
 *     48   16 log GUID; zeros: the log is empty
 *     64    2 log version: 0
 *     66    2 version: 1
 *     68    4 log length, a multiple of 1 MiB
 *     72    8 log offset, a multiple of 1 MiB
 * </pre>
 *
 * @param sequence number of the header
 * @param fileWrite changes when the file does
 * @param dataWrite changes when the disk's content does
 * @param log zero when there is nothing to replay
 * @param logBytes length of the log
 * @param logOffset where it lies
 */
record VhdxHeader(long sequence, Guid fileWrite, Guid dataWrite, Guid log, long logBytes, long logOffset) {
    static final int SIZE = 4096;

    private static final String STRUCTURE = "VHDX header";
    private static final String SIGNATURE = "head";

    byte[] encode() {
        BinaryWriter out = BinaryWriter.littleEndian(SIZE)
                .bytes(SIGNATURE.getBytes(StandardCharsets.US_ASCII))
                .u32(0)
                .u64(sequence)
                .guid(fileWrite)
                .guid(dataWrite)
                .guid(log)
                .u16(0)
                .u16(1)
                .u32(logBytes)
                .u64(logOffset)
                .zerosUpTo(SIZE);
        return out.patchU32(4, VhdxLayout.checksum(out.toByteArray())).toByteArray();
    }

    /** Reads and checks a header, whose first byte lies at {@code offset} of its file. */
    static VhdxHeader parse(byte[] bytes, long offset) throws FormatException {
        BinaryReader in = new BinaryReader(STRUCTURE, bytes, 0, bytes.length, offset, ByteOrder.LITTLE_ENDIAN);
        if (!in.text(4).equals(SIGNATURE)) {
            throw new CorruptDataException(STRUCTURE, offset, "no signature", SIGNATURE);
        }
        long stored = in.u32();
        if (stored != VhdxLayout.checksum(bytes)) {
            throw new CorruptDataException(
                    STRUCTURE,
                    offset + 4,
                    "checksum 0x" + Long.toHexString(stored),
                    "0x" + Long.toHexString(VhdxLayout.checksum(bytes)));
        }
        long sequence = in.i64();
        Guid fileWrite = in.guid();
        Guid dataWrite = in.guid();
        Guid log = in.guid();
        int logVersion = in.u16();
        int version = in.u16();
        if (version != 1 || logVersion != 0) {
            throw new UnsupportedFeatureException(
                    STRUCTURE, offset + 64, "version " + version + ", log version " + logVersion, "1 and 0");
        }
        return new VhdxHeader(sequence, fileWrite, dataWrite, log, in.u32(), in.u63());
    }
}
