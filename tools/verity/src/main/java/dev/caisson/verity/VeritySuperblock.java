package dev.caisson.verity;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * The header that veritysetup puts before a tree; the kernel does not know it. All numbers are little-endian.
 *
 * <pre>
 * offset size field
 *      0    8 signature       "verity", NUL, NUL
 *      8    4 version         1
 *     12    4 hash_type       0 Chrome OS, 1 normal
 *     16   16 uuid            bytes in text order
 *     32   32 algorithm       lower-case name, padded with NUL
 *     64    4 data_block_size bytes
 *     68    4 hash_block_size bytes
 *     72    8 data_blocks
 *     80    2 salt_size       0 to 256
 *     82    6 padding         zeros
 *     88  256 salt            padded with zeros
 *    344  168 padding         zeros
 * </pre>
 *
 * <p>The superblock has no checksum: a changed field that stays within its range shows up as another root hash.
 *
 * @param uuid identifies the tree, for people; not part of any digest
 * @param layout parameters and number of data blocks
 */
public record VeritySuperblock(UUID uuid, VerityLayout layout) {
    /** Size in bytes. */
    public static final int SIZE = 512;

    private static final byte[] SIGNATURE = "verity\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final String NAME = "verity superblock";

    /** The 512 bytes. */
    public byte[] encode() {
        VerityParameters p = layout.parameters();
        return BinaryWriter.littleEndian(SIZE)
                .bytes(SIGNATURE)
                .u32(1)
                .u32(p.format().number())
                .bytes(new Guid(uuid).textOrder())
                .bytes(p.algorithm().label().getBytes(StandardCharsets.US_ASCII))
                .zerosUpTo(64)
                .u32(p.dataBlockSize())
                .u32(p.hashBlockSize())
                .u64(layout.dataBlocks())
                .u16(p.saltBytes().length)
                .zerosUpTo(88)
                .bytes(p.saltBytes())
                .zerosUpTo(SIZE)
                .toByteArray();
    }

    /**
     * Reads the superblock at an offset of the hash device.
     *
     * @throws NotThisFormatException when the signature is missing, or there is no room for a superblock
     * @throws CorruptDataException when a field is outside its range
     * @throws UnsupportedFeatureException for another version, hash type or algorithm
     */
    public static VeritySuperblock readFrom(ByteSource device, long offset) throws IOException {
        if (offset < 0 || device.size() - SIZE < offset) {
            throw new NotThisFormatException(NAME, offset, "the source ends at byte " + device.size(), "512 bytes");
        }
        byte[] bytes = device.read(offset, SIZE);
        BinaryReader in = new BinaryReader(NAME, bytes, 0, SIZE, offset, ByteOrder.LITTLE_ENDIAN);
        if (!Arrays.equals(in.bytes(SIGNATURE.length), SIGNATURE)) {
            throw new NotThisFormatException(NAME, offset, "has another signature", "\"verity\"");
        }
        number(in, "version", 1, 1);
        VerityFormat format = number(in, "hash_type", 0, 1) == 0 ? VerityFormat.CHROME_OS : VerityFormat.NORMAL;
        UUID uuid = Guid.ofTextOrder(in.bytes(Guid.SIZE)).uuid();
        DigestAlgorithm algorithm = algorithm(in);
        int dataBlockSize = blockSize(in, "data_block_size");
        int hashBlockSize = blockSize(in, "hash_block_size");
        long dataBlocks = dataBlocks(in);
        byte[] salt = salt(in);
        zeros(in, SIZE - in.position());
        VerityParameters parameters = new VerityParameters(format, algorithm, dataBlockSize, hashBlockSize, salt);
        return new VeritySuperblock(uuid, new VerityLayout(parameters, dataBlocks));
    }

    private static long number(BinaryReader in, String field, long from, long to) throws FormatException {
        long offset = in.offset();
        long value = in.u32();
        if (value < from || value > to) {
            throw new UnsupportedFeatureException(
                    NAME, offset, field + " is " + value, from == to ? "" + from : from + " to " + to);
        }
        return value;
    }

    private static DigestAlgorithm algorithm(BinaryReader in) throws FormatException {
        long offset = in.offset();
        byte[] field = in.bytes(32);
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            byte[] name = algorithm.label().getBytes(StandardCharsets.US_ASCII);
            if (Arrays.equals(Arrays.copyOf(name, field.length), field)) {
                return algorithm;
            }
        }
        String text = new String(field, StandardCharsets.ISO_8859_1).replace("\0", "");
        throw new UnsupportedFeatureException(NAME, offset, "algorithm is \"" + text + "\"", "sha256, sha512 …");
    }

    private static int blockSize(BinaryReader in, String field) throws FormatException {
        long offset = in.offset();
        long value = in.u32();
        if (!VerityParameters.isBlockSize(value)) {
            throw new CorruptDataException(NAME, offset, field + " is " + value, "a power of two from 512 to 524288");
        }
        return (int) value;
    }

    private static long dataBlocks(BinaryReader in) throws FormatException {
        long offset = in.offset();
        long value = in.i64();
        if (value < 1 || value > VerityLayout.DATA_BLOCKS_MAX) {
            throw new CorruptDataException(NAME, offset, "data_blocks is " + Long.toUnsignedString(value), "1 to 2^40");
        }
        return value;
    }

    private static byte[] salt(BinaryReader in) throws FormatException {
        long offset = in.offset();
        int size = in.u16();
        if (size > VerityParameters.SALT_MAX) {
            throw new CorruptDataException(NAME, offset, "salt_size is " + size, "at most 256");
        }
        zeros(in, 6);
        byte[] salt = in.bytes(size);
        zeros(in, VerityParameters.SALT_MAX - size);
        return salt;
    }

    private static void zeros(BinaryReader in, int count) throws FormatException {
        long offset = in.offset();
        for (byte b : in.bytes(count)) {
            if (b != 0) {
                throw new CorruptDataException(NAME, offset, "has other bytes in its padding", "zeros");
            }
        }
    }
}
