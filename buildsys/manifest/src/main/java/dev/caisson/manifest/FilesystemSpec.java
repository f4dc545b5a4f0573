package dev.caisson.manifest;

/**
 * The root file system.
 *
 * @param type default {@code erofs}
 * @param compression default {@code lz4hc}
 * @param level lz4hc 1 to 12, default 9; zstd 1 to 22, default 6; otherwise 0
 * @param clusterSizeBytes largest physical cluster, a power of two from 4 KiB to 1 MiB; default 256 KiB
 */
public record FilesystemSpec(FilesystemType type, FilesystemCompression compression, int level, int clusterSizeBytes) {}
