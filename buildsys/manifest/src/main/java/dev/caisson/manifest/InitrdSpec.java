package dev.caisson.manifest;

import java.util.List;

/**
 * The initrd.
 *
 * @param type default {@code minimal}
 * @param modules kernel modules in it, by name; what they depend on is added, one that is built into the kernel is no error
 * @param compression default {@code zstd}
 * @param level zstd 1 to 22, default 12; gzip 1 to 9, default 9
 */
public record InitrdSpec(InitrdType type, List<String> modules, InitrdCompression compression, int level) {
    /** Copies. */
    public InitrdSpec {
        modules = List.copyOf(modules);
    }
}
