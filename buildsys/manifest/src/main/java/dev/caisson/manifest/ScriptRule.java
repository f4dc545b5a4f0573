package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import java.util.Optional;

/**
 * What is known of one maintainer script, which is never run.
 *
 * @param packageName package name; {@code *} stands for any characters
 * @param script which script
 * @param action handled or ignored
 * @param reason how, or why
 * @param digest SHA-256 of the script that was looked at: with another content the rule does not hold
 * @param at where it is declared
 */
public record ScriptRule(
        String packageName,
        ScriptKind script,
        ScriptAction action,
        String reason,
        Optional<Digest> digest,
        Position at) {
    /** Whether the rule is about this script of this package; the digest is for the caller to compare. */
    public boolean matches(String name, ScriptKind kind) {
        return script == kind && NamePattern.matches(packageName, name);
    }
}
