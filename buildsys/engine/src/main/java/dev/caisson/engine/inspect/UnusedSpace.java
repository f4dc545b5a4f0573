package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.inspect.DiskVerifier.Deferred;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.fat.FatContents;
import dev.caisson.fat.FatPlan;
import dev.caisson.fat.FatPlanException;
import dev.caisson.fat.FatPlanner;
import dev.caisson.fat.FatVolume;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** Checks that nothing hides where nothing should be. */
final class UnusedSpace {
    private static final String NAME = "unused space";
    private static final int SECTOR = 512;

    /** Whatever writes to a file system or installs boot code changes more than this; damage changes less. */
    private static final int ISOLATED = 16;

    /** Every file system has something in its first bytes; btrfs' superblock, at 64 KiB, comes last. */
    private static final long HEAD_BYTES = 128 << 10;

    private static final int MBR_CODE_BYTES = 446;

    private final ParallelReads reads;

    UnusedSpace(ParallelReads reads) {
        this.reads = reads;
    }

    /** Starts reading a part that must be all zeros. */
    Deferred zeros(String name, String where, ByteSource source, long from, long to, LongFunction<String> place) {
        List<WorkPool.Item<OptionalLong>> items = reads.forkZeroScan(source, from, to);
        return out -> {
            try {
                OptionalLong found = first(items);
                out.require(
                        name,
                        where,
                        found.isEmpty(),
                        found.isEmpty()
                                ? (to - from) + " zero bytes"
                                : "has other bytes than zeros, first at " + place.apply(found.getAsLong()));
            } catch (IOException e) {
                out.failed(name, where, Findings.message(e));
            }
        };
    }

    private static OptionalLong first(List<WorkPool.Item<OptionalLong>> items) throws Exception {
        for (WorkPool.Item<OptionalLong> item : items) {
            OptionalLong found = item.get();
            if (found.isPresent()) {
                return found;
            }
        }
        return OptionalLong.empty();
    }

    /** A partition for data of the machine: empty, or a file system of its own, which is not looked into. */
    Deferred data(String where, ByteSource source, LongFunction<String> place) throws IOException {
        long head = Math.min(HEAD_BYTES, source.size());
        if (ParallelReads.firstNonZero(source, 0, head).isPresent()) {
            return out -> out.notChecked("data partition", where, "holds data of a machine, which nothing vouches for");
        }
        return zeros("data partition", where, source, 0, source.size(), place);
    }

    /** The part of the first sector that a BIOS would start. Boot code fills it; a few bytes are damage. */
    static void bootCode(ByteSource disk, Findings findings) throws IOException {
        byte[] code = disk.read(0, (int) Math.min(MBR_CODE_BYTES, disk.size()));
        int used = 0;
        int first = -1;
        for (int i = 0; i < code.length; i++) {
            if (code[i] != 0) {
                first = first < 0 ? i : first;
                used++;
            }
        }
        if (used > ISOLATED) {
            findings.notChecked("boot code", "LBA 0", "there is some, which nothing vouches for");
        } else if (used > 0) {
            findings.failed(
                    NAME, "LBA 0", "has other bytes than zeros, first at disk offset 0x" + Integer.toHexString(first));
        }
    }

    /**
     * Compares a FAT file system with what this program writes for the same files. Damage where that has zeros is reported.
     * When more differs, something has written to it (boot counting does), and then old contents may be anywhere.
     */
    Deferred fat(String where, ByteSource source, FatContents contents, LongFunction<String> place) throws IOException {
        Optional<ByteSource> plan = plan(source, contents);
        if (plan.isEmpty()) {
            return out -> out.notChecked(NAME, where, "it is none that this program writes");
        }
        long size = Math.min(source.size(), plan.get().size());
        ByteSource counted = reads.counted(source);
        List<WorkPool.Item<List<Long>>> items =
                reads.forkRanges(size, 1, (first, count) -> differing(counted, plan.get(), first, count));
        return out -> {
            List<Long> sectors = new ArrayList<>();
            try {
                for (WorkPool.Item<List<Long>> item : items) {
                    sectors.addAll(item.get());
                }
                report(out, where, sectors, plan.get(), place);
            } catch (IOException e) {
                out.failed(NAME, where, Findings.message(e));
            }
        };
    }

    private static Optional<ByteSource> plan(ByteSource source, FatContents contents) throws IOException {
        byte[] boot = source.read(0, SECTOR);
        int sector = (boot[11] & 0xff) | (boot[12] & 0xff) << 8;
        try {
            FatVolume volume = new FatVolume(
                    source.size(), sector, contents.volumeId(), contents.label(), Optional.of(contents.type()));
            FatPlan plan = FatPlanner.plan(withRootTime(contents.tree()), volume);
            return Optional.of(DiskImage.of(plan.size(), plan.regions()).asSource());
        } catch (FatPlanException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** FAT's root directory has no time of its own, but the label's entry has; it is that of the other entries. */
    private static FileTree withRootTime(FileTree tree) {
        Inode root = tree.get(TreePath.ROOT).orElseThrow();
        long time = tree.children(TreePath.ROOT).stream()
                .findFirst()
                .flatMap(tree::get)
                .orElse(root)
                .attributes()
                .mtimeSeconds();
        return tree.toBuilder()
                .put(TreePath.ROOT, root.with(root.attributes().withMtime(time, 0)))
                .build();
    }

    private static List<Long> differing(ByteSource a, ByteSource b, long from, long length) throws IOException {
        List<Long> sectors = new ArrayList<>();
        int piece = (int) Math.min(256 << 10, length);
        byte[] left = new byte[piece];
        byte[] right = new byte[piece];
        for (long at = from; at < from + length && sectors.size() <= ISOLATED; at += piece) {
            int count = (int) Math.min(piece, from + length - at);
            a.readFully(at, ByteBuffer.wrap(left, 0, count));
            b.readFully(at, ByteBuffer.wrap(right, 0, count));
            int next = 0;
            while (next < count && sectors.size() <= ISOLATED) {
                int index = Arrays.mismatch(left, next, count, right, next, count);
                if (index < 0) {
                    break;
                }
                sectors.add((at + next + index) / SECTOR * SECTOR);
                next = (next + index) / SECTOR * SECTOR + SECTOR;
            }
        }
        return sectors;
    }

    private static void report(
            Findings out, String where, List<Long> sectors, ByteSource plan, LongFunction<String> place)
            throws IOException {
        if (sectors.isEmpty()) {
            out.ok(NAME, where, "as this program writes it");
            return;
        }
        boolean unused = sectors.size() <= ISOLATED;
        for (long sector : sectors) {
            unused &= ParallelReads.firstNonZero(plan, sector, Math.min(SECTOR, plan.size() - sector))
                    .isEmpty();
        }
        if (unused) {
            out.failed(NAME, where, "has other bytes than zeros in the sector at " + place.apply(sectors.get(0)));
        } else {
            out.notChecked(
                    NAME,
                    where,
                    "something else has written to the file system, the sector at " + place.apply(sectors.get(0))
                            + " for example; no file and no table is damaged");
        }
    }
}
