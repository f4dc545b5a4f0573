package dev.caisson.cli;

import dev.caisson.bytes.FileSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.boot.BootDisk;
import dev.caisson.engine.boot.BootHost;
import dev.caisson.engine.boot.DiskBus;
import dev.caisson.engine.boot.MachineSpec;
import dev.caisson.engine.boot.QemuMachine;
import dev.caisson.engine.keys.KeyProfiles;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.GptReader;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Sizes;
import dev.caisson.manifest.Variant;
import dev.caisson.secureboot.SecureBootKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson boot}. */
@Command(
        name = "boot",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a built image in QEMU: Secure Boot on with the variant's keys, the serial console here.",
            "The image itself is never changed: the machine gets a copy, which goes away unless --keep-disk is given."
        },
        footer = {
            "",
            "Examples:",
            "  caisson boot container-host",
            "  caisson boot container-host-dev --memory 2048 --cpus 4 --keep-disk dev.disk",
            "  caisson boot container-host --headless --expect 'Reached target.*multi-user' --timeout 300",
            "  caisson boot out/container-host/x86_64/container-host-0.1.0-x86_64.raw --no-secure-boot",
            "  caisson boot metal.iso --arch x86_64 --keep-disk new.disk --parameters caisson.install=auto",
            "",
            "Ctrl-C ends the machine. With --expect: 0 when the text came, 9 when it did not."
        })
