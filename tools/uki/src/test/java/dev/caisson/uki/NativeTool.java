package dev.caisson.uki;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Tools and files of the machine that judge what we write; absent ones skip the test, or fail it where they are required. */
final class NativeTool {
    /** What a run gave. */
    record Result(int status, String output) {}

    private final Path program;

    private NativeTool(Path program) {
        this.program = program;
    }

    /** Finds a program by name or absolute path. */
    static NativeTool find(String name, String debianPackage) {
        List<String> folders =
                new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":")));
        folders.addAll(List.of("/usr/sbin", "/sbin"));
        for (String folder : folders) {
            Path candidate = Path.of(folder).resolve(name);
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return new NativeTool(candidate);
            }
        }
        return new NativeTool(missing(name, debianPackage));
    }

    /** systemd's stub, when the property caisson.stub or the installed package gives one. */
    static Optional<Path> stub() {
        Path file = Path.of(System.getProperty("caisson.stub", "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"));
        return Files.isReadable(file) ? Optional.of(file) : Optional.empty();
    }

    private static Path missing(String name, String debianPackage) {
        String message = name + " is missing: install the Debian package " + debianPackage;
        if (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"))) {
            fail(message);
        }
        Assumptions.abort(message);
        throw new IllegalStateException(message);
    }

    /** Runs the program in a folder. */
    Result run(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
