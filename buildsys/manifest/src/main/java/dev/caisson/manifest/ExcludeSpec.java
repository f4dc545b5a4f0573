package dev.caisson.manifest;

/**
 * A package that dependencies ask for but that gives nothing at run time: it is taken as installed, and nothing of it gets
 * into the image.
 *
 * @param name package name; {@code *} stands for any characters
 * @param reason why nothing misses it
 * @param at where it is declared
 */
public record ExcludeSpec(String name, String reason, Position at) {
    /** Whether this is about that package. */
    public boolean matches(String packageName) {
        return NamePattern.matches(name, packageName);
    }
}
