package dev.caisson.rpm;

import java.util.List;

/**
 * A scriptlet that is run because of other packages.
 *
 * @param scope what sets it off
 * @param moment when it is run
 * @param conditions the packages, or the path prefixes; one is enough
 * @param scriptlet what is run
 * @param priority of file triggers: higher ones are run first; 0 for others
 */
public record RpmTrigger(
        Scope scope, Moment moment, List<RpmDependency> conditions, RpmScriptlet scriptlet, long priority) {
    /** What sets a trigger off. */
    public enum Scope {
        /** A package. */
        PACKAGE,
        /** A package with files below a prefix. */
        FILE,
        /** As FILE, once for a transaction. */
        TRANSACTION_FILE
    }

    /** When a trigger is run. */
    public enum Moment {
        /** Before the other package is installed. */
        PREIN(1L << 25),
        /** After the other package is installed. */
        IN(1L << 16),
        /** Before the other package is removed. */
        UN(1L << 17),
        /** After the other package is removed. */
        POSTUN(1L << 18);

        private final long flag;

        Moment(long flag) {
            this.flag = flag;
        }

        /** RPMSENSE_TRIGGER* bit. */
        long flag() {
            return flag;
        }
    }

    /** Copies the list. */
    public RpmTrigger {
        conditions = List.copyOf(conditions);
    }

    /** The section's name in spec files, without {@code %}. */
    public String label() {
        String prefix = switch (scope) {
            case PACKAGE -> "trigger";
            case FILE -> "filetrigger";
            case TRANSACTION_FILE -> "transfiletrigger";
        };
        return prefix + moment.name().toLowerCase(java.util.Locale.ROOT);
    }
}
