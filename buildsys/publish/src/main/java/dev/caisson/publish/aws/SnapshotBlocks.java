package dev.caisson.publish.aws;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk as EBS stores it: blocks of 512 KiB, of which those of zeros do not exist.
 *
 * @param diskBytes size of the disk; the last block is filled up with zeros
 * @param digests SHA-256 of each block that is not all zeros, in base64, by index
 */
record SnapshotBlocks(long diskBytes, SortedMap<Integer, String> digests) {
    /** The one size of a block. */
    static final int BLOCK_BYTES = 512 << 10;

    /** SHA-256 of a block of zeros. */
    static final String ZERO_DIGEST = digest(new byte[BLOCK_BYTES]);

    private static final long GIB = 1L << 30;
    private static final long MOST_BYTES = 65_536 * GIB;
    private static final int BATCH = 16;
    private static final int DIGEST_CHARACTERS = 44;

    SnapshotBlocks {
        digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
    }

    /** Reads and hashes a disk; where it is known to have no data it is not even read. */
    static SnapshotBlocks of(DiskImage disk, WorkPool pool, Progress progress) throws Exception {
        int count = Math.toIntExact((disk.size() + BLOCK_BYTES - 1) / BLOCK_BYTES);
        int batches = (count + BATCH - 1) / BATCH;
        AtomicLong done = new AtomicLong();
        List<List<Map.Entry<Integer, String>>> results = pool.map(batches, batch -> {
            List<Map.Entry<Integer, String>> found = new ArrayList<>();
            byte[] block = new byte[BLOCK_BYTES];
            for (int i = batch * BATCH; i < Math.min(count, (batch + 1) * BATCH); i++) {
                if (read(disk, i, block) && !isZero(block)) {
                    found.add(Map.entry(i, digest(block)));
                }
            }
            progress.count(
                    "blocks read",
                    done.addAndGet(Math.min(BATCH, count - batch * BATCH)) * BLOCK_BYTES,
                    (long) count * BLOCK_BYTES,
                    true);
            return found;
        });
        SortedMap<Integer, String> digests = new TreeMap<>();
        results.forEach(part -> part.forEach(entry -> digests.put(entry.getKey(), entry.getValue())));
        return new SnapshotBlocks(disk.size(), digests);
    }

    /** Reads a block into an array of its size; false when the disk has nothing there, and the array is as it was. */
    static boolean read(DiskImage disk, int index, byte[] block) throws IOException {
        long at = (long) index * BLOCK_BYTES;
        int length = (int) Math.min(BLOCK_BYTES, disk.size() - at);
        if (!disk.hasData(at, length)) {
            return false;
        }
        Arrays.fill(block, length, BLOCK_BYTES, (byte) 0);
        disk.asSource().readFully(at, ByteBuffer.wrap(block, 0, length));
        return true;
    }

    private static boolean isZero(byte[] block) {
        return block[0] == 0 && Arrays.equals(block, 0, BLOCK_BYTES - 1, block, 1, BLOCK_BYTES);
    }

    /** SHA-256 in base64. */
    static String digest(byte[] bytes) {
        return Base64.getEncoder()
                .encodeToString(DigestAlgorithm.SHA256.newDigest().digest(bytes));
    }

    /** Number of blocks of the disk, zeros included. */
    int count() {
        return Math.toIntExact((diskBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /** Whole GiB of the smallest volume that holds the disk. */
    int volumeGib() {
        return Math.max(1, Math.toIntExact((diskBytes + GIB - 1) / GIB));
    }

    /**
     * The blocks to write on top of a parent: those that differ, and blocks of zeros where only the parent has data.
     *
     * @return digests by index
     */
    SortedMap<Integer, String> changesTo(SnapshotBlocks parent) {
        SortedMap<Integer, String> changes = new TreeMap<>();
        digests.forEach((index, digest) -> {
            if (!digest.equals(parent.digests.get(index))) {
                changes.put(index, digest);
            }
        });
        SortedSet<Integer> gone = new TreeSet<>(parent.digests.keySet());
        gone.removeAll(digests.keySet());
        gone.forEach(index -> changes.put(index, ZERO_DIGEST));
        return changes;
    }

    /** What CompleteSnapshot wants: the SHA-256 of the written blocks' digests in the order of their indexes ("LINEAR"). */
    static String aggregate(SortedMap<Integer, String> written) {
        java.security.MessageDigest sum = DigestAlgorithm.SHA256.newDigest();
        written.values().forEach(digest -> sum.update(Base64.getDecoder().decode(digest)));
        return Base64.getEncoder().encodeToString(sum.digest());
    }

    JsonObject json() {
        JsonObject blocks = JsonObject.of();
        digests.forEach((index, digest) -> blocks.put(Integer.toString(index), digest));
        return JsonObject.of().put("diskBytes", diskBytes).put("blocks", blocks);
    }

    static SnapshotBlocks read(JsonObject json) throws CorruptDataException {
        long diskBytes = json.longValue("diskBytes", 1, MOST_BYTES);
        JsonObject blocks = json.object("blocks");
        SortedMap<Integer, String> digests = new TreeMap<>();
        for (String index : blocks.names()) {
            String digest = blocks.string(index);
            if (!index.matches("[0-9]{1,9}")
                    || !isDigest(digest)
                    || (long) Integer.parseInt(index) * BLOCK_BYTES >= diskBytes) {
                throw blocks.wrong("\"" + index + "\": \"" + digest + "\"", "the index of a block and its SHA-256");
            }
            digests.put(Integer.parseInt(index), digest);
        }
        return new SnapshotBlocks(diskBytes, digests);
    }

    private static boolean isDigest(String text) {
        return text.length() == DIGEST_CHARACTERS && text.matches("[A-Za-z0-9+/]{43}=");
    }
}
