package dev.caisson.repository.rpmmd;

import java.util.List;

/**
 * What an update is about.
 *
 * @param id such as {@code FEDORA-2025-0123456789}
 * @param type {@code security}, {@code bugfix}, {@code enhancement}, {@code newpackage}, …
 * @param severity such as {@code Critical}; empty when not given
 * @param status such as {@code stable}, {@code retracted}; empty when not given
 * @param from who published it
 * @param title one line
 * @param issued date as written
 * @param updated date as written; empty when not given
 * @param description paragraphs
 * @param references where more is said
 * @param packages what it brings
 */
public record Advisory(
        String id,
        String type,
        String severity,
        String status,
        String from,
        String title,
        String issued,
        String updated,
        String description,
        List<Reference> references,
        List<Update> packages) {
    /**
     * A pointer.
     *
     * @param type {@code bugzilla}, {@code cve}, …
     * @param id such as {@code CVE-2025-1234}
     * @param href address
     * @param title one line
     */
    public record Reference(String type, String id, String href, String title) {}

    /**
     * A package version that holds the update.
     *
     * @param name package name
     * @param evr {@code [epoch:]version-release}
     * @param architecture of the package
     * @param fileName without folders
     */
    public record Update(String name, String evr, String architecture, String fileName) {}

    public Advisory {
        references = List.copyOf(references);
        packages = List.copyOf(packages);
    }

    /** Whether it was withdrawn (SUSE). */
    public boolean retracted() {
        return status.equals("retracted");
    }
}
