package dev.caisson.manifest;

import java.util.List;

/**
 * What of RPM packages enters the image.
 *
 * @param database the database of installed packages; default none
 * @param databasePath folder of the database; default {@code /usr/lib/sysimage/rpm}
 * @param excludeDocs whether documentation ({@code %doc}) stays out; licences ({@code %license}) never do; default false
 * @param languages languages and locales whose files enter, such as {@code de} or {@code pt_BR}; empty: all
 */
public record RpmSpec(RpmDatabase database, String databasePath, boolean excludeDocs, List<String> languages) {
    /** What holds when a manifest says nothing. */
    public static final RpmSpec DEFAULT = new RpmSpec(RpmDatabase.NONE, "/usr/lib/sysimage/rpm", false, List.of());

    /** Copies. */
    public RpmSpec {
        languages = List.copyOf(languages);
    }
}
