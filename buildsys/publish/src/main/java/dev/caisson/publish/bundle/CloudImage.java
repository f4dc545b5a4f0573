package dev.caisson.publish.bundle;

import dev.caisson.secureboot.SecureBootKeys;
import java.util.Locale;
import java.util.Optional;

/**
 * The image that a bundle is about.
 *
 * @param variant the variant's name
 * @param version its version
 * @param aarch64 whether it is for 64-bit ARM, else x86-64
 * @param description one line
 * @param keys of Secure Boot; empty: the cloud's own
 */
public record CloudImage(
        String variant, String version, boolean aarch64, String description, Optional<SecureBootKeys> keys) {
    private static final int LONGEST = 63;

    /** A name of lower-case letters, digits and hyphens, at most 63 characters (RFC 1035). */
    String name() {
        String architecture = aarch64 ? "-arm64" : "-x64";
        String text = (variant + "-" + version).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String head = text.matches("[a-z].*") ? text : "i-" + text;
        return head.substring(0, Math.min(head.length(), LONGEST - architecture.length()))
                        .replaceAll("-+$", "")
                + architecture;
    }
}
