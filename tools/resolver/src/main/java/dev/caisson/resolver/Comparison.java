package dev.caisson.resolver;

/** How a version in a capability or requirement bounds the versions that are meant. */
public enum Comparison {
    /** No bound: every version. */
    ANY("", 7),
    /** Strictly older. */
    LESS("<", 1),
    /** Older or equal. */
    LESS_OR_EQUAL("<=", 3),
    /** Exactly this version. */
    EQUAL("=", 2),
    /** Newer or equal. */
    GREATER_OR_EQUAL(">=", 6),
    /** Strictly newer. */
    GREATER(">", 4),
    /** Any version but this one. */
    NOT_EQUAL("<>", 5);

    private static final int BELOW = 1;
    private static final int SAME = 2;
    private static final int ABOVE = 4;

    private final String symbol;
    private final int bits;

    Comparison(String symbol, int bits) {
        this.symbol = symbol;
        this.bits = bits;
    }

    /** The operator as people write it; empty for {@link #ANY}. */
    public String symbol() {
        return symbol;
    }

    /** Whether versions older than the bound are meant. */
    public boolean below() {
        return (bits & BELOW) != 0;
    }

    /** Whether the bound itself is meant. */
    public boolean same() {
        return (bits & SAME) != 0;
    }

    /** Whether versions newer than the bound are meant. */
    public boolean above() {
        return (bits & ABOVE) != 0;
    }

    /** Whether a version that compares to the bound with this sign is meant. */
    public boolean accepts(int sign) {
        return sign < 0 ? below() : sign > 0 ? above() : same();
    }

    /**
     * The comparison written as {@code symbol}; Debian's {@code <<} and {@code >>} and rpm's {@code ==} count as
     * well.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Comparison parse(String symbol) {
        return switch (symbol) {
            case "" -> ANY;
            case "<", "<<" -> LESS;
            case "<=" -> LESS_OR_EQUAL;
            case "=", "==" -> EQUAL;
            case ">=" -> GREATER_OR_EQUAL;
            case ">", ">>" -> GREATER;
            case "<>", "!=" -> NOT_EQUAL;
            default -> throw new IllegalArgumentException("no comparison is written " + symbol);
        };
    }
}
