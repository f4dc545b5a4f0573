package dev.caisson.manifest;

/** Names with {@code *} for any characters, matched in time proportional to the product of the lengths. */
final class NamePattern {
    private NamePattern() {}

    static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int mark = 0;
        while (n < name.length()) {
            // The star first: a '*' in the name must not be taken for a literal match of it.
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = n;
            } else if (p < pattern.length() && (pattern.charAt(p) == name.charAt(n) || pattern.charAt(p) == '?')) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
