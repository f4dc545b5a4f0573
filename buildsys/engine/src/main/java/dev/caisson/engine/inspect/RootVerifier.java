package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.engine.inspect.DiskVerifier.Deferred;
import dev.caisson.engine.inspect.DiskVerifier.Partition;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsImage;
import dev.caisson.erofs.ErofsReader;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityMismatch;
import dev.caisson.verity.VerityPlan;
import dev.caisson.verity.VeritySuperblock;
import dev.caisson.verity.VerityVerifier;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks root file systems and their hash trees against what the kernels' command lines say. */
final class RootVerifier {
    private final List<Partition> partitions;
    private final ParallelReads reads;
    private final UnusedSpace unused;
    private final Findings findings;
    private final List<Deferred> deferred;
    private final Set<Integer> fileSystemsDone = new HashSet<>();
    private final Set<Integer> hashDevicesDone = new HashSet<>();

    RootVerifier(List<Partition> partitions, ParallelReads reads, Findings findings, List<Deferred> deferred) {
        this.partitions = partitions;
        this.reads = reads;
        this.unused = new UnusedSpace(reads);
        this.findings = findings;
        this.deferred = deferred;
    }

    void verify(List<RootReference> references) throws IOException {
        for (RootReference reference : references) {
            if (reference.rootHash().isPresent()) {
                verity(reference);
            } else if (reference.rootLabel().isPresent()) {
                byLabel("root partition", reference.rootLabel().get()).ifPresent(this::fileSystem);
            }
        }
        leftovers();
    }

    /**
     * Roots and hash devices that no readable kernel image names. Where both are there, their PARTUUIDs give a root hash: not a
     * trusted one, but enough to find damage.
     */
    private void leftovers() throws IOException {
        Optional<Partition> root = partitions.stream()
                .filter(partition -> isType(partition, false) && !partition.isEmptySlot())
                .filter(partition -> !fileSystemsDone.contains(partition.number()))
                .findFirst();
        Optional<Partition> hash = partitions.stream()
                .filter(partition -> isType(partition, true) && !partition.isEmptySlot())
                .filter(partition -> !hashDevicesDone.contains(partition.number()))
                .findFirst();
        if (hash.isPresent()) {
            findings.failed(
                    "verity root hash",
                    hash.get().where(),
                    "no kernel image that can be read has roothash= for it"
                            + (root.isPresent() ? "; below, the PARTUUIDs are taken for it" : ""));
        }
        if (root.isPresent() && hash.isPresent()) {
            tree(ofPartitionGuids(root.get(), hash.get()), root.get(), hash.get());
        }
        for (Partition partition : partitions) {
            if (isType(partition, false) && !partition.isEmptySlot()) {
                fileSystem(partition);
            }
        }
    }

