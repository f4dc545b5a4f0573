package dev.caisson.archive;

/**
 * How much a {@link TarReader} takes before it throws {@link dev.caisson.bytes.LimitExceededException}.
 *
 * @param entries number of members
 * @param pathBytes length in bytes of a member's path
 * @param extensionBytes size in bytes of one pax header or GNU long name, and of all xattrs of a member
 * @param contentBytes size in bytes of one member's content
 * @param totalBytes size in bytes of the whole archive
 */
public record TarLimits(long entries, int pathBytes, int extensionBytes, long contentBytes, long totalBytes) {
    /** Linux' PATH_MAX without its NUL. */
    public static final int PATH_MAX = 4095;

    /** A million members, paths as long as Linux takes them, 1 MiB of pax header, 64 GiB in all. */
    public static final TarLimits DEFAULT = new TarLimits(1_000_000, PATH_MAX, 1 << 20, 1L << 36, 1L << 36);

    /** Checks that no limit is negative. */
    public TarLimits {
        if (entries < 0 || pathBytes < 0 || extensionBytes < 0 || contentBytes < 0 || totalBytes < 0) {
            throw new IllegalArgumentException("negative limit");
        }
    }
}
