package dev.caisson.uki;

import dev.caisson.bytes.ByteSource;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What goes into a unified kernel image.
 *
 * @param contents by section; no empty ones
 */
public record UkiRequest(Map<UkiSection, ByteSource> contents) {
    /** Nothing yet; at least os-release and kernel must be added. */
    public static final UkiRequest EMPTY = new UkiRequest(Map.of());

    /** Copies the map. */
    public UkiRequest {
        Map<UkiSection, ByteSource> copy = new EnumMap<>(UkiSection.class);
        copy.putAll(contents);
        for (Map.Entry<UkiSection, ByteSource> entry : copy.entrySet()) {
            if (entry.getValue().size() == 0) {
                throw new IllegalArgumentException(
                        "section " + entry.getKey().sectionName() + " would be empty: leave it out");
            }
        }
        contents = Collections.unmodifiableMap(copy);
    }

    /** The same with one more section. */
    public UkiRequest with(UkiSection section, ByteSource content) {
        Map<UkiSection, ByteSource> more = new EnumMap<>(UkiSection.class);
        more.putAll(contents);
        more.put(section, content);
        return new UkiRequest(more);
    }

    /**
     * The same with a section of text in UTF-8, without terminator. For {@link UkiSection#SBAT} these are further lines {@code
     * component,generation,vendor,package,version,url}.
     *
     * @throws IllegalArgumentException for a command line or kernel version with control characters
     */
    public UkiRequest withText(UkiSection section, String text) {
        boolean oneLine = section == UkiSection.CMDLINE || section == UkiSection.UNAME;
        if (oneLine && text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("section " + section.sectionName() + " holds control characters");
        }
        return with(section, ByteSource.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    Optional<ByteSource> content(UkiSection section) {
        return Optional.ofNullable(contents.get(section));
    }
}
