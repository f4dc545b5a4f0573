package dev.caisson.engine.inspect;

import dev.caisson.erofs.ErofsSuperblock;
import dev.caisson.gpt.GptAttributes;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.PartitionTable;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.SectionHeader;
import dev.caisson.secureboot.AuthenticodeReport;
import dev.caisson.uki.UkiSection;
import dev.caisson.uki.UnifiedKernelImage;
import dev.caisson.verity.VerityLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An {@link Inspection} for people. For one use. */
public final class InspectionText {
    private final List<String> lines = new ArrayList<>();

    private InspectionText() {}

    /** Everything but files and packages, line by line. */
    public static List<String> of(Inspection inspection) throws IOException {
        InspectionText text = new InspectionText();
        text.overview(inspection);
        for (Inspection.Volume volume : inspection.volumes()) {
            text.volume(volume);
        }
        for (EfiProgram program : inspection.programs()) {
            text.program(program);
        }
        for (String damage : inspection.damages()) {
            text.lines.add("DAMAGED: " + damage);
        }
        return text.lines;
    }

    private void overview(Inspection inspection) {
        String line = inspection.name() + ": " + inspection.kind().label() + ", " + inspection.sizeBytes() + " bytes";
        if (inspection.table().isPresent()) {
            PartitionTable table = inspection.table().get().table();
            line += ", GPT " + table.diskGuid() + ", sectors of "
                    + table.sectorSize().bytes() + " bytes";
        }
        lines.add(line);
    }

    private void volume(Inspection.Volume volume) {
        if (volume.entry().isEmpty()) {
            if (!(volume.content() instanceof Content.Efi)) {
                lines.add("  " + describe(volume.content()));
            }
            return;
        }
        GptEntry entry = volume.entry().get();
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "partition %d  %s  %s  %s at %d",
                volume.number(),
                entry.name().isEmpty() ? "(no label)" : entry.name(),
                InspectionJson.typeName(entry),
                size(entry.sizeBytes()),
                entry.first().offsetBytes()));
        List<String> attributes = GptAttributes.names(entry.attributes());
        lines.add("  PARTUUID " + entry.unique() + (attributes.isEmpty() ? "" : ", " + String.join(", ", attributes)));
        lines.add("  " + describe(volume.content()));
    }

    private static String size(long bytes) {
        return bytes % (1 << 20) == 0
                ? bytes / (1 << 20) + " MiB"
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private static String describe(Content content) {
        if (content instanceof Content.Erofs erofs) {
            ErofsSuperblock s = erofs.image().superblock();
            return "EROFS " + s.uuid() + ", " + size(s.blocks() * s.blockSize()) + ", blocks of " + s.blockSize()
                    + ", compression " + InspectionJson.compression(s)
                    + (s.maxPclusterBlocks() > 1 ? " in clusters of up to " + s.maxPclusterBlocks() + " blocks" : "")
                    + ", " + erofs.image().tree().entries().size() + " files, " + s.inodes() + " inodes";
        } else if (content instanceof Content.Fat fat) {
            return fat.contents().type() + " " + InspectionJson.volumeId(fat)
                    + (fat.contents().label().isEmpty()
                            ? ""
                            : " " + fat.contents().label()) + ", "
                    + fat.contents().tree().entries().size() + " files, clusters of "
                    + fat.contents().clusterBytes() + ", "
                    + size(fat.contents().freeClusters() * fat.contents().clusterBytes()) + " free";
        } else if (content instanceof Content.Verity verity) {
            VerityLayout layout = verity.superblock().layout();
            return "dm-verity " + verity.superblock().uuid() + ", " + layout.parameters() + ", " + layout.dataBlocks()
                    + " data blocks, " + layout.hashBlocks() + " hash blocks";
        } else if (content instanceof Content.Damaged damaged) {
            return "DAMAGED " + damaged.kind().label() + ": " + damaged.problem();
        }
        return content instanceof Content.Other other
                ? other.name()
                : content instanceof Content.Efi ? "EFI program" : "empty";
    }

    private void program(EfiProgram program) throws IOException {
        lines.add("");
        String kind = program.isKernelImage() ? "kernel image" : "boot loader";
        lines.add(kind + "  " + program.path() + "  " + program.content().size() + " bytes");
        if (program.image().isEmpty()) {
            return;
        }
        PeImage image = program.image().get();
        if (program.kernelImage().isPresent()) {
            kernel(program.kernelImage().get());
        }
        List<String> sections = new ArrayList<>();
        for (SectionHeader section : image.sections()) {
            sections.add(section.name() + " " + section.contentSize());
        }
        lines.add("  sections      " + String.join(", ", sections));
        List<AuthenticodeReport.Signature> signatures = InspectionJson.signaturesOf(image);
        if (signatures.isEmpty()) {
            lines.add("  signature     none");
        }
        for (AuthenticodeReport.Signature signature : signatures) {
            lines.add("  signature     "
                    + signature.signer().map(EfiVerifier::subject).orElse("by somebody unnamed") + ", "
                    + signature.problem().orElse(signature.digestMatches() ? "digest ok" : "DIGEST IS WRONG"));
        }
    }

    private void kernel(UnifiedKernelImage kernel) throws IOException {
        lines.add("  kernel        " + kernel.text(UkiSection.UNAME).orElse("of unknown version")
                + (kernel.stubVersion().isPresent()
                        ? ", systemd-stub " + kernel.stubVersion().getAsInt()
                        : ""));
        lines.add("  command line  " + kernel.cmdline().orElse("none"));
        String indent = "  os-release    ";
        for (String line : kernel.osRelease().orElse("none").lines().toList()) {
            lines.add(indent + line);
            indent = "                ";
        }
    }
}
