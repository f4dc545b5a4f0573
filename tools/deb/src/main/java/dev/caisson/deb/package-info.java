/**
 * Debian packages and the control files that describe them.
 *
 * <p><b>Packages</b> ({@link dev.caisson.deb.DebPackage}), {@code deb(5)} format 2: {@code control.tar} plain or compressed with gzip,
 * xz or zstd, {@code data.tar} also with bzip2 or lzma. Members whose names begin with {@code _}, and unknown ones after the data
 * archive, are passed over, as the manual asks. Modes, owners by number, devices, hard links, capabilities
 * ({@code SCHILY.xattr.security.capability}) come through as they are stored. Refused: members out of order or repeated, and every
 * data archive whose meaning depends on who unpacks it: absolute paths, {@code ..}, paths below links or files, a path twice, hard
 * links to anything but a regular file before them, more bytes than {@link dev.caisson.deb.DebLimits} allows, a missing end. The old
 * format 0.939000 is not known. Maintainer scripts are bytes here and are never run.
 *
 * <p><b>Control files</b> ({@link dev.caisson.deb.Deb822Reader}), {@code deb822(5)}, as a stream of paragraphs, fast enough for the
 * package lists of a whole archive.
 */
package dev.caisson.deb;
