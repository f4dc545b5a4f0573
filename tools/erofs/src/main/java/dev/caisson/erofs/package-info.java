/**
 * EROFS, the enhanced read-only file system of Linux: plan, write, read, check, dump.
 *
 * <p>Source of every layout: the kernel's {@code fs/erofs/erofs_fs.h} and the rules in {@code fs/erofs} that read it (6.12);
 * where older kernels are stricter, theirs (5.17 and later for LZ4, 6.10 and later for Zstandard).
 *
 * <p><b>Image</b>: superblock (block 0; more where blocks are small), data of files, metadata (inodes with their extended
 * attributes, tails and cluster indexes), directory blocks and long link targets, shared extended attributes. Data come
 * first, so that where they lie depends on nothing but the files before them.
 *
 * <p><b>Written</b>: compact and extended inodes; directories of any size; symbolic links (inline where they fit); hard links
 * (one {@link dev.caisson.filetree.Inode} object at several paths); devices, FIFOs, sockets; extended attributes of the
 * namespaces {@code user.}, {@code trusted.}, {@code security.} and the two POSIX ACLs, inline or shared; flat files with
 * inline tails; LZ4 and Zstandard clusters of up to 1 MiB, padded in front, with compact or full cluster indexes, the last
 * one inside the inode where it is short ({@code ztailpacking}); contents that occur again share their blocks; block sizes of 512 bytes to 64 KiB; superblock checksum.
 *
 * <p><b>Read</b>: all of that, and what {@code mkfs.erofs} writes by default for uncompressed, LZ4 and Zstandard images, such as
 * inline tails and shared attributes in other places. {@link dev.caisson.erofs.ErofsImage#verify} reads every byte.
 *
 * <p><b>Refused</b> with {@link dev.caisson.bytes.UnsupportedFeatureException}: chunk-based files, several devices, packed
 * inodes (fragments, deduplication), long attribute prefixes, LZMA and DEFLATE, LZ4 without
 * padding in front (before Linux 5.3), 48-bit block addresses. It cannot change an image, and starts no threads: callers encode
 * segments of files in parallel with one {@link dev.caisson.erofs.ErofsFileEncoder} per thread, long before a tree is planned.
 */
package dev.caisson.erofs;
