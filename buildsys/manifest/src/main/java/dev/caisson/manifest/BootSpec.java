package dev.caisson.manifest;

/**
 * How the machine boots.
 *
 * @param type default {@code systemd-boot}
 * @param tries boot counting: how often a new version may fail before the former one boots again, 0 to 99, 0 for no
 *     counting; default 3
 * @param timeoutSeconds how long the boot menu waits, 0 to 3600, 0 for no menu; default 0
 */
public record BootSpec(BootType type, int tries, int timeoutSeconds) {}
