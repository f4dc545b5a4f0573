package dev.caisson.compression;

/** CRC-64 as .xz files use it: ECMA-182's polynomial, bits reversed, eight bytes a step. */
final class Crc64 {
    private static final long POLYNOMIAL = 0xC96C5795D7870F42L;
    private static final int SLICES = 8;
    /** {@code TABLES[256 * k + b]}: what byte b does that lies k bytes before the end. */
    private static final long[] TABLES = tables();

    private long state = -1;

    private static long[] tables() {
        long[] tables = new long[256 * SLICES];
        for (int b = 0; b < 256; b++) {
            long crc = b;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ (POLYNOMIAL & -(crc & 1));
            }
            tables[b] = crc;
        }
        for (int i = 256; i < tables.length; i++) {
            long crc = tables[i - 256];
            tables[i] = (crc >>> 8) ^ tables[(int) crc & 0xFF];
        }
        return tables;
    }

    void update(byte[] bytes, int offset, int length) {
        long[] t = TABLES;
        long crc = state;
        int at = offset;
        int end = offset + length;
        for (; end - at >= SLICES; at += SLICES) {
            crc ^= Lz4Format.read8(bytes, at);
            crc = t[0x700 + ((int) crc & 0xFF)]
                    ^ t[0x600 + ((int) (crc >>> 8) & 0xFF)]
                    ^ t[0x500 + ((int) (crc >>> 16) & 0xFF)]
                    ^ t[0x400 + ((int) (crc >>> 24) & 0xFF)]
                    ^ t[0x300 + ((int) (crc >>> 32) & 0xFF)]
                    ^ t[0x200 + ((int) (crc >>> 40) & 0xFF)]
                    ^ t[0x100 + ((int) (crc >>> 48) & 0xFF)]
                    ^ t[(int) (crc >>> 56)];
        }
        for (; at < end; at++) {
            crc = (crc >>> 8) ^ t[(int) (crc ^ bytes[at]) & 0xFF];
        }
        state = crc;
    }

    long value() {
        return ~state;
    }
}
