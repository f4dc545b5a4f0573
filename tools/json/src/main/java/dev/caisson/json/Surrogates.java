package dev.caisson.json;

/** Where UTF-16 text is no Unicode text. */
final class Surrogates {
    private Surrogates() {}

    /** Whether the unit at this index is half a pair whose other half is missing. */
    static boolean unpairedAt(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    /** Whether any unit is unpaired. */
    static boolean anyUnpaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && unpairedAt(text, i)) {
                return true;
            }
        }
        return false;
    }
}
