package dev.caisson.rpm;

import java.util.List;

/**
 * A program that a package wants to have run. Nothing here runs it.
 *
 * @param interpreter path and arguments, such as {@code /bin/sh} or {@code <lua>}; never empty
 * @param body what the interpreter gets; empty when the interpreter is all ({@code %post -p /sbin/ldconfig})
 * @param flags RPMSCRIPT_FLAG_* bits
 */
public record RpmScriptlet(List<String> interpreter, String body, long flags) {
    /** RPMSCRIPT_FLAG_EXPAND: macros in the body are expanded when it is run. */
    public static final long EXPAND = 1;

    /** RPMSCRIPT_FLAG_QFORMAT: the body is a query format of the header. */
    public static final long QUERY_FORMAT = 1 << 1;

    /** RPMSCRIPT_FLAG_CRITICAL: its failure is the installation's. */
    public static final long CRITICAL = 1 << 2;

    /** Copies the list. */
    public RpmScriptlet {
        interpreter = List.copyOf(interpreter);
        if (interpreter.isEmpty()) {
            throw new IllegalArgumentException("a scriptlet needs an interpreter");
        }
    }

    /** A script of {@code /bin/sh}. */
    public static RpmScriptlet shell(String body) {
        return new RpmScriptlet(List.of("/bin/sh"), body, 0);
    }
}
