package dev.caisson.json;

/** A truth value. */
public enum JsonBoolean implements JsonValue {
    FALSE,
    TRUE;

    /** The constant for a Java truth value. */
    public static JsonBoolean of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /** The Java truth value. */
    public boolean value() {
        return this == TRUE;
    }

    @Override
    public String kind() {
        return "a boolean";
    }
}
