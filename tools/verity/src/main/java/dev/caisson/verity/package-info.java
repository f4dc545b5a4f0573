/**
 * dm-verity: the hash tree that lets the Linux kernel check every block of a read-only device against one root hash.
 *
 * <p>Sources: Linux {@code Documentation/admin-guide/device-mapper/verity.rst}, {@code drivers/md/dm-verity-target.c}, and
 * cryptsetup's wiki page "DMVerity" for the superblock. What {@code veritysetup format} writes for the same parameters is
 * what {@link dev.caisson.verity.VerityPlan} writes.
 *
 * <p>The tree: every data block is hashed; the digests are packed into hash blocks, which are hashed in turn, until one hash
 * block is left, whose digest is the root hash. The levels lie on the device from the top (one block) to level 0 (the digests
 * of the data). A device of one data block has no levels at all: its root hash is that block's digest.
 *
 * <table>
 * <caption>The two formats</caption>
 * <tr><th>format</th><th>digest of a block</th><th>place of digest i in its hash block</th></tr>
 * <tr><td>1</td><td>H(salt, block)</td><td>i times the digest size rounded up to a power of two</td></tr>
 * <tr><td>0 (Chrome OS)</td><td>H(block, salt)</td><td>i times the digest size</td></tr>
 * </table>
 *
 * <p>We write and read both formats, with and without superblock, with block sizes of 512 bytes to 512 KiB, salts of up to 256
 * bytes and the digests of {@link dev.caisson.bytes.DigestAlgorithm}. We refuse other digests. Forward error correction is
 * neither written nor read. Signatures of root hashes belong to another module.
 */
package dev.caisson.verity;
