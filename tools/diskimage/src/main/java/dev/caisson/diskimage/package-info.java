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
 */
package dev.caisson.diskimage;
