package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Guid;
import dev.caisson.engine.image.DiskLayout;
import dev.caisson.fat.FatContents;
import dev.caisson.fat.FatReader;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.GptReader;
import dev.caisson.gpt.GptReading;
import dev.caisson.gpt.PartitionTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/** Checks a disk: its tables, the EFI system partition, every root that a kernel image names, and that the rest is empty. */
final class DiskVerifier {
    private static final Set<Guid> SYSTEM_TYPES =
            Set.of(DiscoverablePartitionTypes.ESP, DiscoverablePartitionTypes.XBOOTLDR);

    private final ByteSource disk;
    private final EfiVerifier programs;
    private final ParallelReads reads;
    private final Findings findings;
    private final UnusedSpace unused;
    private final List<Deferred> deferred = new ArrayList<>();
    private int kernelImages;
    private boolean bootable;

    /** A check whose reads have been started; called once, in the order of the report. */
    @FunctionalInterface
    interface Deferred {
        /** Waits for the reads and says what they found. */
        void report(Findings findings) throws Exception;
    }

    /**
     * A partition and its bytes.
     *
     * @param number counted from 1
     * @param entry the table's
     * @param source its bytes
     */
    record Partition(int number, GptEntry entry, ByteSource source) {
        String where() {
            return "partition " + number + " " + entry.name();
        }

        /** A place in it, for messages. */
        String place(long offset) {
            return "offset 0x" + Long.toHexString(offset) + " of " + where() + ", disk offset 0x"
                    + Long.toHexString(entry.first().offsetBytes() + offset);
        }

        boolean isEmptySlot() {
            return entry.name().equals(DiskLayout.EMPTY_LABEL);
        }
    }

    DiskVerifier(ByteSource disk, EfiVerifier programs, ParallelReads reads, Findings findings) {
        this.disk = disk;
        this.programs = programs;
        this.reads = reads;
        this.unused = new UnusedSpace(reads);
        this.findings = findings;
    }

    /** Does the short checks and starts the long ones, which the result reports. */
    List<Deferred> verify() throws IOException {
        GptReading reading;
        try {
            reading = GptReader.read(disk);
        } catch (IOException e) {
            findings.failed("GPT", "disk", Findings.message(e));
            for (Throwable backup : e.getSuppressed()) {
                findings.failed("GPT", "disk", backup.getMessage());
            }
            return List.of();
        }
        tables(reading);
        UnusedSpace.bootCode(disk, findings);
        List<Partition> partitions = partitions(reading.table());
        List<RootReference> references = systemPartitions(partitions);
        if (bootable) {
            findings.require("kernel images", "disk", kernelImages > 0, kernelImages + " found");
        } else {
            findings.notChecked("kernel images", "disk", "no EFI system partition can be read");
        }
        new RootVerifier(partitions, reads, findings, deferred).verify(references);
        for (Partition partition : partitions) {
            rest(partition);
        }
        gaps(reading.table(), partitions);
        return deferred;
    }

    private void rest(Partition partition) throws IOException {
        ByteSource source = partition.source();
        if (partition.isEmptySlot()) {
            deferred.add(unused.zeros("slot empty", partition.where(), source, 0, source.size(), partition::place));
        } else if (ImageKind.detect(source) == ImageKind.UNKNOWN
                && !SYSTEM_TYPES.contains(partition.entry().type())
                && !RootVerifier.isType(partition, false)
                && !RootVerifier.isType(partition, true)) {
            deferred.add(unused.data(partition.where(), source, partition::place));
        }
    }

    private void tables(GptReading reading) {
        for (GptReading.Part part : GptReading.Part.values()) {
            String name = switch (part) {
                case PROTECTIVE_MBR -> "protective MBR";
                case PRIMARY -> "GPT primary";
                case BACKUP -> "GPT backup";
            };
            String where = switch (part) {
                case PROTECTIVE_MBR -> "LBA 0";
                case PRIMARY -> "LBA 1";
                case BACKUP -> "end of the disk";
            };
            List<String> damages = reading.damages().stream()
                    .filter(damage -> damage.part() == part)
                    .map(damage -> damage.cause().getMessage())
                    .toList();
            String good = part == GptReading.Part.PROTECTIVE_MBR
                    ? "covers the disk"
                    : "checksums of header and " + reading.table().entries().size() + " partitions";
            findings.require(name, where, damages.isEmpty(), damages.isEmpty() ? good : String.join("; ", damages));
        }
    }

