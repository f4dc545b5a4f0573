package dev.caisson.engine.image;

import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Diagnostic;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.ManifestResult;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Variants from small manifests. */
public final class Variants {
    private static final String BASE = """
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
            packages: [bash]
            """;

    private Variants() {}

    /** Loads a manifest of the base and these lines, which must be right. */
    public static Variant of(Path folder, String lines) throws IOException {
        Path file = folder.resolve("host/variant.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, BASE + lines);
        Files.write(file.resolveSibling("keys.gpg"), new byte[] {1});
        ManifestResult result = ManifestLoader.load(file);
        if (!result.ok()) {
            throw new AssertionError(Diagnostic.text(result.diagnostics()));
        }
        return result.variants().get(Arch.X86_64);
    }
}
