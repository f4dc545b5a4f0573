package dev.caisson.testkit;

import dev.caisson.bytes.SuppressForbidden;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** An independent tool of the machine that judges what we make. */
@SuppressForbidden(reason = "tests compare with native tools; nothing of this is in the product")
public final class Oracle {
    private final Path program;

    private Oracle(Path program) {
        this.program = program;
    }

    /**
     * What a run gave.
     *
     * @param status exit code
     * @param output both output streams together
     */
    public record Result(int status, String output) {}

    /**
     * Finds a program in PATH and the folders of system tools. Without it the test is skipped, or fails where oracles are
     * required: with {@code CI} set or {@code CAISSON_ORACLES=required}.
     *
     * @param name the program's name
     * @param debianPackage what brings it, for the message
     */
    public static Oracle require(String name, String debianPackage) {
        String path = System.getenv("PATH");
        List<String> folders = new ArrayList<>();
        if (path != null) {
            folders.addAll(List.of(path.split(File.pathSeparator)));
        }
        folders.addAll(List.of("/usr/sbin", "/sbin"));
        for (String folder : folders) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                return new Oracle(Path.of(folder, name));
            }
        }
        throw missing(name + " is missing: install the Debian package " + debianPackage);
    }

    /** Skips the test or fails it, see {@link #require}. Never returns. */
    static IllegalStateException missing(String message) {
        if (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"))) {
            Assertions.fail(message);
        }
        Assumptions.abort(message);
        return new IllegalStateException(message);
    }

    /** Runs the program in a folder, with no input. */
    public Result run(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
