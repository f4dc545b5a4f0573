package dev.caisson.engine.store;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.SortedListing;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** The store in one folder; any number of threads and processes may use it at once. */
public final class ArtifactStore {
    private static final int CHECK_BYTES = 32;
    private static final long STALE_TEMPORARY_MILLIS = 24L * 3600 * 1000;
    /** No download is silent for so long and still alive. */
    private static final long DEAD_TEMPORARY_MILLIS = 600L * 1000;
    /** Downloads that a later build could go on with, or that one was killed over, and replacements of small files. */
    private static final Pattern UNFINISHED = Pattern.compile(".*\\.(part|from|done|tmp)");

    private static final Pattern INDEXES = Pattern.compile(".*\\.index");
    private static final Pattern ANY = Pattern.compile(".*");

    private final Path root;
    private final Path temporary;
    private final Optional<RemoteCache> remote;
    private final AtomicLong counter;

    private ArtifactStore(Path root, Optional<RemoteCache> remote, AtomicLong counter) {
        this.root = root;
        this.temporary = root.resolve("tmp");
        this.remote = remote;
        this.counter = counter;
    }

    /** Opens a store, making its folders when they are not there. */
    public static ArtifactStore open(Path root) throws IOException {
        ArtifactStore store = new ArtifactStore(root, Optional.empty(), new AtomicLong());
        Files.createDirectories(store.temporary);
        Files.createDirectories(root.resolve("cas"));
        Files.createDirectories(root.resolve("ac"));
        return store;
    }

    /** The same store with a remote cache behind it, which belongs to the caller. */
    public ArtifactStore withRemote(RemoteCache cache) {
        return new ArtifactStore(root, Optional.of(cache), counter);
    }

    /** Where to look for what is not stored here, and to offer what was made. */
    public Optional<RemoteCache> remote() {
        return remote;
    }

    /** The folder of the store. */
    public Path root() {
        return root;
    }

    /** A name in the store's folder for temporary files that nobody else uses; the file does not exist yet. */
    public Path newTemporary(String purpose) {
        return temporary.resolve(purpose + "-" + ProcessHandle.current().pid() + "-" + counter.incrementAndGet() + "-"
                + System.nanoTime());
    }

    /** A folder below the store for things that are named rather than addressed, such as the last seen metadata. */
    public Path area(String name) throws IOException {
        Path area = root.resolve(name);
        Files.createDirectories(area);
        return area;
    }

