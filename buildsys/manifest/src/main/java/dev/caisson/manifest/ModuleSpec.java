package dev.caisson.manifest;

/**
 * What is decided about a module of an RPM repository.
 *
 * @param name the module
 * @param stream the stream that counts instead of the default one; empty: no stream of the module counts
 * @param at where it is said
 */
public record ModuleSpec(String name, String stream, Position at) {
    /** Whether no stream counts. */
    public boolean disabled() {
        return stream.isEmpty();
    }

    /** {@code name:stream}, or {@code -name}. */
    @Override
    public String toString() {
        return disabled() ? "-" + name : name + ":" + stream;
    }
}
