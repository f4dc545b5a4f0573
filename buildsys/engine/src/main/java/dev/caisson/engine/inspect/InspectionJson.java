package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.erofs.ErofsSuperblock;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.GptAttributes;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.PartitionTable;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.SectionHeader;
import dev.caisson.secureboot.AuthenticodeReport;
import dev.caisson.secureboot.AuthenticodeVerifier;
import dev.caisson.uki.UkiSection;
import dev.caisson.uki.UnifiedKernelImage;
import dev.caisson.verity.VerityParameters;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** An {@link Inspection} as JSON. */
public final class InspectionJson {
    private InspectionJson() {}

    /** Everything but files and packages. */
    public static JsonObject of(Inspection inspection) throws IOException {
        JsonObject all = JsonObject.of()
                .put("file", inspection.name())
                .put("kind", inspection.kind().label())
                .put("size", inspection.sizeBytes());
        if (inspection.table().isPresent()) {
            PartitionTable table = inspection.table().get().table();
            all.put(
                    "disk",
                    JsonObject.of()
                            .put("guid", table.diskGuid().toString())
                            .put("sectorSize", table.sectorSize().bytes())
                            .put("sectors", table.diskSectors()));
            JsonArray partitions = JsonArray.of();
            for (Inspection.Volume volume : inspection.volumes()) {
                partitions.add(partition(volume));
            }
            all.put("partitions", partitions);
        } else {
            all.put("content", content(inspection.volumes().get(0).content()));
        }
        JsonArray kernels = JsonArray.of();
        JsonArray loaders = JsonArray.of();
        for (EfiProgram program : inspection.programs()) {
            (program.isKernelImage() ? kernels : loaders).add(program(program));
        }
        return all.put("kernelImages", kernels).put("bootLoaders", loaders).putStrings("damages", inspection.damages());
    }

    private static JsonObject partition(Inspection.Volume volume) {
        GptEntry entry = volume.entry().orElseThrow();
        return JsonObject.of()
                .put("number", volume.number())
                .put("label", entry.name())
                .put("type", typeName(entry))
                .put("typeGuid", entry.type().toString())
                .put("guid", entry.unique().toString())
                .put("offset", entry.first().offsetBytes())
                .put("size", entry.sizeBytes())
                .putStrings("attributes", GptAttributes.names(entry.attributes()))
                .put("content", content(volume.content()));
    }

    /** The name that systemd uses for the partition's type, or the GUID itself. */
    static String typeName(GptEntry entry) {
        return DiscoverablePartitionTypes.name(entry.type())
                .orElseGet(() -> entry.type().toString());
    }

    private static JsonObject content(Content content) {
        if (content instanceof Content.Erofs erofs) {
            return erofs(erofs);
        } else if (content instanceof Content.Fat fat) {
            return JsonObject.of()
                    .put("kind", "fat")
                    .put("type", fat.contents().type().toString())
                    .put("label", fat.contents().label())
                    .put("volumeId", volumeId(fat))
                    .put("clusterSize", fat.contents().clusterBytes())
                    .put("clusters", fat.contents().clusters())
                    .put("freeClusters", fat.contents().freeClusters())
                    .put("files", fat.contents().tree().entries().size());
        } else if (content instanceof Content.Verity verity) {
            VerityParameters p = verity.superblock().layout().parameters();
            return JsonObject.of()
                    .put("kind", "verity")
                    .put("uuid", verity.superblock().uuid().toString())
                    .put("format", p.format().number())
                    .put("algorithm", p.algorithm().label())
                    .put("dataBlockSize", p.dataBlockSize())
                    .put("hashBlockSize", p.hashBlockSize())
                    .put("dataBlocks", verity.superblock().layout().dataBlocks())
                    .put("hashBlocks", verity.superblock().layout().hashBlocks())
                    .put("salt", HexFormat.of().formatHex(p.salt()));
        } else if (content instanceof Content.Damaged damaged) {
            return JsonObject.of()
                    .put("kind", "damaged")
                    .put("expected", damaged.kind().label())
                    .put("problem", damaged.problem());
        }
        String kind = content instanceof Content.Other other
                ? other.name()
                : content instanceof Content.Efi ? "efi" : "empty";
        return JsonObject.of().put("kind", kind);
    }

