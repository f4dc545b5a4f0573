package dev.caisson.manifest;

import java.util.Optional;

/**
 * How large a partition shall be.
 *
 * @param kind how it is found
 * @param bytes the size when it is fixed, else 0
 */
public record PartitionSize(Kind kind, long bytes) {
    /** How the size is found. */
    public enum Kind implements Labelled {
        /** Given. */
        FIXED,
        /** The content and room for its growth. */
        AUTO,
        /** The content, rounded up to the alignment. */
        MINIMAL,
        /** What the disk has left; for one partition, the last, and only with a disk size. */
        REST
    }

    /** A given size. */
    public static PartitionSize fixed(long bytes) {
        return new PartitionSize(Kind.FIXED, bytes);
    }

    /** One of the other kinds. */
    public static PartitionSize of(Kind kind) {
        return new PartitionSize(kind, 0);
    }

    /** Parses {@code 512MiB}, {@code auto}, {@code minimal}, {@code rest}; empty for anything else. */
    public static Optional<PartitionSize> parse(String text) {
        for (Kind kind : Kind.values()) {
            if (kind != Kind.FIXED && kind.label().equals(text)) {
                return Optional.of(of(kind));
            }
        }
        return Sizes.parse(text).stream().mapToObj(PartitionSize::fixed).findFirst();
    }

    @Override
    public String toString() {
        return kind == Kind.FIXED ? Sizes.format(bytes) : kind.label();
    }
}
