package dev.caisson.engine.image;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What tells this program apart from others and from its own other versions. */
final class ProgramIdentity {
    private ProgramIdentity() {}

    /** Names, sizes and times of the program's jars; empty when it runs from class folders, which have no identity. */
    static Optional<String> of() throws IOException {
        StringBuilder text = new StringBuilder(System.getProperty("java.vm.version", ""));
        String path = System.getProperty("java.class.path", "");
        for (int from = 0; from <= path.length(); ) {
            int end = path.indexOf(File.pathSeparatorChar, from);
            Path jar = Path.of(path.substring(from, end < 0 ? path.length() : end));
            if (!Files.isRegularFile(jar)) {
                return Optional.empty();
            }
            text.append(' ').append(jar.getFileName()).append(':').append(FileState.ofContent(jar));
            from = end < 0 ? path.length() + 1 : end + 1;
        }
        return Optional.of(text.toString());
    }
}
