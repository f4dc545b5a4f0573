package dev.caisson.selinux;

/** Text that may be looked at a limited number of times: an expression can take exponential time, and nothing else stops it. */
final class CountedText implements CharSequence {
    private final String text;
    private long left;

    CountedText(String text, long steps) {
        this.text = text;
        this.left = steps;
    }

    /** The limit is reached. */
    static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyStepsException() {
            super("too many steps", null, false, false);
        }
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) {
            throw new TooManyStepsException();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
