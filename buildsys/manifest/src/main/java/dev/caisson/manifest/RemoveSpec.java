package dev.caisson.manifest;

import java.util.List;
import java.util.Optional;

/**
 * Paths that are taken out of the root after all else is in. A folder goes with all that is in it, unless something in it
 * is excepted: then the folders that lead there stay.
 *
 * @param path what goes
 * @param except what stays nevertheless
 * @param reason why
 * @param at where it is declared
 */
public record RemoveSpec(PathPattern path, List<PathPattern> except, Optional<String> reason, Position at) {
    /** Copies. */
    public RemoveSpec {
        except = List.copyOf(except);
    }

    /** Whether this path itself goes. */
    public boolean removes(String absolutePath) {
        return path.matches(absolutePath) && except.stream().noneMatch(e -> e.matches(absolutePath));
    }
}
