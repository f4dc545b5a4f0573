package dev.caisson.erofs;

import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Runs the programs that judge what we write. */
final class Tool {
    private Tool() {}

    /** Skips the test when a program is not there, or fails where oracles are required. */
    static void require(String program, String debianPackage) {
        boolean found = false;
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            found |= Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, program));
        }
        require(found, program + " is not installed: Debian package " + debianPackage);
    }

    /** Skips the test when a condition does not hold, or fails where oracles are required. */
    static void require(boolean condition, String message) {
        boolean required = System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"));
        if (required) {
            Assertions.assertTrue(condition, message);
        }
        Assumptions.assumeTrue(condition, message);
    }

    /** Skips the test for ordinary users. */
    static void requireRoot() {
        boolean root;
        try {
            root = run("id", "-u").strip().equals("0");
        } catch (IOException e) {
            root = false;
        }
        Assumptions.assumeTrue(root, "only root may make device nodes, set owners and mount");
    }

    /** Standard output as ISO-8859-1; anything but exit code 0 is an error. */
    static String run(String... command) throws IOException {
        Path out = Files.createTempFile("tool", ".out");
        Path err = Files.createTempFile("tool", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("LC_ALL", "C");
            int code = builder.start().waitFor();
            String text = Files.readString(out, StandardCharsets.ISO_8859_1);
            if (code != 0) {
                throw new IOException(String.join(" ", command) + " exits with " + code + "\n" + text
                        + Files.readString(err, StandardCharsets.ISO_8859_1));
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    static Path write(Plan plan, Path file) throws IOException {
        try (FileSink sink = FileSink.create(file)) {
            plan.writeTo(sink);
        }
        return file;
    }
}
