package dev.caisson.manifest;

import java.util.List;
import java.util.Optional;

/**
 * Whose system this is, for os-release(5). Every value is one line without control characters.
 *
 * @param id {@code ID}: lower-case letters, digits, {@code . _ -}; default {@code caisson}
 * @param idLike {@code ID_LIKE}: the systems that this one stems from; default none
 * @param name {@code NAME}; default {@code Caisson}
 * @param prettyName {@code PRETTY_NAME}; default: name, variant name and version
 * @param vendor {@code VENDOR_NAME}
 * @param homeUrl {@code HOME_URL}
 * @param documentationUrl {@code DOCUMENTATION_URL}
 * @param supportUrl {@code SUPPORT_URL}
 * @param bugReportUrl {@code BUG_REPORT_URL}
 */
public record Branding(
        String id,
        List<String> idLike,
        String name,
        Optional<String> prettyName,
        Optional<String> vendor,
        Optional<String> homeUrl,
        Optional<String> documentationUrl,
        Optional<String> supportUrl,
        Optional<String> bugReportUrl) {
    /** Copies. */
    public Branding {
        idLike = List.copyOf(idLike);
    }
}
