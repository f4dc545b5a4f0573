package dev.caisson.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes to work on that look like those of an image: programs, tables and text. */
final class Corpus {
    private Corpus() {}

    /**
     * The first bytes of a file.
     *
     * @param file a path; empty for the class files of the running JDK
     * @param sizeKib how much, in KiB
     * @throws IOException when there is less
     */
    static byte[] read(String file, int sizeKib) throws IOException {
        Path path = file.isEmpty() ? Path.of(System.getProperty("java.home"), "lib", "modules") : Path.of(file);
        int size = Math.multiplyExact(sizeKib, 1024);
        try (InputStream in = Files.newInputStream(path)) {
            // The JDK's file begins with an index of names; what follows is like other programs.
            if (file.isEmpty()) {
                in.skipNBytes(8 << 20);
            }
            byte[] bytes = in.readNBytes(size);
            if (bytes.length < size) {
                throw new IOException(path + " has " + bytes.length + " bytes, expected at least " + size);
            }
            return bytes;
        }
    }
}
