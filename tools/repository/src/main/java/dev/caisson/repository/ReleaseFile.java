package dev.caisson.repository;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.deb.Deb822Paragraph;
import dev.caisson.deb.Deb822Reader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The contents of a Release file (Debian repository format): what a suite is and the digests of its indexes.
 *
 * @param origin who made it; may be empty
 * @param label further name; may be empty
 * @param suite such as {@code stable}; may be empty
 * @param codename such as {@code trixie}; may be empty; flat repositories often have neither
 * @param date when it was made
 * @param validUntil after which it must not be used
 * @param acquireByHash whether indexes are also served under their digest
 * @param notAutomatic whether packages are taken only on request, as from backports
 * @param architectures served, in file order
 * @param components served, in file order
 * @param architectureAllApart whether {@code binary-all} has packages that the other indexes lack
 * @param files by path, in file order
 */
public record ReleaseFile(
        String origin,
        String label,
        String suite,
        String codename,
        Instant date,
        Optional<Instant> validUntil,
        boolean acquireByHash,
        boolean notAutomatic,
        List<String> architectures,
        List<String> components,
        boolean architectureAllApart,
        Map<String, ReleaseEntry> files) {
    private static final Pattern ENTRY = Pattern.compile("([0-9a-fA-F]{64})\\s+(\\d{1,18})\\s+(\\S+)");
    private static final Duration FUTURE_TOLERANCE = Duration.ofDays(1);

    /** RFC 5322 date in UTC, as {@code date -R -u} and apt-ftparchive write it; one digit is allowed for day and hour. */
    private static final Pattern DATE = Pattern.compile(
            "(?:[A-Za-z]{3},?\\s+)?(\\d{1,2})\\s+([A-Za-z]{3})\\s+(\\d{4})\\s+(\\d{1,2}):(\\d{2}):(\\d{2})\\s+(?:UTC|GMT|Z|\\+0000)");

    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    /** Makes the collections unmodifiable. */
    public ReleaseFile {
        architectures = List.copyOf(architectures);
        components = List.copyOf(components);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * Parses the text of a Release file, or of an InRelease file after verification.
     *
     * @throws FormatException when a needed field is missing or wrong; {@code SHA256} is needed, older digests are not read
     */
    public static ReleaseFile parse(byte[] bytes) throws FormatException {
        Deb822Paragraph stanza = paragraph(bytes);
        if (!stanza.contains("SHA256")) {
            throw new UnsupportedFeatureException(
                    "Release", FormatException.NO_OFFSET, "has no SHA256 list", "one: older digests are not safe");
        }
        List<String> architectures = words(stanza, "Architectures");
        boolean all = architectures.contains("all")
                && !text(stanza, "No-Support-for-Architecture-all").equals("Packages");
        String until = text(stanza, "Valid-Until");
        return new ReleaseFile(
                text(stanza, "Origin"),
                text(stanza, "Label"),
                text(stanza, "Suite"),
                text(stanza, "Codename"),
                parseDate("Date", text(stanza, "Date")),
                until.isEmpty() ? Optional.empty() : Optional.of(parseDate("Valid-Until", until)),
                text(stanza, "Acquire-By-Hash").equals("yes"),
                text(stanza, "NotAutomatic").equals("yes"),
                architectures,
                words(stanza, "Components"),
                all,
                entries(stanza.lines("SHA256")));
    }

    /**
     * Checks that this is the suite that was asked for: a validly signed file of another suite is a mix-up or an attack.
     *
     * @throws RepositoryException of kind {@code WRONG_SUITE}
     */
    public void checkSuite(String asked) throws RepositoryException {
        if (suite.isEmpty() && codename.isEmpty()) {
            throw new RepositoryException(
                    RepositoryException.Kind.WRONG_SUITE,
                    "the Release file has neither Suite nor Codename, expected " + asked);
        }
        if (!asked.equals(suite) && !asked.equals(codename)) {
            throw new RepositoryException(
                    RepositoryException.Kind.WRONG_SUITE,
                    "the Release file is for suite " + suite + " (codename " + codename + "), expected " + asked);
        }
    }

    /**
     * Checks Date and Valid-Until.
     *
     * @param now the time to check against
     * @throws RepositoryException of kind {@code EXPIRED} or {@code NOT_YET_VALID}
     */
    public void checkValidAt(Instant now) throws RepositoryException {
        if (validUntil.isPresent() && !now.isBefore(validUntil.get())) {
            throw new RepositoryException(
                    RepositoryException.Kind.EXPIRED,
                    "the Release file was valid until " + validUntil.get() + ", it is " + now);
        }
        if (date.isAfter(now.plus(FUTURE_TOLERANCE))) {
            throw new RepositoryException(
                    RepositoryException.Kind.NOT_YET_VALID,
                    "the Release file is of " + date + ", it is " + now + ": check this machine's clock");
        }
    }

    /**
     * Checks that the archive did not go back in time.
     *
     * @param seen the newest Date seen before for this suite
     * @throws RepositoryException of kind {@code DOWNGRADE}
     */
    public void checkNotOlderThan(Optional<Instant> seen) throws RepositoryException {
        if (seen.isPresent() && date.isBefore(seen.get())) {
            throw new RepositoryException(
                    RepositoryException.Kind.DOWNGRADE,
                    "the Release file is of " + date + ", one of " + seen.get() + " was seen before");
        }
    }

    private static Deb822Paragraph paragraph(byte[] bytes) throws FormatException {
        try {
            return Deb822Reader.single("Release", bytes);
        } catch (FormatException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    private static String text(Deb822Paragraph stanza, String field) {
        return stanza.folded(field).orElse("");
    }

    private static List<String> words(Deb822Paragraph stanza, String field) {
        String value = text(stanza, field);
        return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
    }

    private static Map<String, ReleaseEntry> entries(List<String> lines) throws FormatException {
        Map<String, ReleaseEntry> entries = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher matcher = ENTRY.matcher(line);
            if (!matcher.matches()) {
                throw corrupt(
                        "has \"" + line.substring(0, Math.min(80, line.length())) + "\"", "digest, size and path");
            }
            String path = SafePath.check("Release", matcher.group(3));
            Digest digest = Digest.sha256(matcher.group(1));
            ReleaseEntry entry = new ReleaseEntry(path, Long.parseLong(matcher.group(2)), digest);
            ReleaseEntry other = entries.putIfAbsent(path, entry);
            if (other != null && !other.equals(entry)) {
                throw corrupt("lists " + path + " twice", "one digest per path");
            }
        }
        return entries;
    }

    static Instant parseDate(String field, String text) throws CorruptDataException {
        Matcher matcher = DATE.matcher(text);
        int month = matcher.matches() ? MONTHS.indexOf(matcher.group(2)) + 1 : 0;
        if (month == 0) {
            throw corrupt("has " + field + " \"" + text + "\"", "a date such as Sat, 15 Nov 2025 10:33:12 UTC");
        }
        try {
            return LocalDateTime.of(
                            Integer.parseInt(matcher.group(3)),
                            month,
                            Integer.parseInt(matcher.group(1)),
                            Integer.parseInt(matcher.group(4)),
                            Integer.parseInt(matcher.group(5)),
                            Integer.parseInt(matcher.group(6)))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw corrupt("has " + field + " \"" + text + "\"", "a date of the calendar");
        }
    }

    private static CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException("Release", FormatException.NO_OFFSET, actual, expected);
    }
}
