package dev.caisson.resolver;

/** The answer to a {@link Problem}. */
public sealed interface Resolution permits Solution, Unsolvable {}
