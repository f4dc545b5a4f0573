package dev.caisson.eif;

import dev.caisson.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What a file holds.
 *
 * @param version of the format
 * @param aarch64 whether it is for that architecture
 * @param sections in the order of the file
 * @param measurements computed from them
 * @param signature of PCR 0, checked; empty without
 * @param metadata empty in version 3
 */
public record EifImage(
        int version,
        boolean aarch64,
        List<EifSection> sections,
        EifMeasurements measurements,
        Optional<EifSignature> signature,
        Optional<JsonObject> metadata) {
    /** Copies. */
    public EifImage {
        sections = List.copyOf(sections);
    }

    /** The sections of a kind. */
    public List<EifSection> sections(EifSection.Type type) {
        return sections.stream().filter(section -> section.type() == type).toList();
    }
}
