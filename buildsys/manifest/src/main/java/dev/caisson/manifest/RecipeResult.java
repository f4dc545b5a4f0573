package dev.caisson.manifest;

import java.util.List;
import java.util.Optional;

/**
 * What a recipe file gives.
 *
 * @param recipe empty when there is an error
 * @param diagnostics errors and warnings, by place
 */
public record RecipeResult(Optional<Recipe> recipe, List<Diagnostic> diagnostics) {
    /** Copies. */
    public RecipeResult {
        diagnostics = List.copyOf(diagnostics);
    }
}
