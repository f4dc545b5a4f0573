/**
 * Disk images: what lies where on a disk ({@link dev.caisson.diskimage.DiskImage}), and the formats that carry it.
 *
 * <p>A disk image is a list of places with sources behind them, not bytes: partition tables, file systems and their contents
 * stay where they are until a format is written. A format needs one pass from the first byte to the last
 * ({@link dev.caisson.diskimage.DiskImage#writeTo}, or {@link dev.caisson.diskimage.DiskImage#asSource} with
 * {@link dev.caisson.diskimage.DiskImage#hasData} for formats that are divided into grains or clusters), and holes need no
 * bytes at all.
 *
 * <p>{@link dev.caisson.diskimage.RawDisk} writes the plain bytes into a sparse file, by ranges that may be copied by
 * different threads. It starts no threads, replaces no file, and does not sync: the caller decides about temporary names and
 * durability.
 *
 * <p>Written by {@link dev.caisson.diskimage.DiskFormatWriter}s, that is in batches that the caller spreads over its threads, and in
 * one pass over the disk: qcow2 version 3 (plain, deflate, zstd), stream-optimized and sparse VMDK, fixed and dynamic VHD, dynamic
 * VHDX, Google's disk.raw in tar.gz, and the plain bytes as gzip, xz, zstd or LZ4. The same disk gives the same file, however it is cut into
 * extents and whichever thread encodes what.
 *
 * <p>Read: qcow2 2 and 3, VMDKs of one file, VHDs, VHDXs; each as a {@link dev.caisson.diskimage.DiskImage} whose clusters are decoded when
 * they are asked for. Refused: backing files, snapshots' contents, encryption, external data files, differencing disks, VMDKs of
 * several extents, VHDXs whose log must be replayed.
 */
package dev.caisson.diskimage;
