package dev.caisson.manifest;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * One suite of a repository, or the whole of one that has no suites.
 *
 * @param name the suite; empty for a repository without suites
 * @param release the signed top file: {@code InRelease}, {@code Release} or {@code repomd.xml}
 * @param date when it was made, in seconds since 1970, if it says so
 * @param indexes the package indexes that were read, sorted by path
 */
public record LockedSuite(String name, LockedFile release, OptionalLong date, List<LockedFile> indexes) {
    /** Sorts. */
    public LockedSuite {
        indexes =
                indexes.stream().sorted(Comparator.comparing(LockedFile::path)).toList();
    }
}