    /** The serial number as everybody prints it. */
    static String volumeId(Content.Fat fat) {
        long id = fat.contents().volumeId();
        return String.format(Locale.ROOT, "%04X-%04X", id >>> 16, id & 0xffff);
    }

    private static JsonObject erofs(Content.Erofs erofs) {
        ErofsSuperblock s = erofs.image().superblock();
        return JsonObject.of()
                .put("kind", "erofs")
                .put("uuid", s.uuid().toString())
                .put("label", s.label())
                .put("blockSize", s.blockSize())
                .put("blocks", s.blocks())
                .put("bytes", s.blocks() * s.blockSize())
                .put("compression", compression(s))
                .put("maxClusterSize", (long) s.maxPclusterBlocks() * s.blockSize())
                .put("inodes", s.inodes())
                .put("files", erofs.image().tree().entries().size())
                .put("buildTime", s.buildSeconds());
    }

    /** Names of the algorithms, bit 0 of feature_incompat says that there is any compression at all. */
    static String compression(ErofsSuperblock superblock) {
        if ((superblock.incompatibleFeatures() & 1) == 0) {
            return "none";
        }
        boolean lz4 = (superblock.algorithms() & 1) != 0;
        boolean zstd = (superblock.algorithms() & 8) != 0;
        return lz4 && zstd ? "lz4, zstd" : zstd ? "zstd" : "lz4";
    }

    private static JsonObject program(EfiProgram program) throws IOException {
        JsonObject object = JsonObject.of()
                .put("path", program.path())
                .put("size", program.content().size());
        program.problem().ifPresent(problem -> object.put("problem", problem.getMessage()));
        if (program.kernelImage().isPresent()) {
            UnifiedKernelImage kernel = program.kernelImage().get();
            object.putOptional("kernelVersion", kernel.text(UkiSection.UNAME))
                    .putOptional("commandLine", kernel.cmdline())
                    .putOptional("osRelease", kernel.osRelease());
            kernel.stubVersion().ifPresent(version -> object.put("stubVersion", version));
        }
        if (program.image().isPresent()) {
            PeImage image = program.image().get();
            object.put("sections", sections(image)).put("signatures", signatures(image));
        }
        return object;
    }

    private static JsonArray sections(PeImage image) throws IOException {
        JsonArray sections = JsonArray.of();
        for (SectionHeader section : image.sections()) {
            ByteSource content = image.contents(section);
            sections.add(JsonObject.of()
                    .put("name", section.name())
                    .put("size", section.contentSize())
                    .put("offset", section.pointerToRawData())
                    .put("address", section.virtualAddress())
                    .put("sha256", DigestAlgorithm.SHA256.of(content).hex()));
        }
        return sections;
    }

    /** The signatures by themselves; nobody is trusted here. */
    static List<AuthenticodeReport.Signature> signaturesOf(PeImage image) throws IOException {
        return image.certificates().isEmpty() || !image.gapless()
                ? List.of()
                : AuthenticodeVerifier.verify(image, List.of()).signatures();
    }

    private static JsonArray signatures(PeImage image) throws IOException {
        JsonArray signatures = JsonArray.of();
        for (AuthenticodeReport.Signature signature : signaturesOf(image)) {
            JsonObject object = JsonObject.of();
            signature.signer().ifPresent(signer -> object.put("subject", EfiVerifier.subject(signer)));
            object.put("digestOk", signature.digestMatches());
            signature.problem().ifPresent(problem -> object.put("problem", problem));
            signatures.add(object);
        }
        return signatures;
    }
}
