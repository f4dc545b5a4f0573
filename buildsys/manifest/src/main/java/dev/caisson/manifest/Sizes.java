package dev.caisson.manifest;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as people write them: {@code 4096}, {@code 64KiB}, {@code 512MiB}, {@code 2GiB}, {@code 1TiB}. */
public final class Sizes {
    /** The form, as a regular expression. */
    static final String REGEX = "^[0-9]{1,18}( ?(KiB|MiB|GiB|TiB|B))?$";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ?(KiB|MiB|GiB|TiB|B)?");

    private Sizes() {}

    /** The number of bytes; empty for another form or more than 2^63-1. */
    public static OptionalLong parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long factor = 1L << shift(matcher.group(2));
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static int shift(String unit) {
        if (unit == null || unit.equals("B")) {
            return 0;
        }
        return 10 * (1 + "KMGT".indexOf(unit.charAt(0)));
    }

    /** The shortest exact form: {@code 512MiB}, {@code 1000B}. */
    public static String format(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long value = bytes;
        while (unit < units.length - 1 && value != 0 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return value + units[unit];
    }
}
