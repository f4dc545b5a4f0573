package dev.caisson.engine.inspect;

/**
 * One thing that was looked at.
 *
 * @param name what, in words that stay the same
 * @param where the part of the image
 * @param status how it ended
 * @param detail what was found; for a failure also the place and what was expected
 */
public record Check(String name, String where, Status status, String detail) {
    /** How a check ended. */
    public enum Status {
        /** All is as it must be. */
        OK("ok"),
        /** Something differs. */
        FAILED("FAILED"),
        /** It could not be done; the detail says why, and what is needed for it. */
        NOT_CHECKED("not checked");

        private final String label;

        Status(String label) {
            this.label = label;
        }

        /** For people. */
        public String label() {
            return label;
        }
    }

    /** Whether it failed. */
    public boolean failed() {
        return status == Status.FAILED;
    }

    /** One line for people. */
    @Override
    public String toString() {
        return status.label() + "  " + name + ", " + where + (detail.isEmpty() ? "" : ": " + detail);
    }
}