    private List<Partition> partitions(PartitionTable table) {
        List<Partition> partitions = new ArrayList<>();
        for (Map.Entry<Integer, GptEntry> entry : table.entries().entrySet()) {
            GptEntry gpt = entry.getValue();
            long offset = gpt.first().offsetBytes();
            if (offset > disk.size() || gpt.sizeBytes() > disk.size() - offset) {
                findings.failed(
                        "partition place",
                        "partition " + entry.getKey() + " " + gpt.name(),
                        "ends at byte " + (offset + gpt.sizeBytes()) + ", the disk at " + disk.size());
            } else {
                partitions.add(new Partition(entry.getKey(), gpt, disk.slice(offset, gpt.sizeBytes())));
            }
        }
        return partitions;
    }

    private List<RootReference> systemPartitions(List<Partition> partitions) throws IOException {
        Set<RootReference> references = new LinkedHashSet<>();
        boolean loader = false;
        for (Partition partition : partitions) {
            if (SYSTEM_TYPES.contains(partition.entry().type())) {
                boolean esp = partition.entry().type().equals(DiscoverablePartitionTypes.ESP);
                loader |= esp;
                references.addAll(fileSystem(partition.source(), partition.where(), esp, partition::place));
            }
        }
        if (!loader) {
            findings.failed("EFI system partition", "disk", "there is none");
        }
        return List.copyOf(references);
    }

    /** Checks a FAT file system on its own. */
    List<Deferred> fileSystem(ByteSource source, String where) throws IOException {
        fileSystem(source, where, true, at -> "offset 0x" + Long.toHexString(at));
        return deferred;
    }

    /** Checks a FAT file system that boots, and all programs in it. */
    private List<RootReference> fileSystem(ByteSource source, String where, boolean esp, LongFunction<String> place)
            throws IOException {
        FatContents contents;
        try {
            contents = FatReader.read(source);
        } catch (IOException e) {
            findings.failed("FAT", where, Findings.message(e));
            return List.of();
        }
        bootable = true;
        findings.ok(
                "FAT",
                where,
                contents.type() + ", tables equal, " + contents.tree().entries().size() + " entries, chains whole");
        deferred.add(unused.fat(where, source, contents, place));
        List<EfiProgram> all = EfiProgram.all(contents.tree());
        if (esp) {
            Optional<EfiProgram> loader =
                    all.stream().filter(EfiProgram::isFallback).findFirst();
            findings.require(
                    "boot loader",
                    where,
                    loader.isPresent(),
                    loader.map(EfiProgram::path).orElse("there is no /EFI/BOOT/BOOT*.EFI"));
        }
        List<RootReference> references = new ArrayList<>();
        for (EfiProgram program : all) {
            Optional<RootReference> reference = programs.verify(program, where + " " + program.path());
            reference.ifPresent(references::add);
            kernelImages += program.isKernelImage() ? 1 : 0;
        }
        return references;
    }

    private void gaps(PartitionTable table, List<Partition> partitions) {
        int sector = table.sectorSize().bytes();
        List<Partition> sorted = new ArrayList<>(partitions);
        sorted.sort(Comparator.comparing(partition -> partition.entry().first()));
        long at = table.firstUsable().offsetBytes();
        for (Partition partition : sorted) {
            gap(at, partition.entry().first().offsetBytes());
            at = partition.entry().last().offsetBytes() + sector;
        }
        gap(at, Math.min(disk.size(), table.lastUsable().offsetBytes() + sector));
    }

    private void gap(long from, long to) {
        if (from < to) {
            String where = "bytes " + from + " to " + to;
            deferred.add(
                    unused.zeros("unused space", where, disk, from, to, at -> "disk offset 0x" + Long.toHexString(at)));
        }
    }
}
