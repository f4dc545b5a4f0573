package dev.caisson.repository;

import java.util.Arrays;
import java.util.Locale;

/** The text columns of a parsed index. The numbers are part of {@link IndexCache}'s format: a change needs a new version. */
enum PackagesField {
    NAME(0, "Package"),
    VERSION(1, "Version"),
    ARCHITECTURE(2, "Architecture"),
    FILENAME(3, "Filename"),
    SOURCE(4, "Source"),
    SECTION(5, "Section"),
    PRIORITY(6, "Priority"),
    ESSENTIAL(7, "Essential"),
    PROTECTED(8, "Protected"),
    MULTI_ARCH(9, "Multi-Arch"),
    PRE_DEPENDS(10, "Pre-Depends"),
    DEPENDS(11, "Depends"),
    RECOMMENDS(12, "Recommends"),
    SUGGESTS(13, "Suggests"),
    CONFLICTS(14, "Conflicts"),
    BREAKS(15, "Breaks"),
    REPLACES(16, "Replaces"),
    PROVIDES(17, "Provides"),
    DESCRIPTION(18, "Description"),
    HOMEPAGE(19, "Homepage"),
    MAINTAINER(20, "Maintainer");

    static final int COUNT = values().length;

    private static final PackagesField[][] BY_LENGTH = byLength();

    private final int column;
    private final String lowerCase;

    PackagesField(int column, String field) {
        this.column = column;
        this.lowerCase = field.toLowerCase(Locale.ROOT);
    }

    /** The column's number. */
    int column() {
        return column;
    }

    private static PackagesField[][] byLength() {
        PackagesField[][] byLength = new PackagesField[16][0];
        for (PackagesField field : values()) {
            PackagesField[] same = byLength[field.lowerCase.length()];
            same = Arrays.copyOf(same, same.length + 1);
            same[same.length - 1] = field;
            byLength[field.lowerCase.length()] = same;
        }
        return byLength;
    }

    /** The column for a field name, which has no case; null for fields that are not kept. */
    static PackagesField find(byte[] bytes, int from, int length) {
        if (length >= BY_LENGTH.length) {
            return null;
        }
        for (PackagesField field : BY_LENGTH[length]) {
            if (matches(field.lowerCase, bytes, from)) {
                return field;
            }
        }
        return null;
    }

    static boolean matches(String lowerCase, byte[] bytes, int from) {
        for (int i = 0; i < lowerCase.length(); i++) {
            int c = bytes[from + i];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
