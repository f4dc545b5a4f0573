package dev.caisson.manifest;

import dev.caisson.bytes.DigestAlgorithm;

/**
 * dm-verity over the root.
 *
 * @param enabled default true
 * @param hash {@code sha256} (default) or {@code sha512}
 * @param dataBlockSizeBytes a power of two from 512 to 64 KiB; default 4096
 * @param hashBlockSizeBytes the same for the hash tree; default 4096
 * @param onCorruption default {@code panic}
 * @param signature whether a signed root hash is stored in a partition of its own; default false
 */
public record VeritySpec(
        boolean enabled,
        DigestAlgorithm hash,
        int dataBlockSizeBytes,
        int hashBlockSizeBytes,
        OnCorruption onCorruption,
        boolean signature) {}
