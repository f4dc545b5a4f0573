/**
 * RPM repositories ("rpm-md", "repodata"): {@code repodata/repomd.xml} and what it lists.
 *
 * <p>There is no specification; the facts are those of createrepo_c, libsolv and dnf. Read: repomd.xml with its detached signature;
 * primary, filelists, other, updateinfo, comps (groups) and modules; with MD5, SHA-1 and all SHA-2 checksums; plain or compressed with
 * gzip, bzip2, xz, zstd or zchunk; mirror lists and metalinks. Written, package by package: repomd.xml, primary, filelists, other,
 * updateinfo, comps and modules, with SHA-256, plain or compressed with gzip, xz or zstd. What is written of a package can be taken from
 * its own header ({@link dev.caisson.repository.rpmmd.RpmHeaderMetadata}).
 *
 * <p>A repository is opened by {@link dev.caisson.repository.rpmmd.RpmMdRepository#open}; several make a {@link
 * dev.caisson.repository.rpmmd.RpmMdPool}, which resolves. Nothing here fetches: files come through {@link
 * dev.caisson.repository.rpmmd.RpmMdFiles}, and each is checked against repomd.xml before it counts. Parsed primary metadata have a
 * compact stored form, {@link dev.caisson.repository.rpmmd.RpmMdCache}.
 *
 * <p>Refused: document type declarations, entities, locations that leave the repository. Not read: the SQLite variants, deltas
 * (prestodelta), product ids, AppStream, and {@code repomd.xml.key}, since a key beside what it signs proves nothing.
 */
package dev.caisson.repository.rpmmd;
