package dev.caisson.manifest;

import java.util.List;
import java.util.OptionalInt;

/**
 * A group of the image.
 *
 * @param name group name
 * @param gid number, 0 to 65533; default: allocated as for users
 * @param members users by name
 * @param at where it is declared
 */
public record GroupSpec(String name, OptionalInt gid, List<String> members, Position at) {
    /** Copies. */
    public GroupSpec {
        members = List.copyOf(members);
    }
}
