package dev.caisson.compression;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.zip.CRC32;

/** The check of a block, by the type that the stream's flags name. */
abstract class XzCheck {
    private final int sizeBytes;

    private XzCheck(int sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    /** A new check: 0 none, 1 CRC32, 4 CRC64, 10 SHA-256; the format reserves the others. */
    static XzCheck ofType(int type, long offset) throws UnsupportedFeatureException {
        return switch (type) {
            case 0 -> new None();
            case 1 -> new OfCrc32();
            case 4 -> new OfCrc64();
            case 10 -> new OfSha256();
            default ->
                throw new UnsupportedFeatureException(
                        "xz stream flags",
                        offset,
                        "check type " + type,
                        "0 (none), 1 (CRC32), 4 (CRC64) or 10 (SHA-256)");
        };
    }

    /** The CRC32 of a few bytes of a header. */
    static int crc32(byte[] bytes, int offset, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Its length in the file. */
    final int sizeBytes() {
        return sizeBytes;
    }

    abstract void update(byte[] bytes, int offset, int length);

    /** As the file has it, over all bytes so far. */
    abstract byte[] value();

    private static byte[] littleEndian(long value, int size) {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return java.util.Arrays.copyOf(buffer.putLong(value).array(), size);
    }

    private static final class None extends XzCheck {
        None() {
            super(0);
        }

        @Override
        void update(byte[] bytes, int offset, int length) {}

        @Override
        byte[] value() {
            return new byte[0];
        }
    }

    private static final class OfCrc32 extends XzCheck {
        private final CRC32 crc = new CRC32();

        OfCrc32() {
            super(4);
        }

        @Override
        void update(byte[] bytes, int offset, int length) {
            crc.update(bytes, offset, length);
        }

        @Override
        byte[] value() {
            return littleEndian(crc.getValue(), 4);
        }
    }

    private static final class OfCrc64 extends XzCheck {
        private final Crc64 crc = new Crc64();

        OfCrc64() {
            super(8);
        }

        @Override
        void update(byte[] bytes, int offset, int length) {
            crc.update(bytes, offset, length);
        }

        @Override
        byte[] value() {
            return littleEndian(crc.value(), 8);
        }
    }

    private static final class OfSha256 extends XzCheck {
        private final MessageDigest digest = DigestAlgorithm.SHA256.newDigest();

        OfSha256() {
            super(32);
        }

        @Override
        void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        byte[] value() {
            return digest.digest();
        }
    }
}
