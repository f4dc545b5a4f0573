package dev.caisson.engine.keys;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Guid;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.secureboot.SecureBootKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds and makes key profiles. A profile is a folder {@code .caisson/keys/<name>}, looked for from the manifest's folder
 * upwards, so that all variants of a project share it; git ignores itself there, and private keys are readable by their owner
 * only. A profile that exists is never written to.
 */
public final class KeyProfiles {
    private static final Path KEYS = Path.of(".caisson", "keys");
    private static final Duration LIFETIME = Duration.ofDays(3650);
    private static final int RSA_BITS = 2048;

    private final Path start;
    private final Optional<Path> folder;

    /**
     * @param start folder of the manifest
     * @param folder where profiles are, instead of looking for them
     */
    public KeyProfiles(Path start, Optional<Path> folder) {
        this.start = start.toAbsolutePath().normalize();
        this.folder = folder;
    }

    /** The folder of a profile, if it exists. */
    public Optional<Path> find(String name) {
        if (folder.isPresent()) {
            return existing(folder.get().resolve(name));
        }
        for (Path at = start; at != null; at = at.getParent()) {
            Optional<Path> found = existing(at.resolve(KEYS).resolve(name));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> existing(Path profile) {
        return Files.isRegularFile(profile.resolve("db.crt")) ? Optional.of(profile) : Optional.empty();
    }

    /** Where a new profile goes: beside the folder of variants, else beside the manifest. */
    public Path place(String name) {
        if (folder.isPresent()) {
            return folder.get().toAbsolutePath().resolve(name);
        }
        Path root = start;
        for (Path at = start; at != null; at = at.getParent()) {
            if (at.getFileName() != null && at.getFileName().toString().equals("variants")) {
                root = at.getParent();
                break;
            }
        }
        return root.resolve(KEYS).resolve(name);
    }

    /** Reads a profile. */
    public static SecureBootKeys read(Path profile) throws BuildException {
        try {
            return SecureBootKeys.read(profile);
        } catch (IOException e) {
            throw new BuildException(
                    FailureCode.SIGNING,
                    "the key profile " + profile + " cannot be used: " + e.getMessage(),
                    "take the profile from your backup, or move the folder away to have a new one made",
                    e);
        }
    }

    /**
     * Makes a profile. Two processes that make the same one at once end with the same keys: the first rename wins.
     *
     * @param now start of the certificates' lifetime of ten years
     * @throws BuildException when there is one already
     */
    public Path generate(String name, Instant now, SecureRandom random) throws BuildException, IOException {
        Path profile = place(name);
        if (Files.exists(profile)) {
            throw new BuildException(
                    FailureCode.SIGNING,
                    "the key profile " + profile + " exists, and is not overwritten",
                    "choose another name, or move the folder away");
        }
        Files.createDirectories(profile.getParent());
        ignoreInGit(
                folder.isPresent() ? profile.getParent() : profile.getParent().getParent());
        Guid owner = Guid.ofTextOrder(java.util.Arrays.copyOf(
                DigestAlgorithm.SHA256
                        .of((name + now).getBytes(StandardCharsets.UTF_8))
                        .bytes(),
                Guid.SIZE));
        Instant from = Instant.ofEpochSecond(now.getEpochSecond()).minus(Duration.ofDays(1));
        SecureBootKeys keys = SecureBootKeys.generate(
                new SecureBootKeys.Request("Caisson " + name, owner, RSA_BITS, from, now.plus(LIFETIME)), random);
        Path temporary = Files.createTempDirectory(profile.getParent(), "." + name + ".");
        try {
            keys.writeTo(temporary, from);
            Files.move(temporary, profile, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            deleteFolder(temporary);
        } catch (IOException e) {
            deleteFolder(temporary);
            if (!Files.isDirectory(profile)) {
                throw e;
            }
        }
        return profile;
    }

    private static void deleteFolder(Path folder) throws IOException {
        for (Path file : dev.caisson.bytes.SortedListing.of(folder)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    private static void ignoreInGit(Path folder) throws IOException {
        Path ignore = folder.resolve(".gitignore");
        if (!Files.exists(ignore)) {
            Files.writeString(ignore, "*\n");
        }
    }
}
