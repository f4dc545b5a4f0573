package dev.caisson.iso;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;

/** Sizes, places and encodings of fields that structures share. */
final class IsoLayout {
    /** Logical sectors and blocks. */
    static final int SECTOR = 2048;

    /** The first descriptor: 32 KiB in front belong to the system. */
    static final int FIRST_DESCRIPTOR = 16;

    static final String STANDARD = "CD001";

    /** Most bytes of one section of a file: the length field has 32 bits, and only the last section may end within a sector. */
    static final long SECTION_BYTES = (1L << 32) - SECTOR;

    private IsoLayout() {}

    static long sectors(long bytes) {
        return (bytes + SECTOR - 1) / SECTOR;
    }

    /** ECMA-119 7.3.3: little-endian, then big-endian. */
    static BinaryWriter both32(BinaryWriter out, long value) {
        return out.u32(value).u32(Integer.toUnsignedLong(Integer.reverseBytes((int) value)));
    }

    /** ECMA-119 7.2.3. */
    static BinaryWriter both16(BinaryWriter out, int value) {
        return out.u16(value).u16(value >>> 8 | (value & 0xff) << 8);
    }

    /** ASCII, filled up with blanks. */
    static BinaryWriter text(BinaryWriter out, String text, int length) {
        out.bytes(text.getBytes(StandardCharsets.US_ASCII));
        for (int i = text.length(); i < length; i++) {
            out.u8(' ');
        }
        return out;
    }

    private static ZonedDateTime utc(long epochSeconds) {
        return Instant.ofEpochSecond(epochSeconds).atZone(ZoneOffset.UTC);
    }

    /** ECMA-119 9.1.5: years since 1900, month, day, hour, minute, second, offset from GMT. */
    static byte[] shortTime(long epochSeconds) {
        ZonedDateTime time = utc(epochSeconds);
        int year = Math.max(0, Math.min(255, time.getYear() - 1900));
        return new byte[] {
            (byte) year,
            (byte) time.getMonthValue(),
            (byte) time.getDayOfMonth(),
            (byte) time.getHour(),
            (byte) time.getMinute(),
            (byte) time.getSecond(),
            0
        };
    }

    /** ECMA-119 8.4.26.1: sixteen digits and the offset from GMT. */
    static byte[] longTime(long epochSeconds) {
        ZonedDateTime time = utc(epochSeconds);
        String digits = String.format(
                Locale.ROOT,
                "%04d%02d%02d%02d%02d%02d00",
                Math.min(9999, time.getYear()),
                time.getMonthValue(),
                time.getDayOfMonth(),
                time.getHour(),
                time.getMinute(),
                time.getSecond());
        return (digits + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /** No time at all. */
    static byte[] noTime() {
        return "0000000000000000\0".getBytes(StandardCharsets.US_ASCII);
    }
}
