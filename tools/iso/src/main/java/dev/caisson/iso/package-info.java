/**
 * ISO 9660 images (ECMA-119, fourth edition) with Rock Ridge names (RRIP 1.09) and an El Torito boot image for UEFI (El Torito
 * 1.0; UEFI 2.10, 13.3.2.1).
 *
 * <p>{@link dev.caisson.iso.IsoPlan} describes contents that already have their places: {@code plan.extents()} are the descriptors, the
 * boot catalog and the directories, between 32 KiB and the first file. So the same bytes can be a partitioned disk: the first
 * 32 KiB belong to nobody here, and a GUID partition table fits there.
 *
 * <p>{@link dev.caisson.iso.IsoReader} reads the primary volume, Rock Ridge names and the boot entries. Numbers that are stored
 * in both byte orders must agree.
 *
 * <p>It cannot: several sessions, interleaved files, Joliet, UDF, symbolic links, boot images that emulate floppies or disks. What is
 * read with such entries is refused or reported without them.
 */
package dev.caisson.iso;
