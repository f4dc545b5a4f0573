package dev.caisson.fat;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The allocation table, read once and checked against its copy; hands out every cluster at most once. */
final class AllocationTable {
    /** 64 GiB of 4096-byte clusters: far more than any boot partition, and 64 MiB of memory. */
    private static final int CLUSTERS_MAX = 1 << 24;

    private static final int PIECE_BYTES = 1 << 16;
    private static final String NAME = "FAT";

    private final FatGeometry geometry;
    private final int[] next;
    private final BitSet used = new BitSet();

    private AllocationTable(FatGeometry geometry, int[] next) {
        this.geometry = geometry;
        this.next = next;
    }

    static AllocationTable read(ByteSource image, FatGeometry geometry) throws IOException {
        if (geometry.clusters() > CLUSTERS_MAX) {
            throw new LimitExceededException(NAME, 0, geometry.clusters() + " clusters", "at most " + CLUSTERS_MAX);
        }
        int[] next = new int[(int) geometry.clusters() + 2];
        int width = geometry.type().entryBytes();
        int at = 0;
        for (long done = 0; done < geometry.tableBytes(); done += PIECE_BYTES) {
            int length = (int) Math.min(PIECE_BYTES, geometry.tableBytes() - done);
            byte[] piece = image.read(geometry.tableOffset(0) + done, length);
            compareCopies(image, geometry, done, piece);
            BinaryReader in = BinaryReader.littleEndian(NAME, piece);
            while (in.remaining() > 0 && at < next.length) {
                next[at++] = width == 2 ? in.u16() : in.i32() & geometry.type().mask();
            }
        }
        AllocationTable table = new AllocationTable(geometry, next);
        table.checkFirstEntries();
        return table;
    }

    private static void compareCopies(ByteSource image, FatGeometry geometry, long at, byte[] piece)
            throws IOException {
        for (int copy = 1; copy < geometry.tables(); copy++) {
            long offset = geometry.tableOffset(copy) + at;
            int difference = Arrays.mismatch(piece, image.read(offset, piece.length));
            if (difference >= 0) {
                throw new CorruptDataException(
                        NAME, offset + difference, "differs from the first table", "two equal tables");
            }
        }
    }

    private void checkFirstEntries() throws FormatException {
        int mask = geometry.type().mask();
        if ((next[0] & 0xf0) != 0xf0 || (next[0] | 0xff) != mask) {
            throw new CorruptDataException(
                    NAME, geometry.tableOffset(0), "entry 0 is " + Integer.toHexString(next[0]), "the media byte");
        }
        if (next[1] != mask) {
            throw new CorruptDataException(
                    NAME,
                    geometry.tableOffset(0) + geometry.type().entryBytes(),
                    "entry 1 is " + Integer.toHexString(next[1]),
                    Integer.toHexString(mask) + " (clean, without errors)");
        }
    }

    /** Consecutive clusters of a chain. */
    record Run(long first, long count) {}

    /**
     * Follows a chain and marks its clusters as used.
     *
     * @param clustersMax more than this is damage
     * @throws CorruptDataException when the chain leaves the volume, meets a cluster that is used already (loops included) or
     *     free, or is too long
     */
    List<Run> chain(String owner, long first, long clustersMax) throws FormatException {
        List<Run> runs = new ArrayList<>();
        long start = first;
        long count = 0;
        long total = 0;
        long cluster = first;
        while (true) {
            take(owner, cluster);
            count++;
            if (++total > clustersMax) {
                throw corrupt(cluster, owner + ": the chain is longer than " + clustersMax + " clusters", "its end");
            }
            int following = next[(int) cluster];
            boolean end = following >= geometry.type().endOfChain();
            if (end || following != cluster + 1) {
                runs.add(new Run(start, count));
                start = following;
                count = 0;
            }
            if (end) {
                return runs;
            }
            cluster = following;
        }
    }

    private void take(String owner, long cluster) throws FormatException {
        if (cluster == geometry.type().bad()) {
            throw new UnsupportedFeatureException(
                    NAME, FormatException.NO_OFFSET, owner + " has a bad cluster", "none");
        }
        if (cluster < 2 || cluster >= next.length) {
            throw corrupt(cluster, owner + ": the chain points to cluster " + cluster, "2 to " + (next.length - 1));
        }
        if (used.get((int) cluster)) {
            throw corrupt(cluster, owner + ": cluster " + cluster + " is used already", "a cluster of its own");
        }
        used.set((int) cluster);
        if (next[(int) cluster] == 0) {
            throw corrupt(cluster, owner + ": cluster " + cluster + " is marked as free", "the next one or the end");
        }
    }

    private CorruptDataException corrupt(long cluster, String actual, String expected) {
        boolean inside = cluster >= 0 && cluster < next.length;
        long offset = geometry.tableOffset(0) + cluster * geometry.type().entryBytes();
        return new CorruptDataException(NAME, inside ? offset : FormatException.NO_OFFSET, actual, expected);
    }

    /** Clusters that nothing uses; every one that is marked as used must have been taken. */
    long checkNothingLost() throws FormatException {
        long free = 0;
        for (int cluster = 2; cluster < next.length; cluster++) {
            if (next[cluster] == 0) {
                free++;
            } else if (!used.get(cluster)) {
                if (next[cluster] == geometry.type().bad()) {
                    throw new UnsupportedFeatureException(
                            NAME,
                            FormatException.NO_OFFSET,
                            "cluster " + cluster + " is marked as bad",
                            "no bad marks");
                }
                throw corrupt(cluster, "cluster " + cluster + " is used by no file", "free");
            }
        }
        return free;
    }
}
