package dev.caisson.repository.rpmmd;

/**
 * A changelog entry.
 *
 * @param author name, mail address and usually version
 * @param dateSeconds seconds since 1970
 * @param text what changed
 */
public record RpmChangelog(String author, long dateSeconds, String text) {}
