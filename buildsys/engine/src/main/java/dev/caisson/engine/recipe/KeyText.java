package dev.caisson.engine.recipe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Feeds values to a digest so that no two different lists of values look the same to it. */
final class KeyText {
    private final MessageDigest digest;

    KeyText(MessageDigest digest) {
        this.digest = digest;
    }

    /** Adds a text. */
    KeyText add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds bytes. */
    KeyText add(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).array());
        digest.update(bytes);
        return this;
    }
}
