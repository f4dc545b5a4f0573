package dev.caisson.engine.boot;

import dev.caisson.bytes.SortedListing;
import dev.caisson.bytes.SuppressForbidden;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.Arch;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A running machine. Closing it ends it; so does the end of this program, however it comes, except by SIGKILL. The machine's
 * files, except its disk, are in a folder of their own and go with it.
 */
@SuppressForbidden(reason = "starting an image means starting an emulator; no build goes through here")
public final class QemuMachine implements Closeable {
    private static final long POLL_MILLIS = 100;
    private static final long PROBE_SECONDS = 10;

    /** How much is searched again, for expressions that match more than one line. */
    private static final int OVERLAP_CHARACTERS = 4096;

    /** How waiting for a text ended. */
    public enum Outcome {
        /** The text was there. */
        FOUND,
        /** The machine stopped without it. */
        STOPPED,
        /** The time was over. */
        TIMEOUT
    }

    private final Process process;
    private final Path folder;
    private final SerialLog log;
    private final Thread hook;

    private QemuMachine(Process process, Path folder, SerialLog log) {
        this.process = process;
        this.folder = folder;
        this.log = log;
        this.hook = new Thread(
                () -> {
                    process.destroyForcibly();
                    delete(folder);
                },
                "end of the machine");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a machine; {@link #type} is its keyboard.
     *
     * @param host where emulator and firmware are
     * @param disk the machine's disk, which it writes to
     * @param lines gets each line of the console, while one of the waiting methods runs
     */
    public static QemuMachine start(BootHost host, MachineSpec spec, Path disk, Consumer<String> lines)
            throws BuildException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("caisson-boot-");
        Path console = folder.resolve("console");
        List<String> command = command(host, spec, disk, folder);
        command.addAll(QemuArguments.serialToStreams());
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(console.toFile())
                .redirectError(folder.resolve("messages").toFile())
                .start();
        return new QemuMachine(process, folder, new SerialLog(console, lines));
    }

    /** Starts a machine whose console is this program's terminal, and waits for its end. Returns QEMU's exit code. */
    public static int runOnTerminal(BootHost host, MachineSpec spec, Path disk)
            throws BuildException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("caisson-boot-");
        List<String> command = command(host, spec, disk, folder);
        command.addAll(QemuArguments.serialToTerminal());
        Process process = new ProcessBuilder(command).inheritIO().start();
        try (QemuMachine machine =
                new QemuMachine(process, folder, new SerialLog(folder.resolve("none"), line -> {}))) {
            return machine.process.waitFor();
        }
    }

    private static List<String> command(BootHost host, MachineSpec spec, Path disk, Path folder)
            throws BuildException, IOException, InterruptedException {
        Path qemu = host.qemu(spec.architecture());
        Firmware firmware = host.firmware(spec.architecture());
        Path variables = folder.resolve("variables.fd");
        firmware.writeVariables(variables, spec.keys());
        List<String> command = new ArrayList<>(List.of(qemu.toString()));
        command.addAll(QemuArguments.machine(
                spec, accelerator(qemu, spec), new QemuArguments.Files(firmware, variables, disk.toAbsolutePath())));
        return command;
    }

    /**
     * KVM where it works with exactly this machine, which the emulator itself knows best: there are hosts with a /dev/kvm that
     * may not be opened, and ones whose KVM lacks system management mode.
     */
    private static QemuArguments.Accelerator accelerator(Path qemu, MachineSpec spec)
            throws IOException, InterruptedException {
        String host = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean native64 = spec.architecture() == Arch.X86_64
                ? host.equals("amd64") || host.equals("x86_64")
                : host.equals("aarch64");
        Path device = Path.of("/dev/kvm");
        if (!native64 || !Files.isReadable(device) || !Files.isWritable(device)) {
            return QemuArguments.Accelerator.TCG;
        }
        List<String> command = new ArrayList<>(List.of(qemu.toString()));
        command.addAll(QemuArguments.board(spec, QemuArguments.Accelerator.KVM));
        command.addAll(List.of("-nodefaults", "-display", "none", "-S", "-qmp", "stdio"));
        Process probe = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream in = probe.getOutputStream()) {
            in.write(
                    "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"quit\"}\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The emulator ended at once, which its exit code says as well.
            probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
        }
        boolean works = probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
        probe.destroyForcibly();
        return works ? QemuArguments.Accelerator.KVM : QemuArguments.Accelerator.TCG;
    }

    /**
     * Waits until the console has said something.
     *
     * @throws BuildException when QEMU itself ended with an error
     */
    public Outcome await(Pattern expected, Duration timeout) throws BuildException, IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        int from = 0;
        while (true) {
            boolean stopped = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (stopped) {
                log.finish();
            } else {
                log.poll();
            }
            if (log.contains(expected, from)) {
                return Outcome.FOUND;
            }
            from = Math.max(0, log.length() - OVERLAP_CHARACTERS);
            if (stopped) {
                checkExit();
                return Outcome.STOPPED;
            }
            if (System.nanoTime() - end > 0) {
                return Outcome.TIMEOUT;
            }
        }
    }

    /** Waits until the machine is off; false when it is still on at the end of the time. */
    public boolean awaitStop(Duration timeout) throws BuildException, IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            log.poll();
            if (System.nanoTime() - end > 0) {
                return false;
            }
        }
        log.finish();
        checkExit();
        return true;
    }

    private void checkExit() throws BuildException, IOException {
        if (process.exitValue() != 0) {
            throw new BuildException(
                    FailureCode.INTERNAL,
                    "QEMU ended with " + process.exitValue() + ": "
                            + Files.readString(folder.resolve("messages"), StandardCharsets.ISO_8859_1)
                                    .strip(),
                    "");
        }
    }

    /** Types at the console. */
    public void type(String text) throws IOException {
        OutputStream keyboard = process.getOutputStream();
        keyboard.write(text.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    /** What the console has said. */
    public SerialLog log() {
        return log;
    }

    /** Ends the machine, as a power cut would, and deletes its folder. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending, and the hook has run or will.
        }
        log.finish();
        delete(folder);
    }

    private static void delete(Path folder) {
        try {
            for (Path file : SortedListing.of(folder)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // It lies in the folder for temporary files, which the host empties.
        }
    }
}
