package dev.caisson.manifest;

import java.util.Optional;

/**
 * SELinux labels of the image's files.
 *
 * @param policy name of the policy whose labels files get: {@link #NONE}: none; {@link #AUTO} (default): the one that
 *     {@code /etc/selinux/config} names or, without that, the only one in the image; no labels if there is none
 * @param mode written to {@code /etc/selinux/config} with the policy's name; default: that file stays as packages ship it
 */
public record SelinuxSpec(String policy, Optional<SelinuxMode> mode) {
    /** The policy that the image itself names. */
    public static final String AUTO = "auto";

    /** No labels. */
    public static final String NONE = "none";

    /** What holds when a manifest says nothing. */
    public static final SelinuxSpec DEFAULT = new SelinuxSpec(AUTO, Optional.empty());

    /** Whether files may get labels. */
    public boolean labels() {
        return !policy.equals(NONE);
    }

    /** The policy's name; empty when the image decides. */
    public Optional<String> name() {
        return policy.equals(AUTO) || policy.equals(NONE) ? Optional.empty() : Optional.of(policy);
    }
}
