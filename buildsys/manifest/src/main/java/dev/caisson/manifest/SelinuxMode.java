package dev.caisson.manifest;

/** What the kernel does with a policy; the words of {@code /etc/selinux/config}. */
public enum SelinuxMode implements Labelled {
    /** What the policy forbids fails. */
    ENFORCING,
    /** What the policy forbids is logged. */
    PERMISSIVE,
    /** No policy is loaded. */
    DISABLED
}
