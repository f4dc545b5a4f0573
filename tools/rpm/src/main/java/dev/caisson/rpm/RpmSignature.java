package dev.caisson.rpm;

/**
 * A signature that a package carries, not verified.
 *
 * @param name of its tag, such as {@code RSAHEADER}
 * @param range what it signs
 * @param packet OpenPGP signature packets, binary
 */
public record RpmSignature(String name, Range range, byte[] packet) {
    /** What a signature covers. */
    public enum Range {
        /** The header, which may state digests of the payload. */
        HEADER,
        /** Header and payload, all that follows the signature. */
        HEADER_AND_PAYLOAD
    }
}
