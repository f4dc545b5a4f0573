package dev.caisson.manifest;

import java.util.Optional;

/**
 * Which package's file is taken where several packages ship a path with different content.
 *
 * @param path the paths
 * @param winner the package whose file is taken
 * @param reason why
 * @param at where it is declared
 */
public record WinnerSpec(PathPattern path, String winner, Optional<String> reason, Position at) {}
