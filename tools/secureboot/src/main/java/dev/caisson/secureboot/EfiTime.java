package dev.caisson.secureboot;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * EFI_TIME (UEFI 2.10 §8.3) as authenticated variables use it: UTC, whole seconds, everything else zero.
 *
 * <pre>
 * offset size field
 *      0    2 Year
 *      2    1 Month        1-12
 *      3    1 Day          1-31
 *      4    1 Hour
 *      5    1 Minute
 *      6    1 Second
 *      7    1 Pad1         0
 *      8    4 Nanosecond   0
 *     12    2 TimeZone     0
 *     14    1 Daylight     0
 *     15    1 Pad2         0
 * </pre>
 */
final class EfiTime {
    static final int SIZE = 16;

    private EfiTime() {}

    static byte[] encode(Instant time) {
        LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        return BinaryWriter.littleEndian(SIZE)
                .u16(utc.getYear())
                .u8(utc.getMonthValue())
                .u8(utc.getDayOfMonth())
                .u8(utc.getHour())
                .u8(utc.getMinute())
                .u8(utc.getSecond())
                .zeros(9)
                .toByteArray();
    }

    /** Empty for all zeros: variables without a time. Nanoseconds and time zone are passed over. */
    static Optional<Instant> read(BinaryReader in) throws CorruptDataException {
        long offset = in.offset();
        int year = in.u16();
        int month = in.u8();
        int day = in.u8();
        int hour = in.u8();
        int minute = in.u8();
        int second = in.u8();
        in.skip(9);
        if (year == 0 && month == 0 && day == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    LocalDateTime.of(year, month, day, hour, minute, second).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw new CorruptDataException("EFI_TIME", offset, e.getMessage(), "a date and time");
        }
    }
}