    private static RootReference ofPartitionGuids(Partition root, Partition hash) {
        byte[] rootHash = Arrays.copyOf(root.entry().unique().textOrder(), 2 * Guid.SIZE);
        System.arraycopy(hash.entry().unique().textOrder(), 0, rootHash, Guid.SIZE, Guid.SIZE);
        return new RootReference(Optional.of(rootHash), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    /** Whether the type says root or /usr, or the hash device of one. */
    static boolean isType(Partition partition, boolean hashes) {
        Guid type = partition.entry().type();
        for (DiscoverablePartitionTypes.ForArchitecture types :
                List.of(DiscoverablePartitionTypes.X86_64, DiscoverablePartitionTypes.ARM64)) {
            Guid root = hashes ? types.rootVerity() : types.root();
            Guid usr = hashes ? types.usrVerity() : types.usr();
            if (type.equals(root) || type.equals(usr)) {
                return true;
            }
        }
        return false;
    }

    private void verity(RootReference reference) throws IOException {
        Optional<Partition> root = find("root partition", reference.rootLabel(), reference.rootGuid());
        Optional<Partition> hash = find("hash partition", reference.hashLabel(), reference.hashGuid());
        hash.ifPresent(partition -> hashDevicesDone.add(partition.number()));
        if (root.isPresent() && hash.isPresent()) {
            tree(reference, root.get(), hash.get());
        }
        root.ifPresent(this::fileSystem);
    }

    /** By label where the command line names one; the PARTUUID must be the half of the root hash in any case. */
    private Optional<Partition> find(String name, Optional<String> label, Optional<Guid> guid) {
        if (label.isEmpty() && guid.isEmpty()) {
            findings.failed(name, "disk", "the command line names none, and the root hash is too short to say which");
            return Optional.empty();
        }
        Optional<Partition> found = label.isPresent() ? byLabel(name, label.get()) : byGuid(name, guid.get());
        if (found.isPresent() && guid.isPresent()) {
            Guid actual = found.get().entry().unique();
            boolean same = actual.equals(guid.get());
            findings.require(
                    name.replace("partition", "PARTUUID"),
                    found.get().where(),
                    same,
                    same
                            ? actual + ", as the root hash says"
                            : "is " + actual + ", expected " + guid.get() + ", a half of the root hash");
        }
        return found;
    }

    private Optional<Partition> byLabel(String name, String label) {
        List<Partition> found = partitions.stream()
                .filter(partition -> partition.entry().name().equals(label))
                .toList();
        findings.require(
                name,
                found.isEmpty() ? "disk" : found.get(0).where(),
                found.size() == 1,
                found.size() == 1
                        ? "found by its label"
                        : (found.isEmpty() ? "no partition has" : found.size() + " partitions have") + " the label "
                                + label + " of the command line");
        return found.stream().findFirst();
    }

    private Optional<Partition> byGuid(String name, Guid guid) {
        Optional<Partition> found = partitions.stream()
                .filter(partition -> partition.entry().unique().equals(guid))
                .findFirst();
        findings.require(
                name,
                found.map(Partition::where).orElse("disk"),
                found.isPresent(),
                found.isPresent() ? "found by its PARTUUID" : "no partition has the PARTUUID " + guid);
        return found;
    }

    private void tree(RootReference reference, Partition root, Partition hash) throws IOException {
        VerityLayout layout = null;
        long treeOffset = 0;
        try {
            VeritySuperblock superblock = VeritySuperblock.readFrom(hash.source(), 0);
            layout = superblock.layout();
            treeOffset = VerityPlan.treeOffset(layout.parameters(), true, 0);
            superblock(reference, hash, superblock, treeOffset);
        } catch (FormatException e) {
            findings.failed("verity superblock", hash.where(), e.getMessage());
        }
        if (reference.table().isPresent()) {
            // The kernel sees only the table of the signed command line, so that is what the blocks are checked with.
            layout = reference.table().get().layout();
            treeOffset = reference.table().get().treeOffset();
        }
        if (layout != null) {
            blocks(reference, layout, treeOffset, root, hash);
        } else {
            findings.notChecked("verity tree", hash.where(), "without a superblock its parameters are not known");
        }
    }

    private void superblock(RootReference reference, Partition hash, VeritySuperblock superblock, long treeOffset) {
        VerityLayout layout = superblock.layout();
        String found = layout.parameters() + ", " + layout.dataBlocks() + " data blocks";
        if (reference.table().isEmpty()) {
            findings.ok("verity superblock", hash.where(), found);
            return;
        }
        RootReference.Table table = reference.table().get();
        boolean same = table.layout().equals(layout) && table.treeOffset() == treeOffset;
        findings.require(
                "verity superblock",
                hash.where(),
                same,
                same
                        ? found + ", as the command line says"
                        : "has " + found + ", tree at " + treeOffset + "; the command line has "
                                + table.layout().parameters() + ", "
                                + table.layout().dataBlocks()
                                + " data blocks, tree at " + table.treeOffset());
    }

    private void blocks(RootReference reference, VerityLayout layout, long treeOffset, Partition root, Partition hash)
            throws IOException {
        VerityVerifier verifier;
        Optional<VerityMismatch> inTree;
        try {
            verifier = new VerityVerifier(
                    layout,
                    reads.counted(root.source()),
                    hash.source(),
                    treeOffset,
                    reference.rootHash(layout.parameters().algorithm()));
            inTree = verifier.verifyTree();
        } catch (IOException e) {
            findings.failed("verity tree", hash.where(), Findings.message(e));
            return;
        }
        findings.require(
                "verity tree",
                hash.where(),
                inTree.isEmpty(),
                inTree.map(mismatch -> describe(mismatch, hash) + " has another digest than "
                                + (mismatch.level() == layout.levels() - 1
                                        ? "the root hash says"
                                        : "the level above says"))
                        .orElse(layout.levels() + " levels, " + layout.hashBlocks() + " blocks up to the root hash"));
        if (inTree.isPresent()) {
            findings.notChecked("verity data", root.where(), "the tree is wrong, so it says nothing about the data");
        } else {
            data(verifier, root);
        }
        unused(hash, layout, treeOffset);
        unusedBehind(root, layout.dataBlocks() * layout.parameters().dataBlockSize());
    }

    private static String describe(VerityMismatch mismatch, Partition partition) {
        String what = mismatch.isData()
                ? "data block " + mismatch.block()
                : "hash block " + mismatch.block() + " of level " + mismatch.level();
        return what + " at " + partition.place(mismatch.offsetBytes());
    }

    private void data(VerityVerifier verifier, Partition root) {
        long blocks = verifier.layout().dataBlocks();
        int blockSize = verifier.layout().parameters().dataBlockSize();
        List<WorkPool.Item<Optional<VerityMismatch>>> items = reads.forkRanges(blocks, blockSize, verifier::verifyData);
        deferred.add(out -> {
            VerityMismatch first = null;
            int ranges = 0;
            try {
                for (WorkPool.Item<Optional<VerityMismatch>> item : items) {
                    Optional<VerityMismatch> found = item.get();
                    ranges += found.isPresent() ? 1 : 0;
                    first = first == null ? found.orElse(null) : first;
                }
            } catch (IOException e) {
                out.failed("verity data", root.where(), Findings.message(e));
                return;
            }
            String good = blocks + " blocks of " + blockSize + " bytes";
            out.require(
                    "verity data",
                    root.where(),
                    first == null,
                    first == null
                            ? good
                            : describe(first, root) + " has another digest than the tree says"
                                    + (ranges > 1 ? ", and so have blocks in " + (ranges - 1) + " more places" : ""));
        });
    }

    private void unused(Partition hash, VerityLayout layout, long treeOffset) {
        long end = treeOffset + layout.treeSizeBytes();
        long start = Math.min(VeritySuperblock.SIZE, treeOffset);
        String where = hash.where() + " before the tree";
        deferred.add(unused.zeros("unused space", where, hash.source(), start, treeOffset, hash::place));
        unusedBehind(hash, end);
    }

    private void unusedBehind(Partition partition, long end) {
        long size = partition.source().size();
        if (end < size) {
            String where = partition.where() + " behind byte " + end;
            deferred.add(unused.zeros("unused space", where, partition.source(), end, size, partition::place));
        }
    }

    private void fileSystem(Partition partition) {
        if (fileSystemsDone.add(partition.number())) {
            deferred.add(fileSystem(reads, partition.source(), partition.where()));
        }
    }

    /** Starts reading a whole EROFS file system, contents of all files included. */
    static Deferred fileSystem(ParallelReads reads, ByteSource source, String where) {
        WorkPool.Item<ErofsImage> item = reads.fork(source.size(), () -> {
            ErofsImage image = ErofsReader.open(reads.counted(source));
            image.verify();
            return image;
        });
        return out -> {
            try {
                ErofsImage image = item.get();
                out.ok(
                        "EROFS superblock",
                        where,
                        "checksum, UUID " + image.superblock().uuid());
                out.ok("EROFS contents", where, image.superblock().inodes() + " inodes read in full");
            } catch (FormatException e) {
                boolean superblock = e.structure().startsWith("erofs_super_block")
                        || e.structure().equals("erofs image");
                if (!superblock) {
                    out.ok("EROFS superblock", where, "checksum");
                }
                out.failed(superblock ? "EROFS superblock" : "EROFS contents", where, e.getMessage());
            } catch (IOException e) {
                out.failed("EROFS contents", where, Findings.message(e));
            }
        };
    }
}
