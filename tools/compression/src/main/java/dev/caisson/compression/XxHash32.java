package dev.caisson.compression;

/** XXH32 with seed 0 (xxHash specification 0.1.1), the checksum of LZ4 frames. For one thread. */
final class XxHash32 {
    private static final int PRIME_1 = 0x9E3779B1;
    private static final int PRIME_2 = 0x85EBCA77;
    private static final int PRIME_3 = 0xC2B2AE3D;
    private static final int PRIME_4 = 0x27D4EB2F;
    private static final int PRIME_5 = 0x165667B1;
    private static final int STRIPE = 16;

    /** PRIME_1 + PRIME_2. */
    private int a = 0x24234428;

    private int b = PRIME_2;
    private int c;
    private int d = -PRIME_1;
    private long total;
    /** Bytes that do not fill a stripe yet. */
    private final byte[] rest = new byte[STRIPE];

    private int restLength;

    static int of(byte[] bytes, int offset, int length) {
        XxHash32 hash = new XxHash32();
        hash.update(bytes, offset, length);
        return hash.value();
    }

    void update(byte[] bytes, int offset, int length) {
        total += length;
        int at = offset;
        int end = offset + length;
        if (restLength > 0) {
            int count = Math.min(STRIPE - restLength, length);
            System.arraycopy(bytes, at, rest, restLength, count);
            restLength += count;
            at += count;
            if (restLength < STRIPE) {
                return;
            }
            stripes(rest, 0, STRIPE);
        }
        at = stripes(bytes, at, end);
        restLength = end - at;
        System.arraycopy(bytes, at, rest, 0, restLength);
    }

    private int stripes(byte[] bytes, int from, int end) {
        int at = from;
        for (; at <= end - STRIPE; at += STRIPE) {
            a = round(a, Lz4Format.read4(bytes, at));
            b = round(b, Lz4Format.read4(bytes, at + 4));
            c = round(c, Lz4Format.read4(bytes, at + 8));
            d = round(d, Lz4Format.read4(bytes, at + 12));
        }
        return at;
    }

    int value() {
        int hash = total < STRIPE
                ? PRIME_5
                : Integer.rotateLeft(a, 1)
                        + Integer.rotateLeft(b, 7)
                        + Integer.rotateLeft(c, 12)
                        + Integer.rotateLeft(d, 18);
        hash += (int) total;
        int at = 0;
        for (; at <= restLength - 4; at += 4) {
            hash = Integer.rotateLeft(hash + Lz4Format.read4(rest, at) * PRIME_3, 17) * PRIME_4;
        }
        for (; at < restLength; at++) {
            hash = Integer.rotateLeft(hash + (rest[at] & 0xff) * PRIME_5, 11) * PRIME_1;
        }
        hash = (hash ^ hash >>> 15) * PRIME_2;
        hash = (hash ^ hash >>> 13) * PRIME_3;
        return hash ^ hash >>> 16;
    }

    private static int round(int lane, int word) {
        return Integer.rotateLeft(lane + word * PRIME_2, 13) * PRIME_1;
    }
}
