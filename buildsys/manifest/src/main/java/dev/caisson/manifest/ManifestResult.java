package dev.caisson.manifest;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a manifest gives: a variant per architecture, or what is wrong with it.
 *
 * @param file the manifest that was asked for
 * @param inputs every manifest file that was read, this one and all it extends, in the order of merging
 * @param variants by architecture; empty when there is an error
 * @param diagnostics errors and warnings, by place
 */
public record ManifestResult(Path file, List<Path> inputs, Map<Arch, Variant> variants, List<Diagnostic> diagnostics) {
    /** Copies. */
    public ManifestResult {
        inputs = List.copyOf(inputs);
        EnumMap<Arch, Variant> byArch = new EnumMap<>(Arch.class);
        byArch.putAll(variants);
        variants = Collections.unmodifiableMap(byArch);
        diagnostics = List.copyOf(diagnostics);
    }

    /** Whether there is no error. */
    public boolean ok() {
        return diagnostics.stream().noneMatch(d -> d.severity() == Severity.ERROR);
    }

    /** The errors only. */
    public List<Diagnostic> errors() {
        return diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).toList();
    }
}
