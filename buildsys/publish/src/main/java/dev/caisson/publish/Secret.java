package dev.caisson.publish;

/** A password or token. It is in no message: its text form says that there is one, and no more. */
public final class Secret {
    private final String value;

    /** Keeps a secret. */
    public Secret(String value) {
        this.value = value;
    }

    /** The secret itself, for the one request that needs it. */
    public String reveal() {
        return value;
    }

    /** A text of others without the secret, should they have repeated it. */
    public String removedFrom(String text) {
        return value.length() < 3 ? text : text.replace(value, "***");
    }

    @Override
    public String toString() {
        return "***";
    }
}
