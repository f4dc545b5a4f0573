package dev.caisson.pe;

import dev.caisson.bytes.ByteSource;
import java.nio.charset.StandardCharsets;

/**
 * A section to be appended.
 *
 * @param name 1 to 8 printable ASCII characters
 * @param content its bytes, read whenever the image is read
 * @param characteristics the {@code IMAGE_SCN_…} flags
 */
public record NewSection(String name, ByteSource content, long characteristics) {
    /** Checks the name. */
    public NewSection {
        if (!name.matches("[\\x21-\\x7e]{1,8}") || name.startsWith("/")) {
            throw new IllegalArgumentException("section name '" + name + "' is not 1 to 8 printable ASCII characters");
        }
    }

    /** Read-only initialised data. */
    public static NewSection data(String name, ByteSource content) {
        return new NewSection(name, content, SectionHeader.CONTAINS_INITIALIZED_DATA | SectionHeader.READABLE);
    }

    /** Read-only initialised data: text in UTF-8, without terminator. */
    public static NewSection text(String name, String content) {
        return data(name, ByteSource.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    /** Executable code. */
    public static NewSection code(String name, ByteSource content) {
        return new NewSection(
                name, content, SectionHeader.CONTAINS_CODE | SectionHeader.EXECUTABLE | SectionHeader.READABLE);
    }
}
