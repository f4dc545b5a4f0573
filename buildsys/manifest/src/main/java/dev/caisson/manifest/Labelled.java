package dev.caisson.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An enum whose constants are words in a manifest. */
public interface Labelled {
    /** The word: the constant's name in lower case, {@code -} for {@code _}. */
    default String label() {
        return ((Enum<?>) this).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The words of an enum, in its order. */
    static List<String> labels(Class<? extends Labelled> type) {
        List<String> labels = new ArrayList<>();
        for (Labelled constant : type.getEnumConstants()) {
            labels.add(constant.label());
        }
        return labels;
    }
}
