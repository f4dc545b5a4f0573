package dev.caisson.manifest;

/** One of the two places that updates alternate between. */
public enum Slot {
    A,
    B
}
