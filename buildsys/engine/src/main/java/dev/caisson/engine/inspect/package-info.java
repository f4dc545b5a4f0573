/**
 * Looks into finished images: shows what is in them, checks every promise that they make, compares two of them. Nothing is
 * mounted, no privilege is needed, and no partition is ever held in memory: the formats' readers work on slices of the file.
 *
 * <p>Understood, by magic numbers: GPT disks, EROFS and FAT file systems, EFI programs (unified kernel images among them),
 * dm-verity hash devices. Other content of a partition is named where its magic number is known, and else called unknown.
 *
 * <p>{@link dev.caisson.engine.inspect.ImageVerifier} takes damage for a finding: every check is a line with what was looked at,
 * where, and how it ended; the others go on. What the checks rest on, from the outside in: the firmware trusts certificates;
 * they vouch for the kernel image; its command line holds the root hash; that vouches for every block of the hash tree and of
 * the root file system. Files of the EFI system partition that are not signed (the boot loader's configuration) have no
 * checksum anywhere; only the digest of the whole image in {@code artifacts.json} covers them.
 */
package dev.caisson.engine.inspect;
