package dev.caisson.fat;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * A time as directory entries hold it: date = year since 1980 (7 bits), month (4), day (5); time = hour (5), minute (6),
 * seconds/2 (5). Taken as UTC.
 *
 * @param date the 16 bits of the date
 * @param time the 16 bits of the time
 */
record DosTime(int date, int time) {
    private static final long FIRST = LocalDateTime.of(1980, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    private static final long LAST = LocalDateTime.of(2107, 12, 31, 23, 59, 58).toEpochSecond(ZoneOffset.UTC);

    /** The time at or just before this one; times that FAT cannot hold become its first or last. */
    static DosTime ofEpochSecond(long seconds) {
        LocalDateTime t = LocalDateTime.ofEpochSecond(Math.min(LAST, Math.max(FIRST, seconds)), 0, ZoneOffset.UTC);
        int date = t.getYear() - 1980 << 9 | t.getMonthValue() << 5 | t.getDayOfMonth();
        return new DosTime(date, t.getHour() << 11 | t.getMinute() << 5 | t.getSecond() / 2);
    }

    /** Seconds since 1970; an unset date (0) counts as the first of 1980. Throws for the 31st of February and the like. */
    long epochSecond() throws DateTimeException {
        if (date == 0) {
            return FIRST;
        }
        return LocalDateTime.of(
                        1980 + (date >>> 9), date >>> 5 & 15, date & 31, time >>> 11, time >>> 5 & 63, 2 * (time & 31))
                .toEpochSecond(ZoneOffset.UTC);
    }
}
