package dev.caisson.conformance;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.conformance.SmallProject.Run;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.fixture.TestElf;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmFileRequest;
import dev.caisson.rpm.RpmOptions;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmRequest;
import dev.caisson.rpm.RpmText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A folder with RPM packages and variants that are made of them. */
final class RpmProject {
    private static final long TIME = 1_700_000_000;
    private static final String VARIANT = """
            schema: 1
            name: small
            version: 1.0.0
            description: a test
            architectures: [x86_64]
            branding: {id: small, name: Small}
            repositories:
              - @REPOSITORY@
            packages: @PACKAGES@
            kernel: {package: kernel}
            initrd: {type: minimal}
            boot: {type: systemd-boot}
            layout: {sizes: {esp: 4MiB, root: auto, data: 1MiB}}
            """;

    final Path folder;
    final Path packages;

    RpmProject(Path folder) throws IOException {
        this.folder = folder;
        this.packages = Files.createDirectories(folder.resolve("packages"));
    }

    /** What every image needs: accounts, programs of the initrd, stub, boot loader and kernel. */
    void putBase() throws IOException {
        put(request("setup", "1", "noarch")
                .file(file("/etc/passwd", 0644, "root:x:0:0:root:/root:/bin/sh\n"))
                .file(file("/etc/group", 0644, "root:x:0:\n")));
        put(request("base", "2", "x86_64")
                .file(file("/usr/lib/os-release", 0644, "ID=x\n"))
                .dependency(DependencyKind.REQUIRES, new RpmDependency("setup", 0, ""))
                .file(binary("/usr/bin/busybox", TestElf.object().build()))
                .file(binary("/usr/sbin/dmsetup", TestElf.object().build()))
                .file(binary("/usr/lib/systemd/boot/efi/linuxx64.efi.stub", SyntheticPe.stub257()))
                .file(binary("/usr/lib/systemd/boot/efi/systemd-bootx64.efi", SyntheticPe.stub257())));
        put(request("kernel", "6.12", "x86_64")
                .dependency(DependencyKind.REQUIRES, new RpmDependency("base", 0, ""))
                .file(binary("/usr/lib/modules/6.12/vmlinuz", SyntheticPe.kernel(0x8664, true)))
                .file(file("/usr/lib/modules/6.12/modules.order", 0644, ""))
                .file(file("/usr/lib/modules/6.12/modules.builtin", 0644, "")));
    }

    static RpmRequest.Builder request(String name, String version, String architecture) {
        return RpmRequest.builder(name, version, "1", architecture)
                .buildTime(TIME)
                .text(RpmText.LICENSE, "Apache-2.0")
                .text(RpmText.SUMMARY, "a test");
    }

    /** A package with one file of its own that requires others. */
    Path put(String name, String version, String architecture, String... requires) throws IOException {
        RpmRequest.Builder request = request(name, version, architecture)
                .file(file("/usr/share/" + name + "/text", 0644, name + " " + version + "\n"));
        for (String required : requires) {
            request.dependency(DependencyKind.REQUIRES, new RpmDependency(required, 0, ""));
        }
        return put(request);
    }

    Path put(RpmRequest.Builder request) throws IOException {
        RpmRequest built = request.build();
        Path file = packages.resolve(
                built.name() + "-" + built.version() + "-" + built.release() + "." + built.architecture() + ".rpm");
        Files.deleteIfExists(file);
        try (FileSink sink = FileSink.create(file)) {
            RpmPlanner.plan(built, RpmOptions.DEFAULT).writeTo(sink);
        }
        return file;
    }

    static RpmFileRequest file(String path, int mode, String text) {
        return RpmFileRequest.regular(
                TreePath.of(path), mode, TIME, ByteSource.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    static RpmFileRequest binary(String path, byte[] content) {
        return RpmFileRequest.regular(TreePath.of(path), 0755, TIME, ByteSource.of(content));
    }

    /** Writes the variant. */
    Path variant(String repository, String packageList, String... more) throws IOException {
        Path manifest = Files.createDirectories(folder.resolve("small")).resolve("variant.yaml");
        Files.writeString(
                manifest,
                VARIANT.replace("@REPOSITORY@", repository).replace("@PACKAGES@", packageList) + String.join("\n", more)
                        + "\n");
        return manifest;
    }

    /** Runs a command on the variant. */
    Run run(String command, String... options) {
        List<String> words =
                new ArrayList<>(List.of(command, folder.resolve("small").toString()));
        words.addAll(List.of("--cache", folder.resolve("cache").toString()));
        words.addAll(List.of("--output", folder.resolve("out").toString()));
        words.addAll(List.of("--progress", "none"));
        if (command.equals("build")) {
            words.addAll(List.of("--keys", folder.resolve("keys").toString()));
        }
        words.addAll(List.of(options));
        return SmallProject.run(words.toArray(new String[0]));
    }

    /** The packages of a resolution, as {@code name version} separated by commas, or the failure. */
    String resolved(String... options) {
        Run run = run("resolve", options);
        if (run.code() != 0) {
            return run.code() + ": " + run.err();
        }
        return Arrays.stream(run.out().split("\n"))
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 2 && words[1].matches("(\\d+:)?\\d.*-.*"))
                .map(words -> words[0] + " " + words[1])
                .sorted()
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    Path artifact(String suffix) {
        return folder.resolve("out/small/x86_64/small-1.0.0-x86_64" + suffix);
    }
}
