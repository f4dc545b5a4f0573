/**
 * RPM packages.
 *
 * <p><b>Read</b> ({@link dev.caisson.rpm.RpmPackage}): lead, signature header, header and payload of packages of the formats 3, 4
 * and 6 (rpm's {@code docs/manual/format_v3.md}, {@code format_v4.md} and {@code format_v6.md}, rpm 6.0), binary and source. Files
 * with types, modes, owners by name, flags, digests, links, devices, capabilities, colours and languages; relations with boolean
 * expressions; scriptlets, triggers, file triggers; sysusers lines. Payloads: cpio "newc", "crc" and the stripped format for files of
 * 4 GiB and more, plain or compressed with gzip, bzip2, xz, lzma or zstd.
 *
 * <p>A package opens only when its headers are well-formed by the rules of rpm's own reader, agree with every header digest and
 * have the size that the signature header states. A payload must hold exactly the header's files but its ghosts. Refused: relative
 * paths, {@code .} and {@code ..} in paths, a path twice, paths below links or files of the same package, unknown file digests and
 * compressors, delta packages, more than {@link dev.caisson.rpm.RpmLimits} allows. Scriptlets are text here and are never run.
 *
 * <p><b>Verified</b> ({@link dev.caisson.rpm.RpmVerifier}): every digest and every OpenPGP signature, of the header, of header and
 * payload, and the several ones of format 6, under a {@link dev.caisson.rpm.SignaturePolicy}.
 *
 * <p><b>Written</b> ({@link dev.caisson.rpm.RpmPlanner}): binary packages of format 4, the same bytes for the same request, with
 * header and payload digests by SHA-256 and no MD5, optionally signed. It cannot write source packages or the formats 3 and 6.
 */
package dev.caisson.rpm;
