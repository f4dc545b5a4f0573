package dev.caisson.repository;

import dev.caisson.bytes.Digest;

/**
 * One entry of a Packages index, fields as the index has them; empty strings for absent fields.
 *
 * @param name of the binary package
 * @param version with epoch and revision
 * @param architecture of the package: {@code all} or a machine
 * @param filename path relative to the archive's root
 * @param sizeBytes of the file
 * @param sha256 of the file
 * @param installedSizeKib Installed-Size, or -1 when absent
 * @param source source package, with its version in parentheses when that differs
 * @param section such as {@code admin}
 * @param priority such as {@code required}
 * @param essential whether it must be in every system
 * @param isProtected whether it carries {@code Protected: yes}
 * @param multiArch {@code same}, {@code foreign}, {@code allowed} or empty
 * @param relations the dependency fields
 * @param description its first line
 * @param homepage address
 * @param maintainer name and mail address
 */
public record AptPackage(
        String name,
        String version,
        String architecture,
        String filename,
        long sizeBytes,
        Digest sha256,
        long installedSizeKib,
        String source,
        String section,
        String priority,
        boolean essential,
        boolean isProtected,
        String multiArch,
        Relations relations,
        String description,
        String homepage,
        String maintainer) {

    /**
     * The relation fields (Debian Policy §7), unparsed, continuation lines joined by spaces.
     *
     * @param preDepends must be there and configured first
     * @param depends must be there
     * @param recommends usually there
     * @param suggests may be useful
     * @param conflicts must not be there
     * @param breaks must not be there configured
     * @param replaces whose files it may overwrite
     * @param provides further names
     */
    public record Relations(
            String preDepends,
            String depends,
            String recommends,
            String suggests,
            String conflicts,
            String breaks,
            String replaces,
            String provides) {}

    /** The source package's name. */
    public String sourceName() {
        int blank = source.indexOf(' ');
        return source.isEmpty() ? name : blank < 0 ? source : source.substring(0, blank);
    }

    /** The source package's version. */
    public String sourceVersion() {
        int open = source.indexOf('(');
        int close = source.indexOf(')', Math.max(open, 0));
        return open < 0 || close < 0
                ? version
                : source.substring(open + 1, close).strip();
    }
}
