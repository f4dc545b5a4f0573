package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.fetch.FetchException;
import dev.caisson.engine.fetch.Mirrors;
import dev.caisson.engine.sandbox.Sandbox;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code caisson doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Checks what this machine offers: Java, memory, the store, mirrors, and what booting images needs.")
final class DoctorCommand implements Callable<Integer> {
    private static final long WANTED_BYTES = 4L << 30;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Java      " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " cores, heap up to "
                + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        Path cache = options.cacheFolder();
        Files.createDirectories(cache);
        long free = Files.getFileStore(cache).getUsableSpace();
        out.println("store     " + cache + ", " + free / (1 << 20) + " MiB free"
                + (free < WANTED_BYTES ? ": builds want 4 GiB" : ""));
        for (String archive : List.of("debian", "debian-security")) {
            out.println("mirror    " + archive + ": " + mirror(archive));
        }
        boot(out, "qemu-system-x86_64", "booting x86_64 images");
        boot(out, "qemu-system-aarch64", "booting aarch64 images");
        out.println("optional  sandbox for building packages from source: " + sandbox());
        return 0;
    }

    private static String sandbox() throws IOException {
        try {
            Sandbox.check();
            return "works";
        } catch (BuildException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "not looked at";
        }
    }

    private String mirror(String archive) throws IOException {
        try {
            List<String> given = options.mirrors.entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .toList();
            return Mirrors.of(given, System.getenv(), List.of(), Path.of("/etc/apt")).resolve(archive).stream()
                    .map(FetchException::display)
                    .toList()
                    .toString();
        } catch (FetchException e) {
            return e.getMessage();
        }
    }

    private static void boot(PrintWriter out, String program, String purpose) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(java.io.File.pathSeparator)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                out.println("optional  " + program + " for " + purpose + ": " + folder);
                return;
            }
        }
        out.println("optional  " + program + " for " + purpose + ": not found");
    }
}
