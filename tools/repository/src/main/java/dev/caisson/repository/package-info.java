/**
 * Package repositories: signed metadata in, verified packages out.
 *
 * <p>APT (Debian's "repository format" wiki page and apt's {@code apt_preferences}, {@code sources.list} manual pages): read are
 * InRelease, Release with Release.gpg, and Packages indexes of the {@code dists/SUITE/COMPONENT/binary-ARCH} layout and of flat repositories. The SHA256
 * list is needed; MD5Sum, SHA1 and SHA512 lists are passed over. A Release file counts only after its signature was checked
 * against pinned keys, and says which suite it is, when it was made and until when it may be used; each of these is checked by
 * the caller's time and memory, never by the clock.
 *
 * <p>Parsed indexes have a compact stored form ({@link dev.caisson.repository.IndexCache}).
 *
 * <p>Refused: unsigned repositories, indexes without SHA256, paths that leave the repository. It cannot fetch
 * anything and cannot write repositories. Not read: Translation files (descriptions are their first line), Contents, Sources,
 * PDiffs.
 */
package dev.caisson.repository;
