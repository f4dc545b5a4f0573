package dev.caisson.manifest;

/** What the firmware starts. */
public enum BootType implements Labelled {
    /** systemd-boot, which picks the newest unified kernel image that still has tries. */
    SYSTEMD_BOOT,
    /** The unified kernel image itself, under the removable-media name. */
    UKI
}
