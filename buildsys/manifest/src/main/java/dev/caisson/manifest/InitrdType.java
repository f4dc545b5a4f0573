package dev.caisson.manifest;

/** What runs before the root file system. */
public enum InitrdType implements Labelled {
    /** A shell script on busybox and dmsetup. */
    MINIMAL,
    /** systemd. */
    SYSTEMD,
    /** Nothing: the kernel itself opens the root. */
    NONE
}
