package dev.caisson.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small manifests for the tests. */
final class Manifests {
    /** A complete variant, to which tests append; 15 lines. */
    static final String BASE = """
            schema: 1
            version: 1.2.3
            repositories:
              - name: debian
                type: apt
                archive: debian
                suites: [trixie]
                keyring: keys.gpg
            kernel:
              package: linux-image
              parameters: [console=ttyS0, quiet]
            packages:
              - bash
              - {name: strace, when: {arch: x86_64}}
            units: {enable: [a.service], mask: [getty@.service]}
            """;

    private Manifests() {}

    static Path write(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.UTF_8);
        Path keys = file.resolveSibling("keys.gpg");
        if (!Files.exists(keys)) {
            Files.write(keys, new byte[] {1});
        }
        return file;
    }

    /** Loads one file that must be right. */
    static Variant variant(Path file, Arch arch) {
        ManifestResult result = ManifestLoader.load(file);
        if (!result.diagnostics().isEmpty()) {
            throw new AssertionError(Diagnostic.text(result.diagnostics()));
        }
        return result.variants().get(arch);
    }

    /** The diagnostics without the folder, {@code line:column: error: message | hint}. */
    static java.util.List<String> findings(Path file) {
        return ManifestLoader.load(file).diagnostics().stream()
                .map(d -> d.line() + ":" + d.column() + ": " + d.severity().label() + ": " + d.message()
                        + (d.hint().isEmpty() ? "" : " | " + d.hint()))
                .toList();
    }
}
