package dev.caisson.manifest;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A user of the image. One that a package brings as well gets the values given here and keeps the rest.
 *
 * @param name user name
 * @param uid number, 0 to 65533; default: allocated from the seed's stable table
 * @param group primary group by name; default: a group of the user's name
 * @param groups supplementary groups by name
 * @param home default {@code /}
 * @param shell default {@code /usr/sbin/nologin}
 * @param description GECOS field
 * @param shadow the password field of shadow(5): {@code !*} nobody can log in with a password (YAML {@code locked}, the
 *     default), empty: no password is asked (YAML {@code none}), else a crypt(5) hash
 * @param at where it is declared
 */
public record UserSpec(
        String name,
        OptionalInt uid,
        Optional<String> group,
        List<String> groups,
        Optional<String> home,
        Optional<String> shell,
        Optional<String> description,
        Optional<String> shadow,
        Position at) {
    /** Copies. */
    public UserSpec {
        groups = List.copyOf(groups);
    }
}
