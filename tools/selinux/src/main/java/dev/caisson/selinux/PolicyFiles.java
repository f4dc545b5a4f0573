package dev.caisson.selinux;

import java.util.Optional;

/**
 * The files of a policy that decide about labels. They lie in {@code /etc/selinux/NAME/contexts/files}.
 *
 * @param name how messages call {@code file_contexts}; the others are it with a suffix
 * @param contexts {@code file_contexts}
 * @param homedirs {@code file_contexts.homedirs}: rules for home directories
 * @param local {@code file_contexts.local}: the administrator's rules
 * @param substitutions {@code file_contexts.subs}: the administrator's aliases
 * @param distributionSubstitutions {@code file_contexts.subs_dist}: the policy's aliases
 */
public record PolicyFiles(
        String name,
        byte[] contexts,
        Optional<byte[]> homedirs,
        Optional<byte[]> local,
        Optional<byte[]> substitutions,
        Optional<byte[]> distributionSubstitutions) {
    /** Only the main file. */
    public static PolicyFiles of(String name, byte[] contexts) {
        return new PolicyFiles(name, contexts, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
