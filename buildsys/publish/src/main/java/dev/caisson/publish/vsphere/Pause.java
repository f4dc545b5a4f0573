package dev.caisson.publish.vsphere;

/** Waits between two looks at the server; tests do not wait. */
@FunctionalInterface
public interface Pause {
    /** Waits. */
    void millis(long count) throws InterruptedException;
}
