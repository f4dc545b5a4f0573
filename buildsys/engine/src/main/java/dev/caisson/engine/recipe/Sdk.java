package dev.caisson.engine.recipe;

import dev.caisson.bytes.Digest;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.resolve.LockStore;
import dev.caisson.engine.resolve.PackageResolution;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Diagnostic;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.ManifestResult;
import dev.caisson.manifest.Variant;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The packages that source recipes are built with: the manifest {@code sdk.yaml} and its lock, opened when they are needed. */
public final class Sdk implements Closeable {
    /** The manifest's name beside the recipes. */
    public static final String FILE_NAME = "sdk.yaml";

    private final Path manifest;
    private final Arch arch;
    private final ArtifactStore store;
    private final WorkPool pool;
    private final Progress progress;
    private final Surroundings surroundings;
    private ManifestResult read;
    private LockedArchitecture locked;
    private Archives archives;
    private BuildRoot root;

    /**
     * What the machine says.
     *
     * @param addresses of archives, for the SDK's manifest
     * @param now the time against which signatures are checked
     * @param mustBeLocked whether to fail rather than to resolve
     */
    public record Surroundings(Function<Variant, Archives.Addresses> addresses, Instant now, boolean mustBeLocked) {}

    /** An SDK for an architecture, not looked at yet. */
    public Sdk(
            Path manifest,
            Arch arch,
            ArtifactStore store,
            WorkPool pool,
            Progress progress,
            Surroundings surroundings) {
        this.manifest = manifest;
        this.arch = arch;
        this.store = store;
        this.pool = pool;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    /** What it makes packages for. */
    public Arch architecture() {
        return arch;
    }

    /** The architecture of this machine, which is the only one that source recipes can be built for. */
    public static Optional<Arch> machine() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return Arch.parse(name.equals("arm64") ? "aarch64" : name);
    }

    private synchronized ManifestResult read() throws BuildException {
        if (read == null) {
            if (!Files.isRegularFile(manifest)) {
                throw new BuildException(
                        FailureCode.MANIFEST,
                        "there is no manifest of the build root " + manifest,
                        "source recipes need one: name it with --sdk, or write " + FILE_NAME + " beside the recipes");
            }
            ManifestResult result = ManifestLoader.loadBuildRoot(manifest);
            if (!result.ok()) {
                throw new BuildException(
                        FailureCode.MANIFEST,
                        "errors in the manifest of the build root\n" + Diagnostic.text(result.errors()),
                        "");
            }
            read = result;
        }
        return read;
    }

    private Variant variant() throws BuildException {
        Variant variant = read().variants().get(arch);
        if (variant == null) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    manifest + " is not made for " + arch,
                    "its architectures are " + read().variants().keySet());
        }
        return variant;
    }

    /** The packages; resolved, and the lock written, when that is not there or not current. */
    public synchronized LockedArchitecture lock() throws BuildException, IOException {
        if (locked == null) {
            if (machine().filter(arch::equals).isEmpty()) {
                throw new BuildException(
                        FailureCode.PACKAGE_BUILD,
                        "source recipes for " + arch + " cannot be built on this machine ("
                                + System.getProperty("os.arch") + ")",
                        "build them on such a machine; data recipes can be built everywhere");
            }
            LockStore locks = new LockStore(manifest);
            Variant variant = variant();
            Optional<LockedArchitecture> current = locks.current(variant);
            if (current.isPresent()) {
                locked = current.get();
            } else if (surroundings.mustBeLocked) {
                locked = locks.required(variant);
            } else {
                LockedArchitecture resolved =
                        PackageResolution.resolve(variant, archives().metadata());
                locks.write(variant, resolved);
                locked = resolved;
            }
        }
        return locked;
    }

    private synchronized Archives archives() throws BuildException, IOException {
        if (archives == null) {
            Variant variant = variant();
            archives = Archives.open(variant, store, surroundings.addresses.apply(variant), surroundings.now, progress);
        }
        return archives;
    }

    /** What the build root is made of. */
    Digest key() throws BuildException, IOException {
        return BuildRoot.key(variant(), lock(), read().inputs());
    }

    /** The build root, made if need be. */
    synchronized BuildRoot root() throws Exception {
        if (root == null) {
            root = BuildRoot.of(variant(), lock(), key(), archives(), store, pool, progress, surroundings.now);
        }
        return root;
    }

    /** Where recipes' sources come from. */
    SourceFiles sources() throws BuildException, IOException {
        return new SourceFiles(archives(), lock(), store);
    }

    @Override
    public synchronized void close() throws IOException {
        if (archives != null) {
            archives.close();
        }
    }
}
