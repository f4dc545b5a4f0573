package dev.caisson.publish.aws;

import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksRequest;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.SnapshotState;

/**
 * Makes the snapshot in the home region through the EBS direct APIs: only blocks that are not zeros, and on top of a parent
 * only those that differ from it. A run that was cut off is continued: the same token gives the same snapshot, and the journal
 * knows its blocks.
 */
final class SnapshotUpload {
    /** Most requests under way. */
    static final int MOST_AT_ONCE = 64;

    private static final Set<String> NOT_YET = Set.of("ResourceNotFoundException");
    private static final int MOST_SNAPSHOTS = 5;
    private static final int PAGE = 10_000;
    private static final int HUNDRED = 100;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AmiPublication ami;
    private final DiskImage disk;
    private final AwsClients clients;
    private final AwsCalls calls;
    private final Snapshots snapshots;
    private final AmiJournal journal;
    private final Progress progress;
    private final String region;

    SnapshotUpload(AmiPublication ami, DiskImage disk, AwsSession session, AmiJournal journal) {
        this.ami = ami;
        this.disk = disk;
        this.clients = session.clients();
        this.calls = session.calls();
        this.snapshots = new Snapshots(session);
        this.journal = journal;
        this.progress = session.progress();
        this.region = ami.home().name();
    }

    /**
     * A finished snapshot.
     *
     * @param id its id
     * @param sent number of blocks that this run wrote
     * @param parent what it was put on top of
     */
    record Done(String id, int sent, Optional<String> parent) {}

    /** Makes the snapshot, or finishes what an earlier run began, and waits until it is usable. */
    Done run(Optional<PublishedAmis.Previous> candidate) throws Exception {
        Optional<PublishedAmis.Previous> parent = usable(candidate);
        for (int i = 0; i < MOST_SNAPSHOTS; i++) {
            Optional<String> parentId = parent.map(PublishedAmis.Previous::snapshot);
            SortedMap<Integer, String> changes = parent.isPresent()
                    ? ami.blocks().changesTo(parent.get().blocks())
                    : ami.blocks().digests();
            if (changes.isEmpty()) {
                // A snapshot needs a changed block: the first one again, which is harmless.
                changes = first();
            }
            StartSnapshotRequest request =
                    Requests.start(ami, parentId, ami.token(journal.nonce(), purpose(parentId), journal.attempt()));
            journal.making(AmiJournal.Kind.SNAPSHOT, region, request.clientToken(), Optional.empty());
            Optional<StartSnapshotResponse> started = start(request);
            if (started.isEmpty()) {
                progress.note("EBS does not take snapshot " + parentId.orElse("") + " as parent: sending all blocks");
                parent = Optional.empty();
                continue;
            }
            Optional<Done> done = fill(started.get(), changes, parentId);
            if (done.isPresent()) {
                return done.get();
            }
            journal.nextAttempt();
        }
        throw new TemporaryFailure(
                "ebs:StartSnapshot in " + region + ": " + MOST_SNAPSHOTS + " snapshots in a row went wrong");
    }

    private String purpose(Optional<String> parent) {
        return "snapshot " + region + " " + ami.home().kmsKey().orElse("") + " " + parent.orElse("");
    }

    private SortedMap<Integer, String> first() {
        SortedMap<Integer, String> first = new TreeMap<>();
        first.put(0, ami.blocks().digests().getOrDefault(0, SnapshotBlocks.ZERO_DIGEST));
        return first;
    }

    private Optional<StartSnapshotResponse> start(StartSnapshotRequest request) throws Exception {
        try {
            return Optional.of(calls.attempt(
                    "ebs:StartSnapshot",
                    region,
                    () -> clients.ebs(region).startSnapshot(request),
                    Set.of(),
                    AwsCalls.Listener.NONE));
        } catch (AwsCalls.Refused e) {
            if (request.parentSnapshotId() != null
                    && Set.of("ResourceNotFoundException", "ValidationException")
                            .contains(e.code())) {
                return Optional.empty();
            }
            throw calls.failure("ebs:StartSnapshot", region, e);
        }
    }

