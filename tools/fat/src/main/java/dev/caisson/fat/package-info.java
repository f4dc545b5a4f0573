/**
 * FAT16 and FAT32 with long names: what firmware reads an EFI System Partition with.
 *
 * <p>Sources: Microsoft "FAT: General Overview of On-Disk Format" (fatgen103) for everything, UEFI 2.10 §13.3 for its use.
 *
 * <p>{@link dev.caisson.fat.FatPlanner} lays out a {@link dev.caisson.filetree.FileTree}: the same tree and
 * {@link dev.caisson.fat.FatVolume} give the same bytes. Every file and directory is one run of clusters, in the order of the
 * tree. The type follows from the number of clusters, as the specification demands: a volume is FAT16 below 512 MiB and FAT32
 * from there on unless one is asked for.
 *
 * <p>FAT has directories, regular files, names and times. Owners, modes and extended attributes are not kept, hard links become
 * copies. Times are UTC, in steps of two seconds, within 1980 to 2107; times outside become the nearest. Symbolic links, devices
 * and names that FAT cannot hold are refused, and so are two names in one directory that differ only by case.
 *
 * <p>{@link dev.caisson.fat.FatReader} is strict: both allocation tables must be equal, every cluster must belong to exactly
 * one file, every chain must be as long as its file. It reads FAT16 and FAT32 as others write them too (fragmented files,
 * lower-case flags). It refuses FAT12, exFAT, bad-cluster marks and short names outside ASCII.
 */
package dev.caisson.fat;