    /** The file with this content, if it is stored. Its bytes are not checked here. */
    public Optional<Path> find(Digest sha256) {
        Path file = objectPath(sha256);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** As {@link #find}, but reads the file and drops it when its bytes are not what its name says. */
    public Optional<Path> findVerified(Digest sha256) throws IOException {
        Optional<Path> file = find(sha256);
        if (file.isPresent()) {
            try (FileSource source = FileSource.open(file.get())) {
                if (!DigestAlgorithm.SHA256.of(source).equals(sha256)) {
                    Files.deleteIfExists(file.get());
                    return Optional.empty();
                }
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }
        return file;
    }

    /**
     * Takes a finished temporary file into the store. The caller answers for the digest.
     *
     * @return the object's file; {@code file} is gone
     */
    public Path put(Digest sha256, Path file) throws IOException {
        Path target = objectPath(sha256);
        Files.createDirectories(target.getParent());
        move(file, target);
        return target;
    }

    /** Stores bytes and gives their digest. */
    public Digest put(byte[] bytes) throws IOException {
        Digest digest = DigestAlgorithm.SHA256.of(bytes);
        if (findVerified(digest).isEmpty()) {
            Path file = newTemporary("object");
            Files.write(file, bytes);
            put(digest, file);
        }
        return digest;
    }

    /** Drops an object that was found to be damaged. */
    public void drop(Digest sha256) throws IOException {
        Files.deleteIfExists(objectPath(sha256));
    }

    /** The result stored under a key; a damaged one is dropped and counts as absent. */
    public Optional<byte[]> action(Digest key) throws IOException {
        Path file = actionPath(key);
        byte[] stored;
        try {
            stored = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (stored.length < CHECK_BYTES) {
            Files.deleteIfExists(file);
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(stored, stored.length - CHECK_BYTES);
        byte[] check = Arrays.copyOfRange(stored, stored.length - CHECK_BYTES, stored.length);
        if (!Arrays.equals(DigestAlgorithm.SHA256.of(body).bytes(), check)) {
            Files.deleteIfExists(file);
            return Optional.empty();
        }
        return Optional.of(body);
    }

    /** Stores a step's result under its key. */
    public void putAction(Digest key, byte[] body) throws IOException {
        byte[] stored = Arrays.copyOf(body, body.length + CHECK_BYTES);
        System.arraycopy(DigestAlgorithm.SHA256.of(body).bytes(), 0, stored, body.length, CHECK_BYTES);
        Path file = newTemporary("action");
        Files.write(file, stored);
        Path target = actionPath(key);
        Files.createDirectories(target.getParent());
        move(file, target);
    }

    /** Drops a step's result. */
    public void dropAction(Digest key) throws IOException {
        Files.deleteIfExists(actionPath(key));
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path objectPath(Digest sha256) {
        String hex = sha256.hex();
        return root.resolve("cas").resolve(hex.substring(0, 2)).resolve(hex);
    }

    private Path actionPath(Digest key) {
        String hex = key.hex();
        return root.resolve("ac").resolve(hex.substring(0, 2)).resolve(hex);
    }

    /**
     * How much is stored.
     *
     * @param objects number of contents
     * @param actions number of step results
     * @param bytes size of all in bytes
     */
    public record Stats(long objects, long actions, long bytes) {}

    /** Counts the store. */
    public Stats stats() throws IOException {
        long bytes = 0;
        List<Stored> objects = list("cas");
        List<Stored> actions = list("ac");
        for (Stored stored : objects) {
            bytes += stored.bytes;
        }
        for (Stored stored : actions) {
            bytes += stored.bytes;
        }
        return new Stats(objects.size(), actions.size(), bytes);
    }

    /**
     * Deletes the least recently written objects and parsed indexes until at most {@code keepBytes} are left, and what dead
     * builds have begun and not finished. With 0 everything goes that no build is at.
     *
     * @param nowMillis the present, for the age of unfinished files
     * @return bytes freed
     */
    public long collect(long keepBytes, long nowMillis) throws IOException {
        List<Stored> all = new ArrayList<>(list("cas"));
        all.addAll(list("ac"));
        all.addAll(files(root.resolve("metadata").resolve("indexes"), INDEXES));
        all.sort(Comparator.comparing(Stored::time).thenComparing(stored -> stored.file.toString()));
        long total = all.stream().mapToLong(Stored::bytes).sum();
        long freed = 0;
        for (Stored stored : all) {
            if (total - freed > keepBytes || keepBytes == 0) {
                Files.deleteIfExists(stored.file);
                freed += stored.bytes;
            }
        }
        List<Stored> unfinished = new ArrayList<>(files(temporary, ANY));
        unfinished.addAll(files(root.resolve("downloads"), UNFINISHED));
        unfinished.addAll(files(root.resolve("metadata"), UNFINISHED));
        long age = keepBytes == 0 ? DEAD_TEMPORARY_MILLIS : STALE_TEMPORARY_MILLIS;
        for (Stored stored : unfinished) {
            if (nowMillis - stored.time.toMillis() > age) {
                Files.deleteIfExists(stored.file);
                freed += stored.bytes;
            }
        }
        return freed;
    }

    private record Stored(Path file, long bytes, FileTime time) {}

    private List<Stored> list(String kind) throws IOException {
        List<Stored> result = new ArrayList<>();
        for (Path folder : SortedListing.of(root.resolve(kind))) {
            result.addAll(files(folder, ANY));
        }
        return result;
    }

    /** The files below a folder, which need not be there, whose names match. */
    private static List<Stored> files(Path folder, Pattern names) throws IOException {
        List<Stored> result = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return result;
        }
        for (Path file : SortedListing.of(folder)) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isDirectory()) {
                    result.addAll(files(file, names));
                } else if (names.matcher(file.getFileName().toString()).matches()) {
                    result.add(new Stored(file, attributes.size(), attributes.lastModifiedTime()));
                }
            } catch (NoSuchFileException e) {
                // another process collected or finished it
            }
        }
        return result;
    }
}