    /** Empty when the snapshot is no good and another must be begun. */
    private Optional<Done> fill(
            StartSnapshotResponse started, SortedMap<Integer, String> changes, Optional<String> parent)
            throws Exception {
        String id = started.snapshotId();
        if (started.blockSize() != null && started.blockSize() != SnapshotBlocks.BLOCK_BYTES) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "ebs:StartSnapshot in " + region + ": blocks are " + started.blockSize() + " bytes",
                    "this program knows blocks of " + SnapshotBlocks.BLOCK_BYTES + " bytes only");
        }
        checkEncryption(started);
        Optional<SnapshotState> state = snapshots.state(region, id);
        if (state.isEmpty() || state.get() == SnapshotState.ERROR) {
            snapshots.delete(region, id);
            return Optional.empty();
        }
        int sent = 0;
        if (state.get() != SnapshotState.COMPLETED) {
            sent = send(id, changes);
            complete(id, changes);
            if (!snapshots.waitCompleted(region, id)) {
                snapshots.delete(region, id);
                return Optional.empty();
            }
        }
        return Optional.of(new Done(id, sent, parent));
    }

    private void checkEncryption(StartSnapshotResponse started) {
        if (started.kmsKeyArn() != null && !ami.encrypted(ami.home())) {
            progress.warning("the account encrypts all snapshots in " + region + " (with " + started.kmsKeyArn()
                    + "): the image cannot be made public");
        }
    }

    private int send(String id, SortedMap<Integer, String> changes) throws Exception {
        List<Map.Entry<Integer, String>> open = new ArrayList<>(changes.entrySet());
        Set<Integer> there = journal.blocks(id);
        open.removeIf(block -> there.contains(block.getKey()));
        if (!there.isEmpty()) {
            progress.note("continuing " + id + ": " + there.size() + " of " + changes.size() + " blocks are there");
        }
        int workers = Math.min(MOST_AT_ONCE, open.size());
        if (workers == 0) {
            return 0;
        }
        Pace pace = new Pace(workers);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        ExecutorService pool = AwsSession.threads(workers);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                futures.add(pool.submit(() -> {
                    for (int at = next.getAndIncrement(); at < open.size(); at = next.getAndIncrement()) {
                        Map.Entry<Integer, String> block = open.get(at);
                        put(id, block.getKey(), block.getValue(), done.get() * HUNDRED / open.size(), pace);
                        progress.count(
                                "blocks sent",
                                (long) done.incrementAndGet() * SnapshotBlocks.BLOCK_BYTES,
                                (long) open.size() * SnapshotBlocks.BLOCK_BYTES,
                                true);
                    }
                    return null;
                }));
            }
            await(futures, next, open.size());
        } finally {
            pool.shutdownNow();
        }
        return open.size();
    }

    /** The first failure of any worker, after all have stopped. */
    private static void await(List<Future<?>> futures, AtomicInteger next, int end) throws Exception {
        Throwable first = null;
        for (Future<?> future : futures) {
            try {
                future.get();
            } catch (ExecutionException e) {
                next.set(end);
                first = first == null ? e.getCause() : first;
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (Exception) first;
        }
    }

    private void put(String id, int index, String digest, int percent, Pace pace) throws Exception {
        byte[] block = new byte[SnapshotBlocks.BLOCK_BYTES];
        SnapshotBlocks.read(disk, index, block);
        if (!SnapshotBlocks.digest(block).equals(digest)) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "the image changed while it was sent: block " + index + " is another one now",
                    "do not build into the folder that is being published; run again");
        }
        pace.take();
        boolean success = false;
        try {
            calls.attempt(
                    "ebs:PutSnapshotBlock",
                    region,
                    () -> clients.ebs(region)
                            .putSnapshotBlock(
                                    Requests.put(id, index, digest, percent),
                                    RequestBody.fromContentProvider(
                                            () -> new ByteArrayInputStream(block),
                                            block.length,
                                            "application/octet-stream")),
                    NOT_YET,
                    pace::slower);
            success = true;
        } catch (AwsCalls.Refused e) {
            throw calls.failure("ebs:PutSnapshotBlock", region, e);
        } finally {
            pace.give(success);
        }
        journal.block(id, index);
    }

    private void complete(String id, SortedMap<Integer, String> changes) throws Exception {
        try {
            calls.attempt(
                    "ebs:CompleteSnapshot",
                    region,
                    () -> clients.ebs(region).completeSnapshot(Requests.complete(id, changes)),
                    NOT_YET,
                    AwsCalls.Listener.NONE);
        } catch (AwsCalls.Refused e) {
            // Already completed, when the answer to an earlier attempt was lost.
            for (int i = 0; i < MOST_SNAPSHOTS; i++) {
                if (snapshots.state(region, id).orElse(SnapshotState.ERROR) == SnapshotState.COMPLETED) {
                    return;
                }
                calls.pause().sleep(SECOND.multipliedBy(1L << i));
            }
            throw calls.failure("ebs:CompleteSnapshot", region, e);
        }
    }

    /** A parent that still is what the record of the previous publication says. */
    private Optional<PublishedAmis.Previous> usable(Optional<PublishedAmis.Previous> candidate) throws Exception {
        if (candidate.isEmpty()) {
            return candidate;
        }
        PublishedAmis.Previous previous = candidate.get();
        String wantedKey = ami.home().kmsKey().orElse("");
        boolean fits = previous.region().equals(region)
                && previous.blocks().volumeGib() <= ami.blocks().volumeGib()
                && previous.encrypted() == ami.encrypted(ami.home())
                && previous.kmsKey().orElse("").equals(wantedKey);
        if (!fits || !isAsRecorded(previous)) {
            progress.note("snapshot " + previous.snapshot() + " cannot be the parent: sending all blocks");
            return Optional.empty();
        }
        return candidate;
    }

    private boolean isAsRecorded(PublishedAmis.Previous previous) throws Exception {
        Set<Integer> expected = previous.blocks().digests().keySet();
        Set<Integer> found = new java.util.HashSet<>();
        String token = null;
        do {
            String page = token;
            ListSnapshotBlocksResponse response;
            try {
                response = calls.attempt(
                        "ebs:ListSnapshotBlocks",
                        region,
                        () -> clients.ebs(region)
                                .listSnapshotBlocks(ListSnapshotBlocksRequest.builder()
                                        .snapshotId(previous.snapshot())
                                        .maxResults(PAGE)
                                        .nextToken(page)
                                        .build()),
                        Set.of(),
                        AwsCalls.Listener.NONE);
            } catch (AwsCalls.Refused e) {
                return false;
            }
            response.blocks().forEach(block -> found.add(block.blockIndex()));
            token = response.nextToken();
        } while (token != null);
        // Blocks that were overwritten with zeros may be listed.
        return found.containsAll(expected);
    }
}
