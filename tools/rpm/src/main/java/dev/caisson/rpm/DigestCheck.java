package dev.caisson.rpm;

import dev.caisson.bytes.Digest;

/**
 * A digest that a package states of itself, and what its bytes give.
 *
 * @param name what is covered and where it is stated, such as {@code header SHA256}
 * @param stated what the package says
 * @param actual what the bytes give
 */
public record DigestCheck(String name, Digest stated, Digest actual) {
    /** Whether both agree. */
    public boolean isGood() {
        return stated.equals(actual);
    }
}
