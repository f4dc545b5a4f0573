package dev.caisson.testkit;

import dev.caisson.cli.Main;
import dev.caisson.engine.keys.KeyProfiles;
import dev.caisson.manifest.Arch;
import dev.caisson.secureboot.SecureBootKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** Builds variants as a user does, with a store that all tests of the machine share. */
public final class TestBuild {
    private TestBuild() {}

    /**
     * What was built.
     *
     * @param architecture of the image
     * @param folder with the artifacts
     * @param base what the names of the artifacts begin with
     * @param keys that signed it
     */
    public record Built(Arch architecture, Path folder, String base, SecureBootKeys keys) {
        /** The disk image. */
        public Path raw() {
            return folder.resolve(base + ".raw");
        }

        /** The medium for bare metal, where the variant has that format. */
        public Path iso() {
            return folder.resolve(base + ".iso");
        }

        /** The signed kernel image. */
        public Path uki() {
            return folder.resolve(base + ".efi");
        }

        /** The folder of the keys that signed it, in the layout of {@code --keys}. */
        public Path keysFolder() {
            return folder.getParent().getParent().resolveSibling("keys");
        }

        /** The kernel image before it was signed. */
        public Path unsignedUki() {
            return folder.resolve(base + ".unsigned.efi");
        }
    }

    /** The repository. */
    public static Path repository() {
        String root = System.getProperty("caisson.root");
        Assertions.assertNotNull(root, "the system property caisson.root names the repository; Maven sets it");
        return Path.of(root);
    }

    /** The store: {@code CAISSON_CACHE}, else a folder in the repository's own build folder. */
    public static Path cache() {
        String configured = System.getenv("CAISSON_CACHE");
        return configured == null || configured.isEmpty()
                ? repository().resolve("target").resolve("test-cache")
                : Path.of(configured);
    }

    /**
     * Builds a variant with keys of its own; the test fails when that fails.
     *
     * @param manifest folder or file of the variant
     * @param version of the variant
     * @param work a folder for output and keys
     */
    public static Built build(Path manifest, String name, String version, Arch architecture, Path work)
            throws Exception {
        Path output = work.resolve("out");
        Path keys = work.resolve("keys");
        run(List.of(
                "build",
                manifest.toString(),
                "--arch",
                architecture.label(),
                "--output",
                output.toString(),
                "--cache",
                cache().toString(),
                "--keys",
                keys.toString(),
                "--progress",
                "none"));
        Path folder = output.resolve(name).resolve(architecture.label());
        return new Built(
                architecture,
                folder,
                name + "-" + version + "-" + architecture.label(),
                KeyProfiles.read(keys.resolve("development")));
    }

    /** Runs the command line in this process; the test fails when it ends with anything but 0. Returns what it printed. */
    public static String run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(arguments.toArray(new String[0]), new PrintWriter(out, true), new PrintWriter(err, true));
        Assertions.assertEquals(0, code, () -> "caisson " + String.join(" ", arguments) + "\n" + out + err);
        return out.toString();
    }

    /**
     * Copies a variant out of a test's resources into a folder of its own, putting a value in.
     *
     * @param source folder with {@code variant.yaml} and {@code files/}
     * @param placeholder a word in {@code variant.yaml}
     * @param value what takes its place
     */
    public static Path copyVariant(Path source, Path target, String placeholder, String value) throws IOException {
        Files.createDirectories(target.resolve("files"));
        String manifest = Files.readString(source.resolve("variant.yaml"));
        Files.writeString(target.resolve("variant.yaml"), manifest.replace(placeholder, value));
        for (Path file : dev.caisson.bytes.SortedListing.of(source.resolve("files"))) {
            Files.copy(file, target.resolve("files").resolve(file.getFileName().toString()));
        }
        return target;
    }
}
