package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The signed metadata that were last seen of each suite: to ask only for changes, to work offline, and to notice an archive that
 * goes back in time.
 *
 * <pre>
 * ARCHIVE/SUITE/InRelease            or Release and Release.gpg
 * ARCHIVE/SUITE/validators           ETag and Last-Modified, a line each
 * ARCHIVE/SUITE/verified             digest of the above, of the keyring, and the time, of the last verification
 * </pre>
 *
 * The last spares a warm start the second that loading and running public-key code takes: within a day, the same bytes under the
 * same keys are not verified again. Whoever can write here can write into the store's parsed indexes as well.
 */
final class SuiteMemory {
    /**
     * What was served.
     *
     * @param main InRelease, or Release when there is a signature apart
     * @param signature Release.gpg
     * @param validators of InRelease
     */
    record Seen(byte[] main, Optional<byte[]> signature, DownloadRequest.Validators validators) {}

    private final Path folder;

    SuiteMemory(Path root, String archive, String suite) {
        this.folder = root.resolve(safe(archive)).resolve(safe(suite));
    }

    private static String safe(String name) {
        String safe = name.replaceAll("[^A-Za-z0-9+._-]", "_");
        return safe.startsWith(".") ? "_" + safe : safe;
    }

    Optional<Seen> read() throws IOException {
        Optional<byte[]> inRelease = file("InRelease");
        if (inRelease.isPresent()) {
            return Optional.of(new Seen(inRelease.get(), Optional.empty(), validators()));
        }
        Optional<byte[]> release = file("Release");
        Optional<byte[]> signature = file("Release.gpg");
        return release.isPresent() && signature.isPresent()
                ? Optional.of(new Seen(release.get(), signature, DownloadRequest.Validators.NONE))
                : Optional.empty();
    }

    /** Whether these bytes were verified under these keys less than a day before {@code now}. */
    boolean isVerified(Digest main, Digest trust, Instant now) throws IOException {
        String text = file("verified")
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        String[] words = text.strip().split(" ");
        if (words.length != 3 || !words[0].equals(main.hex()) || !words[1].equals(trust.hex())) {
            return false;
        }
        long age = words[2].matches("\\d{1,15}") ? now.getEpochSecond() - Long.parseLong(words[2]) : -1;
        return age >= 0 && age < 86_400;
    }

    void writeVerified(Digest main, Digest trust, Instant now) throws IOException {
        Files.createDirectories(folder);
        String text = main.hex() + " " + trust.hex() + " " + now.getEpochSecond() + "\n";
        replace("verified", text.getBytes(StandardCharsets.UTF_8));
    }

    private DownloadRequest.Validators validators() throws IOException {
        List<String> lines = file("validators")
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).lines().toList())
                .orElse(List.of());
        boolean plain = lines.size() == 2
                && lines.stream().allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 0x7f));
        return plain ? new DownloadRequest.Validators(lines.get(0), lines.get(1)) : DownloadRequest.Validators.NONE;
    }

    private Optional<byte[]> file(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void write(Seen seen) throws IOException {
        Files.createDirectories(folder);
        // Validators first away: they must never describe other bytes than those beside them.
        Files.deleteIfExists(folder.resolve("validators"));
        if (seen.signature().isPresent()) {
            Files.deleteIfExists(folder.resolve("InRelease"));
            replace("Release.gpg", seen.signature().get());
            replace("Release", seen.main());
        } else {
            replace("InRelease", seen.main());
            String lines = seen.validators().etag() + "\n" + seen.validators().lastModified() + "\n";
            replace("validators", lines.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void replace(String name, byte[] bytes) throws IOException {
        replace(folder.resolve(name), bytes);
    }

    /** Writes a file so that readers see the old or the new one whole. */
    static void replace(Path target, byte[] bytes) throws IOException {
        Path temporary = Files.createTempFile(target.getParent(), "new-", ".tmp");
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
