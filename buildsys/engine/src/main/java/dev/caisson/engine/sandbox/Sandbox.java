package dev.caisson.engine.sandbox;

import dev.caisson.bytes.SuppressForbidden;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs commands in namespaces of their own, see the package's page. */
@SuppressForbidden(reason = "building a package from source means running its build; no image build goes through here")
public final class Sandbox {
    private static final String SCRIPT = "enter.sh";
    private static final String TOOLS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final List<String> NAMESPACES = List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "--pid",
            "--ipc",
            "--uts",
            "--net",
            "--fork",
            "--kill-child");
    private static final int PROBE_SECONDS = 30;
    private static final int KILL_SECONDS = 10;

    private Sandbox() {}

    /**
     * Makes sure that this machine can do it.
     *
     * @throws BuildException with {@link FailureCode#PACKAGE_BUILD} that says what is missing
     */
    public static void check() throws BuildException, IOException, InterruptedException {
        Path output = Files.createTempFile("caisson-namespaces", ".log");
        try {
            List<String> words = new ArrayList<>(NAMESPACES);
            words.add("true");
            int code = run(words, output, PROBE_SECONDS);
            if (code != 0) {
                throw unavailable(
                        Files.readString(output, StandardCharsets.UTF_8).strip());
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static BuildException unavailable(String reason) {
        return new BuildException(
                FailureCode.PACKAGE_BUILD,
                "this machine does not let packages be built in a sandbox: "
                        + (reason.isEmpty() ? "no namespaces" : reason),
                "unprivileged user namespaces are needed (Linux, util-linux 2.38): look at the sysctls"
                        + " user.max_user_namespaces (not 0), kernel.unprivileged_userns_clone (1, where it exists) and"
                        + " kernel.apparmor_restrict_unprivileged_userns (0, where it exists); in a container allow"
                        + " unshare and mount in its seccomp profile, and an unmasked /proc. Data recipes and images need none of this");
    }

    /**
     * Runs a command to its end. When it takes too long, when this thread is interrupted or this program ends, all its processes
     * are killed.
     *
     * @return its exit code
     * @throws BuildException with {@link FailureCode#PACKAGE_BUILD} after the time-out, or when programs are missing
     */
    public static int run(SandboxCommand command) throws BuildException, IOException, InterruptedException {
        Files.createDirectories(command.mountPoint());
        Path script = Files.createTempFile(command.mountPoint().toAbsolutePath().getParent(), "enter", ".sh");
        try {
            try (InputStream in = Sandbox.class.getResourceAsStream(SCRIPT)) {
                Files.write(script, in.readAllBytes());
            }
            return run(words(command, script), command.log(), command.timeoutSeconds());
        } finally {
            Files.deleteIfExists(script);
        }
    }

    /** The whole command line; pure, so that it can be tested anywhere. */
    static List<String> words(SandboxCommand command, Path script) {
        List<String> words = new ArrayList<>(NAMESPACES);
        words.addAll(List.of("/bin/sh", script.toAbsolutePath().toString()));
        words.add(command.mountPoint().toAbsolutePath().toString());
        words.add(command.root().toAbsolutePath().toString());
        words.add(command.hostName());
        for (SandboxCommand.Bind bind : command.binds()) {
            words.addAll(List.of(
                    bind.writable() ? "rw" : "ro",
                    bind.source().toAbsolutePath().toString(),
                    bind.target()));
        }
        words.addAll(List.of("--", "/usr/bin/env", "-i"));
        Map<String, String> sorted = new TreeMap<>(command.environment());
        sorted.forEach((name, value) -> words.add(name + "=" + value));
        String limit = command.memoryBytes().isPresent()
                ? "ulimit -v " + command.memoryBytes().getAsLong() / 1024 + "; "
                : "";
        words.addAll(List.of(
                "/bin/sh",
                "-c",
                "umask 022; ulimit -c 0; " + limit + "cd \"$0\" && unset OLDPWD && exec \"$@\"",
                command.folder()));
        words.addAll(command.command());
        return words;
    }

    private static int run(List<String> words, Path log, long timeoutSeconds)
            throws BuildException, IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", TOOLS, "LC_ALL", "C"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw unavailable("there is no program unshare");
        }
        // Killing unshare kills the first process of the namespace, and with that the kernel kills the others.
        Thread hook = new Thread(process::destroyForcibly, "caisson-sandbox-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                throw new BuildException(
                        FailureCode.PACKAGE_BUILD,
                        "the build took longer than " + timeoutSeconds + " s and was stopped",
                        "raise build.timeout in the recipe, or see where it waits in " + log);
            }
            return process.exitValue();
        } finally {
            end(process);
            remove(hook);
        }
    }

    private static void end(Process process) throws InterruptedException {
        if (process.isAlive()) {
            process.destroyForcibly();
            process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending already, and the hook does its work.
        }
    }
}
