package dev.caisson.diskimage;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.Plan;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.PlannedPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A whole disk: its size and what lies where, ordered and without overlaps. What no extent covers is zeros. Immutable. */
public final class DiskImage implements Plan {
    private static final byte[] ZEROS = new byte[1 << 14];

    private final long size;
    private final List<Extent> extents;

    private DiskImage(long size, List<Extent> extents) {
        this.size = size;
        this.extents = extents;
    }

    /**
     * A disk of these extents, in any order; empty ones are left out.
     *
     * @throws IllegalArgumentException when two overlap or one ends behind the disk
     */
    public static DiskImage of(long sizeBytes, Collection<Extent> extents) {
        List<Extent> sorted = new ArrayList<>();
        for (Extent extent : extents) {
            if (extent.size() > 0) {
                sorted.add(extent);
            }
        }
        sorted.sort(Comparator.comparingLong(Extent::offset));
        long end = 0;
        for (Extent extent : sorted) {
            if (extent.offset() < end || extent.end() > sizeBytes) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "extent from %d to %d: the one before ends at %d, the disk at %d",
                        extent.offset(),
                        extent.end(),
                        end,
                        sizeBytes));
            }
            end = extent.end();
        }
        return new DiskImage(sizeBytes, List.copyOf(sorted));
    }

    /** A builder for a disk with a partition table, which is put in. */
    public static Builder builder(GptPlan table) {
        return new Builder(table.diskSizeBytes()).addAll(0, table.extents());
    }

    /** A builder for an empty disk. */
    public static Builder builder(long sizeBytes) {
        return new Builder(sizeBytes);
    }

    /** Collects extents. For one thread. */
    public static final class Builder {
        private final long size;
        private final List<Extent> extents = new ArrayList<>();

        private Builder(long size) {
            this.size = size;
        }

        /** Puts bytes at an offset of the disk. */
        public Builder add(long offset, ByteSource source) {
            extents.add(new Extent(offset, source));
            return this;
        }

        /** Puts extents, whose offsets count from {@code offset} of the disk. */
        public Builder addAll(long offset, Collection<Extent> parts) {
            parts.forEach(part -> extents.add(part.shiftedBy(offset)));
            return this;
        }

        /**
         * Puts a partition's content at its start.
         *
         * @throws IllegalArgumentException when the content is larger than the partition
         */
        public Builder add(PlannedPartition partition, ByteSource content) {
            return add(partition, List.of(new Extent(0, content)));
        }

        /** Puts a partition's content, as extents whose offsets count from the partition's start. */
        public Builder add(PlannedPartition partition, Collection<Extent> content) {
            for (Extent extent : content) {
                if (extent.end() > partition.sizeBytes()) {
                    throw new IllegalArgumentException(
                            "content of partition " + partition.spec().label() + " ends at " + extent.end()
                                    + ", the partition at " + partition.sizeBytes());
                }
            }
            return addAll(partition.offsetBytes(), content);
        }

        /** The disk; the builder stays usable. */
        public DiskImage build() {
            return DiskImage.of(size, extents);
        }
    }

    @Override
    public long size() {
        return size;
    }

    /** What lies where, by offset, without empty extents. */
    public List<Extent> extents() {
        return extents;
    }

    /** Bytes that extents cover. */
    public long dataBytes() {
        return extents.stream().mapToLong(Extent::size).sum();
    }

    /** Whether an extent touches a range; without one the range is all zeros. */
    public boolean hasData(long offset, long length) {
        int index = firstEndingBehind(offset);
        return length > 0 && index < extents.size() && extents.get(index).offset() < offset + length;
    }

    /** All bytes, holes included, to be read in any order by many threads. */
    public ByteSource asSource() {
        return new WholeDisk();
    }

    /** Writes the disk from the first byte to the last; holes go to {@link ByteSink#zeros}. */
    @Override
    public void writeTo(ByteSink out) throws IOException {
        long at = 0;
        for (Extent extent : extents) {
            zeros(out, extent.offset() - at);
            extent.source().copyTo(out);
            at = extent.end();
        }
        zeros(out, size - at);
    }

    private static void zeros(ByteSink out, long count) throws IOException {
        if (count > 0) {
            out.zeros(count);
        }
    }

    /** Index of the first extent whose end lies behind an offset; the number of extents if none does. */
    int firstEndingBehind(long offset) {
        int low = 0;
        int high = extents.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (extents.get(middle).end() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private final class WholeDisk implements ByteSource {
        @Override
        public long size() {
            return size;
        }

        @Override
        public void readFully(long offset, ByteBuffer dst) throws IOException {
            ByteSource.checkRange(this, offset, dst.remaining());
            int limit = dst.limit();
            long at = offset;
            long end = offset + dst.remaining();
            for (int i = firstEndingBehind(offset); at < end; i++) {
                long dataFrom =
                        i < extents.size() ? Math.min(end, extents.get(i).offset()) : end;
                at += zeros(dst, Math.max(0, dataFrom - at));
                if (at < end) {
                    Extent extent = extents.get(i);
                    int count = (int) (Math.min(end, extent.end()) - at);
                    dst.limit(dst.position() + count);
                    extent.source().readFully(at - extent.offset(), dst);
                    dst.limit(limit);
                    at += count;
                }
            }
        }

        private long zeros(ByteBuffer dst, long count) {
            for (long rest = count; rest > 0; rest -= ZEROS.length) {
                dst.put(ZEROS, 0, (int) Math.min(ZEROS.length, rest));
            }
            return count;
        }

        @Override
        public void copyTo(ByteSink out) throws IOException {
            writeTo(out);
        }
    }
}
