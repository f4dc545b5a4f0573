package dev.caisson.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Native tools that judge what this module says. */
final class Oracle {
    private Oracle() {}

    /** Skips the test when a file is missing, or fails where tools are required. */
    static void require(Path file, String debianPackage) {
        if (Files.exists(file)) {
            return;
        }
        String message = file + " is missing: install the Debian package " + debianPackage;
        if (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"))) {
            Assertions.fail(message);
        }
        Assumptions.abort(message);
    }

    /** Runs a tool and gives what it prints. */
    static String run(Path log, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        int result = process.waitFor();
        String output = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(result).as("%s…: %s", command.subList(0, Math.min(8, command.size())), output).isZero();
        return output;
    }
}
