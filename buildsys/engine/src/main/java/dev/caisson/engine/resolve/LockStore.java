package dev.caisson.engine.resolve;

import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The lock file beside a manifest. */
public final class LockStore {
    private final Path file;

    /** The lock of the manifest at this path. */
    public LockStore(Path manifest) {
        Path folder = manifest.toAbsolutePath().getParent();
        String name = manifest.getFileName().toString();
        this.file = name.equals("variant.yaml")
                ? folder.resolve(Lockfile.FILE_NAME)
                : folder.resolve(name.replaceAll("\\.ya?ml$", "") + ".lock");
    }

    /** Where it lies. */
    public Path file() {
        return file;
    }

    /** Reads it; empty when there is none. */
    public Lockfile read() throws BuildException, IOException {
        try {
            return Lockfile.parse(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Lockfile.empty();
        } catch (FormatException e) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    file + ": " + e.getMessage(),
                    "delete the file, or take it from version control",
                    e);
        }
    }

    /** The lock of a variant's architecture if it is there and still what the manifest asks for. */
    public Optional<LockedArchitecture> current(Variant variant) throws BuildException, IOException {
        LockedArchitecture locked = read().architectures().get(variant.architecture());
        return locked != null && locked.request().equals(Lockfile.request(variant))
                ? Optional.of(locked)
                : Optional.empty();
    }

    /** As {@link #current}, for those who must not resolve: its absence is an error that says what to do. */
    public LockedArchitecture required(Variant variant) throws BuildException, IOException {
        return current(variant)
                .orElseThrow(() -> new BuildException(
                        FailureCode.UNSOLVABLE,
                        file + " is missing or not what the manifest asks for, and --locked forbids to resolve",
                        "run 'caisson lock " + variant.name() + "' and commit the lock"));
    }

    /**
     * Writes one architecture's part, leaving the others as they are, even when somebody else writes another one at the same
     * time.
     */
    public void write(Variant variant, LockedArchitecture locked) throws BuildException, IOException {
        FileGuard guard = FileGuard.of(file);
        Path temporary = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + "." + System.nanoTime());
        try {
            Files.write(temporary, read().with(variant.architecture(), locked).toBytes());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
            guard.close();
        }
    }
}
