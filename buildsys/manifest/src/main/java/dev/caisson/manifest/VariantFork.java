package dev.caisson.manifest;

import dev.caisson.bytes.SortedListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Starts new variants: a folder with {@code variant.yaml}, {@code README.md} and {@code files/}. */
public final class VariantFork {
    private static final String SCHEMA = "schema.json";

    private VariantFork() {}

    /**
     * Starts a variant that builds on another one.
     *
     * @param parent the manifest to extend
     * @param folder the new folder, anywhere; it may exist if it is empty
     * @param name the new variant's name
     * @return the new manifest
     * @throws FileAlreadyExistsException when there is something in the folder
     * @throws IllegalArgumentException when the name is not one for a variant
     */
    public static Path fork(Path parent, Path folder, String name) throws IOException {
        checkName(name);
        prepare(folder);
        String reference = reference(folder, parentReference(parent));
        Path schema = parent.toAbsolutePath().normalize().getParent().resolveSibling(SCHEMA);
        String manifest = modeline(folder, schema)
                + String.format(Locale.ROOT, """
                schema: 1
                name: %s
                version: 0.1.0
                description: %s

                # Everything of the other variant holds here too: maps merge, lists append, other values replace.
                extends:
                  - %s

                # What you might add; schema.json describes every key.
                #packages:
                #  - htop
                #files:
                #  - {path: /etc/motd, source: files/motd}
                #units:
                #  enable: [my.service]
                #kernel:
                #  parameters: [quiet]
                #remove:
                #  - /usr/share/zoneinfo/**
                """, name, "Builds on " + parentName(parent), quote(reference));
        return write(folder, name, manifest);
    }

    /**
     * Starts a variant from nothing but shared fragments.
     *
     * @param folder the new folder; it may exist if it is empty
     * @param name the new variant's name
     * @param shared the folder of the fragments {@code debian-trixie.yaml} and {@code systemd.yaml}; when empty, or when a
     *     fragment is not there, the manifest says by a comment what is left to declare
     * @return the new manifest
     * @throws FileAlreadyExistsException when there is something in the folder
     * @throws IllegalArgumentException when the name is not one for a variant
     */
    public static Path create(Path folder, String name, Optional<Path> shared) throws IOException {
        checkName(name);
        prepare(folder);
        List<String> fragments = new ArrayList<>();
        if (shared.isPresent()) {
            for (String fragment : List.of("debian-trixie.yaml", "systemd.yaml")) {
                Path file = shared.get().resolve(fragment);
                if (Files.isRegularFile(file)) {
                    fragments.add("  - " + quote(reference(folder, file)) + "\n");
                }
            }
        }
        String head = shared.map(path ->
                        modeline(folder, path.toAbsolutePath().normalize().resolveSibling(SCHEMA)))
                .orElse("");
        String extend = fragments.isEmpty()
                ? "# Declare \"repositories\" here, or extend a fragment that does.\n"
                : "extends:\n" + String.join("", fragments);
        String manifest = head + String.format(Locale.ROOT, """
                schema: 1
                name: %s
                version: 0.1.0
                description: A new variant

                %s
                packages: []

                files: []

                units:
                  enable: []

                when:
                  - arch: x86_64
                    then:
                      kernel: {package: linux-image-cloud-amd64}
                  - arch: aarch64
                    then:
                      kernel: {package: linux-image-cloud-arm64}
                """, name, extend);
        return write(folder, name, manifest);
    }

    private static void checkName(String name) {
        if (!name.matches(((Shape.Text) Shapes.VARIANT_NAME).regex())) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is not " + ((Shape.Text) Shapes.VARIANT_NAME).expected());
        }
    }

    private static void prepare(Path folder) throws IOException {
        if (Files.exists(folder)
                && (!Files.isDirectory(folder) || !SortedListing.of(folder).isEmpty())) {
            throw new FileAlreadyExistsException(folder.toString(), null, "is not an empty folder");
        }
        Files.createDirectories(folder.resolve("files"));
    }

    private static Path write(Path folder, String name, String manifest) throws IOException {
        String readme = String.format(Locale.ROOT, """
                # %s

                    caisson build %s
                    caisson boot %s

                `variant.yaml` says what is in it; what lies in `files/` gets into the image by an entry under `files:` there.
                """, name, name, name);
        Files.writeString(folder.resolve("README.md"), readme, StandardCharsets.UTF_8);
        // Version control keeps no empty folder, and "source: files/…" must find it.
        Files.writeString(folder.resolve("files").resolve(".gitkeep"), "", StandardCharsets.UTF_8);
        Path file = folder.resolve(ManifestLoader.FILE_NAME);
        Files.writeString(file, manifest, StandardCharsets.UTF_8);
        return file;
    }

    private static String modeline(Path folder, Path schema) {
        return Files.isRegularFile(schema) ? "# yaml-language-server: $schema=" + reference(folder, schema) + "\n" : "";
    }

    /** A variant's folder says more than its file. */
    private static Path parentReference(Path parent) {
        boolean usual = parent.getFileName().toString().equals(ManifestLoader.FILE_NAME);
        return usual ? parent.toAbsolutePath().normalize().getParent() : parent;
    }

    private static String parentName(Path parent) {
        return parentReference(parent).getFileName().toString();
    }

    /** Relative where the two are on one file system root, with {@code /} as separator on every machine. */
    private static String reference(Path folder, Path target) {
        Path from = real(folder);
        Path to = real(target);
        boolean sameRoot = from.getRoot() != null && from.getRoot().equals(to.getRoot());
        return (sameRoot ? from.relativize(to) : to).toString().replace('\\', '/');
    }

    /** Without symbolic links: {@code ..} after one leads elsewhere than the text says. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    private static String quote(String text) {
        return text.matches("[A-Za-z0-9./_-]+") ? text : "'" + text.replace("'", "''") + "'";
    }
}
