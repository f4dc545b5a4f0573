package dev.caisson.gpt;

import dev.caisson.bytes.Guid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns a layout into places. Partitions lie in the order in which they were asked for, each at the next aligned offset. */
public final class GptPlanner {
    /** Entries in every table that we write: 16 KiB. */
    static final int ENTRY_COUNT = 128;

    private static final long MINIMAL_UNIT = 4096;

    private final PartitionLayout layout;
    private final SectorSize sectorSize;
    private final long[] sizes;

    private GptPlanner(PartitionLayout layout) throws DoesNotFitException {
        this.layout = layout;
        this.sectorSize = layout.sectorSize();
        this.sizes = new long[layout.partitions().size()];
        checkSpecs();
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = size(layout.partitions().get(i));
        }
    }

    /**
     * Plans a disk.
     *
     * @throws DoesNotFitException when a content is larger than its partition or the partitions larger than the disk
     * @throws IllegalArgumentException for more than 128 partitions, more than one that takes the rest, a GUID used twice, or
     *     a disk size that is not a whole number of sectors
     */
    public static GptPlan plan(PartitionLayout layout) throws DoesNotFitException {
        return new GptPlanner(layout).plan();
    }

    private void checkSpecs() {
        Set<Guid> seen = new HashSet<>();
        seen.add(layout.diskGuid());
        for (PartitionSpec spec : layout.partitions()) {
            if (!seen.add(spec.unique())) {
                throw new IllegalArgumentException("GUID " + spec.unique() + " of " + spec.label() + " is used twice");
            }
        }
        long rests = layout.partitions().stream()
                .filter(spec -> spec.size() instanceof PartitionSize.Rest)
                .count();
        if (sizes.length > ENTRY_COUNT || rests > 1) {
            throw new IllegalArgumentException(sizes.length + " partitions, " + rests + " take the rest");
        }
        if (layout.diskSizeBytes().orElse(0) % sectorSize.bytes() != 0) {
            throw new IllegalArgumentException(
                    "disk of " + layout.diskSizeBytes().getAsLong() + " bytes");
        }
    }

    /** What a partition takes; one that takes the rest starts with its minimum. */
    private long size(PartitionSpec spec) throws DoesNotFitException {
        PartitionSize size = spec.size();
        long content = spec.contentBytes();
        if (size instanceof PartitionSize.Fixed fixed) {
            return holding(spec, roundUp(fixed.sizeBytes(), sectorSize.bytes()));
        } else if (size instanceof PartitionSize.Automatic automatic) {
            long grown = percent(content, automatic.percentOfContent());
            return roundUp(Math.max(Math.max(grown, automatic.minimumBytes()), 1), layout.alignmentBytes());
        } else if (size instanceof PartitionSize.Rest rest) {
            return Math.max(roundUp(rest.minimumBytes(), MINIMAL_UNIT), roundUp(content, MINIMAL_UNIT));
        }
        return roundUp(Math.max(content, 1), MINIMAL_UNIT);
    }

    private static long holding(PartitionSpec spec, long sizeBytes) throws DoesNotFitException {
        if (spec.contentBytes() > sizeBytes) {
            throw new DoesNotFitException(spec.label(), "its content", spec.contentBytes(), "the partition", sizeBytes);
        }
        return sizeBytes;
    }

    /** Rounded up, and without an intermediate result that could overflow where the result does not. */
    private static long percent(long bytes, int percent) {
        long hundreds = Math.multiplyExact(bytes / 100, (long) percent);
        return Math.addExact(hundreds, (bytes % 100 * percent + 99) / 100);
    }

    private GptPlan plan() throws DoesNotFitException {
        long diskBytes = layout.diskSizeBytes().isPresent()
                ? layout.diskSizeBytes().getAsLong()
                : roundUp(Math.addExact(endOfAll(), tailBytes()), layout.alignmentBytes());
        long usableEnd = diskBytes - tailBytes();
        giveRest(usableEnd);
        long at = firstUsableBytes();
        List<PlannedPartition> planned = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            PartitionSpec spec = layout.partitions().get(i);
            long start = roundUp(at, layout.alignmentBytes());
            if (sizes[i] > usableEnd - start) {
                throw new DoesNotFitException(
                        spec.label(),
                        "it",
                        sizes[i],
                        "the disk behind offset " + start,
                        Math.max(0, usableEnd - start));
            }
            planned.add(new PlannedPartition(i + 1, spec, entry(spec, start, sizes[i])));
            at = start + sizes[i];
        }
        if (usableEnd <= firstUsableBytes()) {
            throw new IllegalArgumentException("disk of " + diskBytes + " bytes holds no partition table");
        }
        return new GptPlan(layout, planned, diskBytes / sectorSize.bytes());
    }

    /** Where the last partition would end with the sizes known so far. */
    private long endOfAll() {
        long at = firstUsableBytes();
        for (long size : sizes) {
            at = Math.addExact(roundUp(at, layout.alignmentBytes()), size);
        }
        return at;
    }

    /** Enlarges the partition that takes the rest, in whole alignments, so that the ones behind it stay aligned and fit. */
    private void giveRest(long usableEnd) {
        for (int i = 0; i < sizes.length; i++) {
            if (layout.partitions().get(i).size() instanceof PartitionSize.Rest) {
                long alignment = layout.alignmentBytes();
                long minimum = sizes[i];
                sizes[i] = roundUp(minimum, alignment);
                long spare = (usableEnd - endOfAll()) / alignment * alignment;
                sizes[i] = usableEnd < endOfAll() ? minimum : sizes[i] + spare;
            }
        }
    }

    private GptEntry entry(PartitionSpec spec, long start, long sizeBytes) {
        Lba first = Lba.ofBytes(start, sectorSize);
        Lba last = first.plus(sizeBytes / sectorSize.bytes() - 1);
        return new GptEntry(spec.type(), spec.unique(), first, last, spec.attributes(), spec.label());
    }

    private long firstUsableBytes() {
        return tailBytes() + sectorSize.bytes();
    }

    /** Entries and header. */
    private long tailBytes() {
        return (long) ENTRY_COUNT * GptEntry.SIZE + sectorSize.bytes();
    }

    private static long roundUp(long bytes, long unit) {
        return Math.multiplyExact(bytes / unit + (bytes % unit == 0 ? 0 : 1), unit);
    }
}
