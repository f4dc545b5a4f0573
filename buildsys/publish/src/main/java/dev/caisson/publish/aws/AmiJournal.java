package dev.caisson.publish.aws;

import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a publication that is under way has made: one JSON object per line, each appended before the thing is asked for or, for
 * blocks, after it was done. A line that a crash cut short is dropped; the lock of the file goes with the process.
 *
 * <p>Nothing is lost with the file but time: snapshots and images carry the publication's tag and are found by it.
 */
final class AmiJournal implements Closeable {
    private static final int MOST_BYTES = 1 << 28;

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final List<Made> made = new ArrayList<>();
    private final Map<String, TreeSet<Integer>> blocks = new LinkedHashMap<>();
    private String publication = "";
    private String name = "";
    private String nonce = "";
    private int attempt;

    /** Kinds of things that are made. */
    enum Kind {
        SNAPSHOT,
        IMAGE,
        PARAMETER
    }

    /**
     * Something that was, or was going to be, made.
     *
     * @param kind what
     * @param region where
     * @param name the image's or parameter's name; the token of a snapshot
     * @param before value that a parameter had
     */
    record Made(Kind kind, String region, String name, Optional<String> before) {}

    private AmiJournal(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Opens the journal of a folder, or begins one.
     *
     * @return empty when another process has it
     */
    static Optional<AmiJournal> open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // held in this process
        }
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        AmiJournal journal = new AmiJournal(file, channel, lock);
        journal.read();
        return Optional.of(journal);
    }

    private void read() throws IOException {
        long size = channel.size();
        if (size > MOST_BYTES) {
            channel.truncate(0);
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
        int start = 0;
        for (int at = 0; at < bytes.position(); at++) {
            if (bytes.get(at) == '\n') {
                try {
                    apply(Json.parseObject(new String(bytes.array(), start, at - start, StandardCharsets.UTF_8)));
                } catch (FormatException | IllegalArgumentException e) {
                    break;
                }
                start = at + 1;
            }
        }
        channel.truncate(start);
        channel.position(start);
    }

    private void apply(JsonObject line) throws FormatException {
        if (line.has("publication")) {
            publication = line.string("publication");
            name = line.string("name");
            nonce = line.string("nonce");
        } else if (line.has("attempt")) {
            attempt = Math.toIntExact(line.longValue("attempt", 0, Integer.MAX_VALUE));
        } else if (line.has("block")) {
            blocks.computeIfAbsent(line.string("snapshot"), key -> new TreeSet<>())
                    .add(Math.toIntExact(line.longValue("block", 0, Integer.MAX_VALUE)));
        } else {
            made.add(new Made(
                    Kind.valueOf(line.string("made")),
                    line.string("region"),
                    line.string("name"),
                    line.optionalString("before")));
        }
    }

    private synchronized void append(JsonObject line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((Json.canonical(line) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        apply(line);
    }

    /** Id of the publication that it is about; empty for a new journal. */
    synchronized String publication() {
        return publication;
    }

    /** Name of the image. */
    synchronized String name() {
        return name;
    }

    /** What makes this publication's tokens differ from those of an earlier one of the same image. */
    synchronized String nonce() {
        return nonce;
    }

    /** How many snapshots were given up before. */
    synchronized int attempt() {
        return attempt;
    }

    /** What was asked for, in order. */
    synchronized List<Made> made() {
        return List.copyOf(made);
    }

    /** Blocks that a snapshot has received. */
    synchronized Set<Integer> blocks(String snapshot) {
        return new TreeSet<>(blocks.getOrDefault(snapshot, new TreeSet<>()));
    }

    /** Starts anew, for this publication. */
    synchronized void begin(String id, String imageName, String newNonce) throws IOException {
        clear();
        append(JsonObject.of().put("publication", id).put("name", imageName).put("nonce", newNonce));
    }

    /** A snapshot is given up. */
    void nextAttempt() throws IOException {
        append(JsonObject.of().put("attempt", attempt() + 1));
    }

    /** Something is about to be made; the same thing is noted once. */
    synchronized void making(Kind kind, String region, String thing, Optional<String> before) throws IOException {
        if (made.stream().noneMatch(m -> m.kind == kind && m.region.equals(region) && m.name.equals(thing))) {
            append(JsonObject.of()
                    .put("made", kind.name())
                    .put("region", region)
                    .put("name", thing)
                    .putOptional("before", before));
        }
    }

    /** A block has arrived. */
    void block(String snapshot, int index) throws IOException {
        append(JsonObject.of().put("snapshot", snapshot).put("block", index));
    }

    /** All is done or taken back: nothing is open. */
    synchronized void clear() throws IOException {
        channel.truncate(0);
        channel.position(0);
        made.clear();
        blocks.clear();
        publication = "";
        name = "";
        nonce = "";
        attempt = 0;
    }

    @Override
    public synchronized void close() throws IOException {
        boolean empty = publication.isEmpty();
        if (empty) {
            Files.deleteIfExists(file);
        }
        lock.release();
        channel.close();
    }
}
