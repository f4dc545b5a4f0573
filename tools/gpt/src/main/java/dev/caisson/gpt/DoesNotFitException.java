package dev.caisson.gpt;

import java.util.Locale;

/** A layout cannot be met: a partition's content is larger than the partition, or a partition larger than what is left. */
public final class DoesNotFitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String partition;
    private final long neededBytes;
    private final long availableBytes;

    DoesNotFitException(String partition, String what, long neededBytes, String where, long availableBytes) {
        super(String.format(
                Locale.ROOT,
                "partition \"%s\" does not fit: %s needs %s, %s has %s, %s too little",
                partition,
                what,
                size(neededBytes),
                where,
                size(availableBytes),
                size(neededBytes - availableBytes)));
        this.partition = partition;
        this.neededBytes = neededBytes;
        this.availableBytes = availableBytes;
    }

    private static String size(long bytes) {
        String text = bytes + " bytes";
        return bytes < 1 << 20 ? text : String.format(Locale.ROOT, "%s (%.1f MiB)", text, bytes / 1048576.0);
    }

    /** Label of the partition. */
    public String partition() {
        return partition;
    }

    /** What it needs, in bytes. */
    public long neededBytes() {
        return neededBytes;
    }

    /** What there is, in bytes; at least 0. */
    public long availableBytes() {
        return availableBytes;
    }

    /** By how much it does not fit, in bytes. */
    public long missingBytes() {
        return neededBytes - availableBytes;
    }
}
