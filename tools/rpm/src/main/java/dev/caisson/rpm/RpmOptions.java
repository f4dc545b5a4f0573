package dev.caisson.rpm;

import dev.caisson.compression.Codec;

/**
 * How a package is written.
 *
 * @param payload NONE, GZIP, XZ or ZSTD
 * @param level of the codec
 * @param retainedBytes largest compressed payload in bytes that is kept in memory between planning and writing; a larger one is
 *     compressed again
 */
public record RpmOptions(Codec payload, int level, int retainedBytes) {
    /** zstd 19, as Fedora has it; 64 MiB retained. */
    public static final RpmOptions DEFAULT = new RpmOptions(Codec.ZSTD, 19, 64 << 20);
}
