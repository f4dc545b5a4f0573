package dev.caisson.repository.rpmmd;

import dev.caisson.resolver.RpmVersionOrder;

/** Capabilities such as {@code libc.so.6(GLIBC_2.34)(64bit)}, of which the newest includes the others. */
final class LibcVersion {
    private LibcVersion() {}

    /** Whether the first one names a newer version of the same library; one that names none is older than all. */
    static boolean isNewer(String name, String than) {
        return RpmVersionOrder.segments(version(name), version(than)) > 0;
    }

    private static String version(String name) {
        int open = name.indexOf('(');
        int close = name.indexOf(')', Math.max(open, 0));
        if (open < 0 || close < 0) {
            return "";
        }
        String inside = name.substring(open + 1, close);
        int digits = 0;
        while (digits < inside.length() && !Character.isDigit(inside.charAt(digits))) {
            digits++;
        }
        return inside.substring(digits);
    }
}