final class BootCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @Option(names = "--keys", paramLabel = "DIR", description = "Folder of key profiles; default: .caisson/keys.")
    private Path keys;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Key profile to enrol; default: the variant's, or development for an image.")
    private String profile;

    @Option(names = "--no-secure-boot", description = "Enrol no keys: the firmware starts anything.")
    private boolean noSecureBoot;

    @Option(names = "--disk", paramLabel = "BUS", description = "virtio, nvme or scsi; default: virtio.")
    private DiskBus bus = DiskBus.VIRTIO;

    @Option(names = "--disk-size", paramLabel = "SIZE", description = "Size of the disk; default: 4GiB.")
    private String diskSize = "4GiB";

    @Option(
            names = "--keep-disk",
            paramLabel = "FILE",
            description = "Keep the machine's disk in this file, and start from it when it is there.")
    private Path keepDisk;

    @Option(names = "--memory", paramLabel = "MIB", description = "Memory in MiB; default: 1024.")
    private int memory = 1024;

    @Option(names = "--cpus", paramLabel = "N", description = "Processors; default: 2.")
    private int cpus = 2;

    @Option(
            names = "--credential",
            paramLabel = "NAME=VALUE",
            description = "A credential for systemd; may be given several times.")
    private Map<String, String> credentials = new LinkedHashMap<>();

    @Option(
            names = "--parameters",
            paramLabel = "WORDS",
            description = "More for the kernel's command line; systemd-stub takes them, and measures them.")
    private String parameters = "";

    @Option(names = "--headless", description = "Print the console, read no input; a restart ends the machine.")
    private boolean headless;

    @Option(
            names = "--expect",
            paramLabel = "REGEX",
            description = "With --headless: end when the console's text matches.")
    private String expect;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "With --headless: end after so long; default: 600.")
    private int timeoutSeconds = 600;

    @Parameters(
            paramLabel = "VARIANT|IMAGE.raw|IMAGE.iso",
            description = {
                "Name or path of a variant that is built, or path of a raw image.",
                "An ISO image goes into a CD drive, beside an empty disk."
            })
    private String name;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    /** What is started. */
    private record Target(Path image, Arch architecture, Optional<SecureBootKeys> keys) {}

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        Pattern expected = expectation();
        Target target = isImage() ? image(Path.of(name)) : variant(err);
        if (target.keys.isEmpty()) {
            err.println("caisson: Secure Boot is off: the firmware starts anything");
        }
        MachineSpec machine = machine(target);
        BootHost host = BootHost.here();
        Path folder = keepDisk == null ? Files.createTempDirectory("caisson-disk-") : null;
        Path disk = folder == null ? keepDisk.toAbsolutePath() : folder.resolve("disk");
        Thread cleanUp = new Thread(() -> delete(folder, disk), "end of the disk");
        if (folder != null) {
            Runtime.getRuntime().addShutdownHook(cleanUp);
        }
        try {
            if (!Files.exists(disk)) {
                createDisk(target.image, disk);
            }
            return headless ? runHeadless(host, machine, disk, expected) : runOnTerminal(host, machine, disk);
        } finally {
            delete(folder, disk);
        }
    }

    private boolean isImage() {
        return name.endsWith(".raw") || isMedium();
    }

    private boolean isMedium() {
        return name.endsWith(".iso");
    }

    private void createDisk(Path image, Path disk) throws BuildException, IOException {
        if (!isMedium()) {
            BootDisk.create(image, disk, diskBytes());
            return;
        }
        long bytes = diskBytes();
        try (FileChannel channel = FileChannel.open(
                disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
        }
    }

    /** Of a kept disk there is no folder, and nothing is deleted. */
    private static void delete(Path folder, Path disk) {
        if (folder != null) {
            try {
                Files.deleteIfExists(disk);
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                // It lies in the folder for temporary files, which the host empties.
            }
        }
    }

    private Pattern expectation() throws BuildException {
        if (expect != null && !headless) {
            throw usage("--expect needs --headless", "on a terminal you see for yourself");
        }
        try {
            return expect == null ? null : Pattern.compile(expect, Pattern.MULTILINE);
        } catch (PatternSyntaxException e) {
            throw usage("--expect " + expect + ": " + e.getDescription(), "give a regular expression of Java");
        }
    }

    private long diskBytes() throws BuildException {
        OptionalLong bytes = Sizes.parse(diskSize);
        return bytes.orElseThrow(() -> usage("--disk-size " + diskSize + " is not a size", "write 8GiB or 4096MiB"));
    }

    private static BuildException usage(String message, String hint) {
        return new BuildException(FailureCode.USAGE, message, hint);
    }

    private MachineSpec machine(Target target) throws BuildException {
        try {
            MachineSpec machine = new MachineSpec(
                            target.architecture, target.keys, bus, memory, cpus, credentials, !headless)
                    .withKernelParameters(parameters);
            return isMedium() ? machine.withMedium(target.image) : machine;
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage(), "see caisson boot --help");
        }
    }

    private Target variant(PrintWriter err) throws BuildException, IOException {
        Variant variant = new VariantSource(options, err).load(name);
        String architecture = variant.architecture().label();
        Path image = options.output
                .resolve(variant.name())
                .resolve(architecture)
                .resolve(variant.name() + "-" + variant.version() + "-" + architecture + ".raw");
        boolean signed = variant.signing().secureBoot();
        Optional<SecureBootKeys> enrolled = signed && !noSecureBoot
                ? Optional.of(keys(
                        variant.file().toAbsolutePath().getParent(),
                        profile == null ? variant.signing().profile() : profile))
                : Optional.empty();
        return new Target(existing(image, variant.architecture()), variant.architecture(), enrolled);
    }

    private Path existing(Path image, Arch architecture) throws BuildException {
        if (!Files.isRegularFile(image)) {
            throw usage(
                    image + " is not there",
                    "build it first: caisson build " + name + " --arch " + architecture.label());
        }
        return image;
    }

    private Target image(Path image) throws BuildException, IOException {
        if (!Files.isRegularFile(image)) {
            throw usage(image + " is not there", "name a variant, or a raw image that was built");
        }
        Arch architecture = options.architecture() == null ? architecture(image) : options.architecture();
        Path start = image.toAbsolutePath().getParent();
        Optional<SecureBootKeys> enrolled =
                noSecureBoot ? Optional.empty() : Optional.of(keys(start, profile == null ? "development" : profile));
        return new Target(image, architecture, enrolled);
    }

    /** The architecture is in the type of the root partition. */
    private static Arch architecture(Path image) throws BuildException, IOException {
        try (FileSource source = FileSource.open(image)) {
            for (GptEntry entry : GptReader.read(source).table().entries().values()) {
                if (entry.type().equals(DiscoverablePartitionTypes.X86_64.root())) {
                    return Arch.X86_64;
                }
                if (entry.type().equals(DiscoverablePartitionTypes.ARM64.root())) {
                    return Arch.AARCH64;
                }
            }
        }
        throw usage("the partitions of " + image + " do not tell its architecture", "give it with --arch");
    }

    private SecureBootKeys keys(Path start, String profileName) throws BuildException {
        Path found = new KeyProfiles(start, Optional.ofNullable(keys))
                .find(profileName)
                .orElseThrow(() -> new BuildException(
                        FailureCode.SIGNING,
                        "there is no key profile " + profileName + " to enrol in the firmware",
                        "name the folder of profiles with --keys, or start with --no-secure-boot"));
        return KeyProfiles.read(found);
    }

    private int runOnTerminal(BootHost host, MachineSpec machine, Path disk) throws Exception {
        int code = QemuMachine.runOnTerminal(host, machine, disk);
        if (code != 0) {
            throw new BuildException(FailureCode.INTERNAL, "QEMU ended with " + code, "");
        }
        return 0;
    }

    private int runHeadless(BootHost host, MachineSpec machine, Path disk, Pattern expected) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Duration timeout = Duration.ofSeconds(timeoutSeconds);
        try (QemuMachine running = QemuMachine.start(host, machine, disk, out::println)) {
            if (expected == null) {
                return running.awaitStop(timeout) ? 0 : missed("the machine still runs after " + timeoutSeconds + " s");
            }
            return switch (running.await(expected, timeout)) {
                case FOUND -> 0;
                case STOPPED -> missed("the machine stopped without a text that matches " + expect);
                case TIMEOUT -> missed("no text matches " + expect + " after " + timeoutSeconds + " s");
            };
        }
    }

    private int missed(String message) {
        spec.commandLine().getErr().println("caisson: error: " + message);
        return FailureCode.VERIFICATION.exitCode();
    }
}
