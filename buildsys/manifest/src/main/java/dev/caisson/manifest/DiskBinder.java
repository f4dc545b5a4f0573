package dev.caisson.manifest;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Guid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Binds initrd, file system, verity and partitions. */
final class DiskBinder {
    private final Fields root;
    private final Findings findings;

    DiskBinder(Fields root) {
        this.root = root;
        this.findings = root.findings();
    }

    InitrdSpec initrd() {
        Fields initrd = root.map("initrd");
        InitrdCompression compression = initrd.choice("compression", InitrdCompression.class, InitrdCompression.ZSTD);
        int level = switch (compression) {
            case ZSTD -> level(initrd, compression.label(), 22, 12);
            case GZIP -> level(initrd, compression.label(), 9, 9);
            case NONE -> level(initrd, compression.label(), 0, 0);
        };
        return new InitrdSpec(
                initrd.choice("type", InitrdType.class, InitrdType.MINIMAL),
                RootBinder.distinct(initrd.texts("modules")),
                compression,
                level);
    }

    FilesystemSpec filesystem() {
        Fields filesystem = root.map("filesystem");
        FilesystemCompression compression =
                filesystem.choice("compression", FilesystemCompression.class, FilesystemCompression.LZ4HC);
        int level = switch (compression) {
            case LZ4HC -> level(filesystem, compression.label(), 12, 9);
            case ZSTD -> level(filesystem, compression.label(), 22, 6);
            case NONE, LZ4 -> level(filesystem, compression.label(), 0, 0);
        };
        return new FilesystemSpec(
                filesystem.choice("type", FilesystemType.class, FilesystemType.EROFS),
                compression,
                level,
                powerOfTwo(filesystem, "cluster-size", 256 << 10));
    }

    private int level(Fields fields, String compression, int max, int otherwise) {
        OptionalLong given = fields.whole("level");
        if (given.isPresent() && given.getAsLong() > max) {
            String message = max == 0
                    ? "compression " + compression + " has no \"level\""
                    : "\"level\" is " + given.getAsLong() + ", must be 1 to " + max + " for " + compression;
            findings.error(fields.at("level"), message, max == 0 ? "take it out" : "");
        }
        return (int) Math.min(given.orElse(otherwise), max);
    }

    private int powerOfTwo(Fields fields, String key, int otherwise) {
        long value = fields.size(key).orElse(otherwise);
        if (Long.bitCount(value) != 1) {
            String next = Sizes.format(Long.highestOneBit(value));
            findings.error(fields.at(key), "\"" + key + "\" must be a power of two", "the next smaller one is " + next);
        }
        return (int) value;
    }

    VeritySpec verity() {
        Fields verity = root.map("verity");
        boolean enabled = verity.flag("enabled", true);
        boolean signature = verity.flag("signature", false);
        if (signature && !enabled) {
            findings.error(verity.at("signature"), "\"signature\" needs verity to be enabled", "");
        }
        String hash = verity.text("hash", "sha256");
        return new VeritySpec(
                enabled,
                hash.equals("sha512") ? DigestAlgorithm.SHA512 : DigestAlgorithm.SHA256,
                powerOfTwo(verity, "data-block-size", 4096),
                powerOfTwo(verity, "hash-block-size", 4096),
                verity.choice("on-corruption", OnCorruption.class, OnCorruption.PANIC),
                signature);
    }

    LayoutSpec layout(VeritySpec verity) {
        if (root.node("layout") instanceof YamlNode.Scalar) {
            Optional<String> name = Optional.of(root.text("layout", "default"));
            return new LayoutSpec(name, Map.of(), List.of(), 512, OptionalLong.empty());
        }
        Fields layout = root.map("layout");
        boolean spelledOut = layout.has("partitions");
        if (spelledOut && (layout.has("name") || layout.has("sizes"))) {
            String key = layout.has("name") ? "name" : "sizes";
            findings.error(
                    layout.at(key),
                    "\"" + key + "\" is for a built-in layout, but \"partitions\" are spelled out",
                    "take one of them out");
        }
        List<PartitionSpec> partitions = partitions(layout);
        OptionalLong diskSize = layout.size("disk-size");
        if (spelledOut) {
            checkPartitions(layout, partitions, verity);
        }
        checkRest(partitions, diskSize);
        return new LayoutSpec(
                spelledOut ? Optional.empty() : Optional.of(layout.text("name", "default")),
                sizes(layout, diskSize),
                partitions,
                Integer.parseInt(layout.text("sector-size", "512")),
                diskSize);
    }

