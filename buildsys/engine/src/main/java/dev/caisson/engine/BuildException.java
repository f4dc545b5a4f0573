package dev.caisson.engine;

/**
 * A failure with a message for the person at the terminal: what, where, and what to do about it. Everything that can go
 * wrong on bad input, a bad disk or a bad network becomes one of these; only our own bugs stay unchecked.
 */
public final class BuildException extends Exception {
    private static final long serialVersionUID = 1;

    private final FailureCode code;
    private final String hint;

    /**
     * @param code the kind, which decides the exit code
     * @param message what is wrong and where
     * @param hint what to do; empty when nothing useful can be said
     */
    public BuildException(FailureCode code, String message, String hint) {
        this(code, message, hint, null);
    }

    /** As above, with the exception behind it, which {@code -v} shows. */
    public BuildException(FailureCode code, String message, String hint, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.hint = hint;
    }

    /** The kind of failure. */
    public FailureCode code() {
        return code;
    }

    /** What to do about it, or empty. */
    public String hint() {
        return hint;
    }
}
