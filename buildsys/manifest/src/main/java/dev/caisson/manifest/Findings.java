package dev.caisson.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The diagnostics found so far. A value that was found bad is remembered, so that later steps take it as absent without
 * complaining again; a finding that two architectures share counts once.
 */
final class Findings {
    private final Set<Diagnostic> diagnostics = new LinkedHashSet<>();
    private final Set<YamlNode> bad = Collections.newSetFromMap(new IdentityHashMap<>());

    void error(Position at, String message, String hint) {
        diagnostics.add(new Diagnostic(Severity.ERROR, at.file(), at.line(), at.column(), message, hint));
    }

    void error(YamlNode node, String message, String hint) {
        bad.add(node);
        error(node.at(), message, hint);
    }

    void warning(Position at, String message, String hint) {
        diagnostics.add(new Diagnostic(Severity.WARNING, at.file(), at.line(), at.column(), message, hint));
    }

    boolean isBad(YamlNode node) {
        return bad.contains(node);
    }

    boolean hasErrors() {
        return diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    }

    List<Diagnostic> sorted() {
        List<Diagnostic> sorted = new ArrayList<>(diagnostics);
        sorted.sort(Diagnostic.BY_PLACE);
        return sorted;
    }
}
