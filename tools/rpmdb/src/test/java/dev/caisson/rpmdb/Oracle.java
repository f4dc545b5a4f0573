package dev.caisson.rpmdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Native tools that judge what this module reads and writes. */
final class Oracle {
    private static final long SECONDS = 120;

    private Oracle() {}

    /** Skips the test when a tool is missing, or fails where tools are required. */
    static void require(String tool, String debianPackage) {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return;
            }
        }
        String message = tool + " is missing: install the Debian package " + debianPackage;
        if (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"))) {
            Assertions.fail(message);
        }
        Assumptions.abort(message);
    }

    /** Runs a tool, which must succeed, and gives what it prints. */
    static String run(Path directory, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        Path log = Files.createTempFile(directory, "output", ".txt");
        Process process = builder.redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            Assertions.fail(List.of(command) + " does not end");
        }
        String output = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
        assertThat(process.exitValue()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }
}
