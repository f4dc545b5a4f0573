package dev.caisson.manifest;

/**
 * Who signs.
 *
 * @param profile name of the key profile; default {@code development}
 * @param secureBoot whether boot loader and kernel image are signed for Secure Boot; default true
 */
public record SigningSpec(String profile, boolean secureBoot) {}
