/**
 * Three archive formats: ar, read; tar and cpio "newc", written and read.
 *
 * <p><b>ar</b> ({@link dev.caisson.archive.ArReader}): the common format of {@code ar.h} as {@code deb(5)} uses it, with plain
 * names of at most 16 bytes. Refused: GNU and BSD long names and symbol tables, padding other than a line feed.
 *
 * <p><b>tar</b> ({@link dev.caisson.archive.TarReader}): v7, ustar and pax (POSIX.1-2017, "pax Interchange Format") and GNU tar's
 * long names and base-256 numbers (GNU tar manual, "Basic Tar Format"). From pax headers: {@code path}, {@code linkpath},
 * {@code size}, {@code uid}, {@code gid}, {@code mtime} and {@code SCHILY.xattr.*}; other keys are passed over. Refused: sparse
 * files of every kind, multi-volume and incremental archives, a checksum made of signed bytes, data behind anything but a regular
 * file, an archive without its two closing zero blocks, anything but zeros after them. Names and link targets are bytes and are
 * given as they are: what they may say is for the caller to judge. {@link dev.caisson.archive.TarWriter} writes trees as ustar with pax
 * headers where they are needed.
 *
 * <p><b>cpio</b> ({@link dev.caisson.archive.CpioWriter}, {@link dev.caisson.archive.CpioReader}): "newc" (magic 070701) as the
 * kernel's {@code Documentation/driver-api/early-userspace/buffer-format.rst} describes it, and, when reading, "crc" (070702). It
 * cannot hold extended attributes, times outside 1970–2106, parts of a second, or files of 4 GiB and more; the writer refuses all
 * of these but the parts of a second, which it drops.
 *
 * <p>Nothing in here writes to the host's file system or decompresses.
 */
package dev.caisson.archive;
