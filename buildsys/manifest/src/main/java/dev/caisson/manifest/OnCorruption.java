package dev.caisson.manifest;

/** What the kernel does when a block does not match the hash tree. */
public enum OnCorruption implements Labelled {
    /** Panics ({@code panic_on_corruption}); with {@code panic=N} it reboots, and boot counting falls back. */
    PANIC,
    /** Reboots at once ({@code restart_on_corruption}). */
    RESTART,
    /** The read fails with an I/O error. */
    EIO
}
