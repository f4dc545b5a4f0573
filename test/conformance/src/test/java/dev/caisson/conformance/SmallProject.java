package dev.caisson.conformance;

import dev.caisson.bytes.SortedListing;
import dev.caisson.cli.Main;
import dev.caisson.fixture.AptArchive;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.fixture.TarBuilder.Header;
import dev.caisson.fixture.TestElf;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A project with a variant of three small packages, the archive that they come from, and a store: builds in a second. */
final class SmallProject {
    /** Packages that make an image which has all parts of a real one. */
    static final String VARIANT = """
            schema: 1
            name: small
            version: 1.0.0
            description: a test
            architectures: [x86_64]
            branding: {id: small, name: Small}
            repositories:
              - {name: r, type: apt, archive: local, suites: [stable], components: [main], keyring: ../archive.gpg}
            packages: [base, boot]
            kernel: {package: kernel}
            initrd: {type: minimal}
            boot: {type: systemd-boot}
            layout: {sizes: {esp: 4MiB, root: 4MiB, data: 1MiB}}
            """;

    final Path folder;
    final AptArchive archive;

    /**
     * How a run of the program ended.
     *
     * @param code exit code
     * @param out standard output
     * @param err standard error
     */
    record Run(int code, String out, String err) {}

    SmallProject(Path folder) throws Exception {
        this.folder = folder;
        this.archive = new AptArchive(Files.createDirectories(folder).resolve("archive"));
        Files.write(folder.resolve("archive.gpg"), archive.keyring());
        variant("small", VARIANT);
        putBase("1.0");
        archive.put(
                "kernel",
                "6.12",
                "",
                new TarBuilder()
                        .directory("./boot/")
                        .member(new Header("./boot/vmlinuz-6.12", '0'), SyntheticPe.kernel(0x8664, true))
                        .directory("./usr/")
                        .directory("./usr/lib/")
                        .directory("./usr/lib/modules/")
                        .directory("./usr/lib/modules/6.12/")
                        .file("./usr/lib/modules/6.12/modules.order", "")
                        .file("./usr/lib/modules/6.12/modules.builtin", ""));
        String efi = "./usr/lib/systemd/boot/efi/";
        archive.put(
                "boot",
                "257",
                "",
                new TarBuilder()
                        .member(new Header(efi + "linuxx64.efi.stub", '0'), SyntheticPe.stub257())
                        .member(new Header(efi + "systemd-bootx64.efi", '0'), SyntheticPe.stub257()));
        archive.publish();
    }

    /** A package with text, and with content that does not compress. */
    void putBase(String version) throws IOException {
        byte[] random = new byte[300_000];
        new Random(7).nextBytes(random);
        archive.put(
                "base",
                version,
                "",
                new TarBuilder()
                        .directory("./usr/")
                        .directory("./usr/lib/")
                        .file("./usr/lib/os-release", "ID=x\n")
                        // What the minimal initrd takes; nothing of this runs.
                        .member(
                                new Header("./usr/bin/busybox", '0'),
                                TestElf.object().build())
                        .member(
                                new Header("./usr/sbin/dmsetup", '0'),
                                TestElf.object().build())
                        .directory("./usr/share/")
                        .file("./usr/share/text", ("a line of version " + version + "\n").repeat(20_000))
                        .member(new Header("./usr/share/random", '0'), random));
    }

    /** Writes a variant beside the others. */
    Path variant(String name, String text) throws IOException {
        Path manifest = Files.createDirectories(folder.resolve(name)).resolve("variant.yaml");
        Files.writeString(manifest, text);
        return manifest.getParent();
    }

    /** The options that keep a run inside of this project. */
    List<String> words(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--cache", folder.resolve("cache").toString()));
        all.addAll(List.of("--output", folder.resolve("out").toString()));
        all.addAll(List.of("--keys", folder.resolve("keys").toString()));
        all.addAll(List.of("--mirror", "local=" + archive.folder().toUri()));
        all.addAll(List.of("--progress", "none"));
        return all;
    }

    /** Builds a variant in this process. */
    Run build(String name, String... options) {
        List<String> words =
                new ArrayList<>(List.of("build", folder.resolve(name).toString()));
        words.addAll(List.of(options));
        return run(words(words.toArray(new String[0])).toArray(new String[0]));
    }

    /** Verifies an image or a folder of artifacts with the keys of this project. */
    Run verify(Path image) {
        return run("verify", image.toString(), "--keys", folder.resolve("keys").toString());
    }

    /** Runs the program in this process. */
    static Run run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Run(code, out.toString(), err.toString());
    }

    Path artifact(String suffix) {
        return folder.resolve("out/small/x86_64/small-1.0.0-x86_64" + suffix);
    }

    /** Names of everything that a build left in the output folder. */
    List<String> output() throws IOException {
        Path artifacts = folder.resolve("out/small/x86_64");
        List<String> names = new ArrayList<>();
        if (Files.exists(artifacts)) {
            for (Path file : SortedListing.of(artifacts)) {
                names.add(file.getFileName().toString());
            }
        }
        return names;
    }
}