    private Map<String, PartitionSize> sizes(Fields layout, OptionalLong diskSize) {
        Map<String, PartitionSize> result = new LinkedHashMap<>();
        Fields sizes = layout.map("sizes");
        for (String role : sizes.map().entries().keySet()) {
            sizes.text(role).flatMap(PartitionSize::parse).ifPresent(size -> {
                if (size.kind() == PartitionSize.Kind.REST && !(role.equals("data") && diskSize.isPresent())) {
                    findings.error(sizes.at(role), "\"rest\" is for data only, and needs \"disk-size\"", "");
                }
                result.put(role, size);
            });
        }
        return result;
    }

    private List<PartitionSpec> partitions(Fields layout) {
        List<PartitionSpec> result = new ArrayList<>();
        for (Fields item : Items.maps(layout, "partitions")) {
            Items.bind(item, () -> partition(item)).ifPresent(result::add);
        }
        return result;
    }

    private static PartitionSpec partition(Fields item) throws Fields.Incomplete {
        List<PartitionAttribute> attributes = item.texts("attributes").stream()
                .flatMap(label -> Fields.constant(label, PartitionAttribute.class).stream())
                .distinct()
                .toList();
        return new PartitionSpec(
                item.required("label"),
                item.required("type"),
                item.text("size").flatMap(PartitionSize::parse).orElse(PartitionSize.of(PartitionSize.Kind.AUTO)),
                item.choice("content", PartitionContent.class).orElseThrow(Fields.Incomplete::new),
                item.text("slot").map(Slot::valueOf),
                attributes,
                item.text("uuid").map(Guid::parse),
                item.at());
    }

    private void checkPartitions(Fields layout, List<PartitionSpec> partitions, VeritySpec verity) {
        Map<String, Position> uuids = new HashMap<>();
        Map<PartitionContent, Position> contents = new HashMap<>();
        for (PartitionSpec partition : partitions) {
            partition
                    .uuid()
                    .ifPresent(u -> Items.unique(findings, uuids, "partition uuid", u.toString(), partition.at()));
            Position before = contents.putIfAbsent(partition.content(), partition.at());
            if (before != null && partition.content() != PartitionContent.EMPTY) {
                String label = partition.content().label();
                findings.error(
                        partition.at(),
                        "a second partition with content \"" + label + "\"",
                        "the first is at " + before + "; the other slot's content is \"empty\"");
            }
        }
        // Partitions that were found bad would be missed here; their own errors come first.
        if (partitions.size() == layout.items("partitions").size()) {
            need(layout, contents, PartitionContent.ESP, true);
            need(layout, contents, PartitionContent.ROOT, true);
            need(layout, contents, PartitionContent.ROOT_VERITY, verity.enabled());
            need(layout, contents, PartitionContent.ROOT_VERITY_SIG, verity.signature());
        }
    }

    private void need(
            Fields layout, Map<PartitionContent, Position> contents, PartitionContent content, boolean needed) {
        if (needed && !contents.containsKey(content)) {
            findings.error(layout.at("partitions"), "no partition with content \"" + content.label() + "\"", "");
        }
    }

    private void checkRest(List<PartitionSpec> partitions, OptionalLong diskSize) {
        for (int i = 0; i < partitions.size(); i++) {
            PartitionSpec partition = partitions.get(i);
            if (partition.size().kind() == PartitionSize.Kind.REST) {
                if (i < partitions.size() - 1) {
                    findings.error(partition.at(), "only the last partition can have size \"rest\"", "");
                } else if (diskSize.isEmpty()) {
                    findings.error(partition.at(), "size \"rest\" needs \"disk-size\" in the layout", "");
                }
            }
        }
    }
}
