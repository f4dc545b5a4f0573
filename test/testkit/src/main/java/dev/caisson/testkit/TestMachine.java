package dev.caisson.testkit;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.boot.BootHost;
import dev.caisson.engine.boot.DiskBus;
import dev.caisson.engine.boot.MachineSpec;
import dev.caisson.engine.boot.QemuMachine;
import dev.caisson.fixture.Oracle;
import dev.caisson.manifest.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/** Starts a disk with Secure Boot on and the keys of its build, and reads what its self test reports. */
public final class TestMachine {
    /** Translation on a busy machine takes minutes where hardware takes seconds. */
    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    private static final Pattern MARKER = Pattern.compile("^CAISSON-TEST ([a-z-]+)=(.*)$", Pattern.MULTILINE);

    /**
     * Faults of the emulation, which say nothing about the image: a host that is busy for a sixth of a second at the wrong
     * moment is late with the interrupts that the kernel counts to see whether its timer works; and a processor may meet a
     * breakpoint of the kernel's own patching after the patch is done.
     */
    private static final Pattern EMULATION_FAULT = Pattern.compile("IO-APIC \\+ timer doesn't work|Oops: int3");

    private static final int ATTEMPTS = 4;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Pattern NEVER = Pattern.compile("(?!)");

    private final DiskCopy disk;
    private final MachineSpec spec;
    private final Path logs;

    /**
     * A machine.
     *
     * @param logs a folder for its console's output, which a failed test is explained with
     */
    public TestMachine(DiskCopy disk, Path logs) {
        this(
                disk,
                MachineSpec.of(
                        disk.built().architecture(), Optional.of(disk.built().keys())),
                logs);
    }

    private TestMachine(DiskCopy disk, MachineSpec spec, Path logs) {
        this.disk = disk;
        this.spec = spec;
        this.logs = logs;
    }

    /** Skips or fails the test where there is no emulator. */
    public static void require(Arch architecture) {
        try {
            BootHost.here().qemu(architecture);
            BootHost.here().firmware(architecture);
        } catch (BuildException e) {
            throw Oracle.missing(e.getMessage() + "; " + e.hint());
        }
    }

    /** The same machine with its disk elsewhere. */
    public TestMachine withBus(DiskBus bus) {
        return new TestMachine(disk, spec.withBus(bus), logs);
    }

    /** The same machine started from an image in its CD drive. */
    public TestMachine withMedium(Path image) {
        return new TestMachine(disk, spec.withMedium(image), logs);
    }

    /** The same machine with more on the kernel's command line. */
    public TestMachine withKernelParameters(String parameters) {
        return new TestMachine(disk, spec.withKernelParameters(parameters), logs);
    }

    /** The same machine with credentials. */
    public TestMachine withCredentials(Map<String, String> credentials) {
        return new TestMachine(disk, spec.withCredentials(credentials), logs);
    }

    /**
     * What a boot said.
     *
     * @param outcome how it ended
     * @param text the console
     * @param markers what the self test reported, by key
     */
    public record Report(QemuMachine.Outcome outcome, String text, Map<String, String> markers) {
        /** Fails the test, with the console's last lines, when the expected text did not come. */
        public Report assertFound() {
            Assertions.assertEquals(
                    QemuMachine.Outcome.FOUND,
                    outcome,
                    () -> "console ends with:\n" + text.substring(Math.max(0, text.length() - 4000)));
            return this;
        }
    }

    /** Boots and waits until the self test has switched the machine off. */
    public Report boot(String name) throws BuildException, IOException, InterruptedException {
        return run(name, Pattern.compile("^CAISSON-TEST done=", Pattern.MULTILINE), true, List.of());
    }

    /** Boots until a text appears. */
    public Report bootUntil(String name, String expected) throws BuildException, IOException, InterruptedException {
        return run(name, Pattern.compile(expected), false, List.of());
    }

    /**
     * Boots until a shell asks for commands, types some, each when the one before is done, of which the last one switches the
     * machine off, and waits for that.
     *
     * @param prompt what the shell asks with
     */
    public Report bootAndType(String name, String prompt, List<String> commands)
            throws BuildException, IOException, InterruptedException {
        return run(name, Pattern.compile(Pattern.quote(prompt)), true, commands);
    }

    private Report run(String name, Pattern expected, boolean toTheEnd, List<String> commands)
            throws BuildException, IOException, InterruptedException {
        Report report = attempt(name, expected, toTheEnd, commands);
        for (int i = 1; i < ATTEMPTS && EMULATION_FAULT.matcher(report.text).find(); i++) {
            report = attempt(name, expected, toTheEnd, commands);
        }
        return report;
    }

    private Report attempt(String name, Pattern expected, boolean toTheEnd, List<String> commands)
            throws BuildException, IOException, InterruptedException {
        Files.createDirectories(logs);
        try (QemuMachine machine = QemuMachine.start(BootHost.here(), spec, disk.file(), line -> {})) {
            QemuMachine.Outcome outcome = machine.await(expected, TIMEOUT);
            for (int i = 0; i < commands.size() && outcome == QemuMachine.Outcome.FOUND; i++) {
                outcome = awaitPrompts(machine, expected, i + 1);
                machine.type(commands.get(i) + "\n");
            }
            if (toTheEnd && outcome == QemuMachine.Outcome.FOUND && !machine.awaitStop(TIMEOUT)) {
                outcome = QemuMachine.Outcome.TIMEOUT;
            }
            String text = machine.log().text();
            Files.writeString(logs.resolve(name + ".log"), text);
            return new Report(outcome, text, markers(text));
        }
    }

    /** Waits until a prompt has come so many times: a shell that is not asking throws away what is typed. */
    private static QemuMachine.Outcome awaitPrompts(QemuMachine machine, Pattern prompt, int count)
            throws BuildException, IOException, InterruptedException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (prompt.matcher(machine.log().text()).results().count() < count) {
            if (machine.await(NEVER, POLL) == QemuMachine.Outcome.STOPPED) {
                return QemuMachine.Outcome.STOPPED;
            }
            if (System.nanoTime() - end > 0) {
                return QemuMachine.Outcome.TIMEOUT;
            }
        }
        return QemuMachine.Outcome.FOUND;
    }

    private static Map<String, String> markers(String text) {
        Map<String, String> markers = new LinkedHashMap<>();
        Matcher matcher = MARKER.matcher(text);
        while (matcher.find()) {
            markers.put(matcher.group(1), matcher.group(2));
        }
        return markers;
    }
}
