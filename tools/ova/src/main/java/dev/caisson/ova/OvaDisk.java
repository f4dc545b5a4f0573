package dev.caisson.ova;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;

/**
 * One disk of a package.
 *
 * @param fileName name of its file, without folders
 * @param file the stream-optimized VMDK
 * @param digest SHA-256 of the file
 * @param capacityBytes size of the disk
 * @param populatedBytes bytes of the disk that are not zeros, about
 */
public record OvaDisk(String fileName, ByteSource file, Digest digest, long capacityBytes, long populatedBytes) {}
