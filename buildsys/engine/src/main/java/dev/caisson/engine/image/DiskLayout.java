package dev.caisson.engine.image;

import dev.caisson.bytes.Guid;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.BuildSeed;
import dev.caisson.engine.FailureCode;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.DoesNotFitException;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.GptPlanner;
import dev.caisson.gpt.PartitionLayout;
import dev.caisson.gpt.SectorSize;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.LayoutSpec;
import dev.caisson.manifest.PartitionAttribute;
import dev.caisson.manifest.PartitionContent;
import dev.caisson.manifest.PartitionSize;
import dev.caisson.manifest.PartitionSpec;
import dev.caisson.manifest.Slot;
import dev.caisson.manifest.Variant;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a variant's layout into partitions with places. The built-in layout is written out in the manifest's own terms, so that
 * both kinds go the same way: ESP; slot A with root and hash tree; slot B of the same sizes, labelled {@code _empty}; data.
 */
public final class DiskLayout {
    /** The label of a slot that systemd-sysupdate may fill. */
    public static final String EMPTY_LABEL = "_empty";

    /** The label of the built-in layout's data partition. */
    public static final String DATA_LABEL = "data";

    private static final String DATA_DISK_UNIT = "caisson-data-disk.service";
    private static final long MIB = 1 << 20;
    private static final long ESP_BYTES = 256 * MIB;
    private static final long DATA_BYTES = 256 * MIB;
    private static final int GROWTH_PERCENT = 150;
    private static final long SLOT_ALIGNMENT = 16 * MIB;

    private final Variant variant;
    private final List<PartitionSpec> partitions;
    private final Optional<PartitionSpec> data;

    /** The layout of a variant. */
    public DiskLayout(Variant variant) {
        this.variant = variant;
        List<PartitionSpec> all = variant.layout().partitions().isEmpty()
                ? builtIn(variant)
                : variant.layout().partitions();
        this.data =
                all.stream().filter(p -> p.content() == PartitionContent.DATA).findFirst();
        this.partitions = hasDataDisk()
                ? all.stream().filter(p -> p.content() != PartitionContent.DATA).toList()
                : all;
    }

    /** Whether the data partition lies on a disk of its own. */
    private boolean hasDataDisk() {
        return data.isPresent() && variant.ova().dataDiskBytes().isPresent();
    }

    /** Label of the root partition of slot A, which systemd-sysupdate matches: {@code <name>_<version>}. */
    public static String rootLabel(Variant variant) {
        return variant.name() + "_" + variant.version();
    }

    /** Label of the hash partition of slot A. */
    public static String verityLabel(Variant variant) {
        return rootLabel(variant) + "_verity";
    }

    private static List<PartitionSpec> builtIn(Variant variant) {
        LayoutSpec layout = variant.layout();
        PartitionSize esp = layout.sizes().getOrDefault("esp", PartitionSize.fixed(ESP_BYTES));
        PartitionSize root = layout.sizes().getOrDefault("root", PartitionSize.of(PartitionSize.Kind.AUTO));
        PartitionSize verity = layout.sizes().getOrDefault("root-verity", PartitionSize.of(PartitionSize.Kind.AUTO));
        PartitionSize data = layout.sizes().getOrDefault("data", PartitionSize.fixed(DATA_BYTES));
        List<PartitionSpec> all = new ArrayList<>();
        all.add(spec("esp", "esp", esp, PartitionContent.ESP, null, List.of()));
        List<PartitionAttribute> readOnly = List.of(PartitionAttribute.READ_ONLY);
        all.add(spec(rootLabel(variant), "root", root, PartitionContent.ROOT, Slot.A, readOnly));
        if (variant.verity().enabled()) {
            all.add(spec(verityLabel(variant), "root-verity", verity, PartitionContent.ROOT_VERITY, Slot.A, readOnly));
        }
        all.add(spec(EMPTY_LABEL, "root", root, PartitionContent.EMPTY, Slot.B, readOnly));
        if (variant.verity().enabled()) {
            all.add(spec(EMPTY_LABEL, "root-verity", verity, PartitionContent.EMPTY, Slot.B, readOnly));
        }
        all.add(spec(
                DATA_LABEL,
                "linux-generic",
                data,
                PartitionContent.DATA,
                null,
                List.of(PartitionAttribute.GROW_FILE_SYSTEM)));
        return all;
    }

    private static PartitionSpec spec(
            String label,
            String type,
            PartitionSize size,
            PartitionContent content,
            Slot slot,
            List<PartitionAttribute> attributes) {
        return new PartitionSpec(
                label, type, size, content, Optional.ofNullable(slot), attributes, Optional.empty(), null);
    }

    /** The partitions of the first disk as the manifest's terms say, in disk order. */
    public List<PartitionSpec> partitions() {
        return partitions;
    }

    /**
     * Sizes in bytes of what will be put in; 0 where nothing is.
     *
     * @param esp content of the ESP, for its minimum
     * @param root the root file system
     * @param verity the hash tree with its superblock
     */
    public record Contents(long esp, long root, long verity) {}

    /**
     * Gives every partition its place.
     *
     * @param rootHash gives root and hash partition their GUIDs (its first and last 16 bytes); empty without verity
     * @throws BuildException with {@link FailureCode#DOES_NOT_FIT} when something is larger than its room
     */
    public GptPlan plan(Contents contents, VerityParameters parameters, byte[] rootHash, BuildSeed seed)
            throws BuildException {
        long slot = partitions.stream()
                .filter(p -> p.content() == PartitionContent.ROOT)
                .mapToLong(p -> rootSlot(p.size(), contents.root))
                .findFirst()
                .orElse(0);
        List<dev.caisson.gpt.PartitionSpec> asked = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            PartitionSpec p = partitions.get(i);
            long content = contentOf(p.content(), contents);
            asked.add(new dev.caisson.gpt.PartitionSpec(
                    p.label(),
                    type(p),
                    unique(p, rootHash, seed, i),
                    content,
                    size(p, contents, slot, parameters),
                    attributes(p)));
        }
        try {
            return GptPlanner.plan(new PartitionLayout(
                    SectorSize.of(variant.layout().sectorSizeBytes()),
                    seed.uuid("disk"),
                    variant.layout().diskSizeBytes(),
                    PartitionLayout.DEFAULT_ALIGNMENT_BYTES,
                    asked));
        } catch (DoesNotFitException e) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    e.getMessage(),
                    "make it larger in the variant's layout, or remove packages or files",
                    e);
        } catch (IllegalArgumentException e) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "layout: " + e.getMessage(),
                    "a partition label has at most 36 characters; with the version in it, the variant's name must be"
                            + " short",
                    e);
        }
    }

    private static long contentOf(PartitionContent content, Contents contents) {
        return switch (content) {
            case ESP -> contents.esp;
            case ROOT -> contents.root;
            case ROOT_VERITY -> contents.verity;
            default -> 0;
        };
    }

    private static long rootSlot(PartitionSize size, long content) {
        return switch (size.kind()) {
            case FIXED -> size.bytes();
            case MINIMAL -> content;
            default -> roundUp(content * GROWTH_PERCENT / 100, SLOT_ALIGNMENT);
        };
    }

    private static long roundUp(long bytes, long multiple) {
        return (bytes + multiple - 1) / multiple * multiple;
    }

    private dev.caisson.gpt.PartitionSize size(
            PartitionSpec p, Contents contents, long rootSlot, VerityParameters parameters) {
        PartitionSize size = p.size();
        if (size.kind() == PartitionSize.Kind.FIXED) {
            return new dev.caisson.gpt.PartitionSize.Fixed(size.bytes());
        }
        if (size.kind() == PartitionSize.Kind.REST) {
            return new dev.caisson.gpt.PartitionSize.Rest(DATA_BYTES);
        }
        boolean hashes = p.type().endsWith("-verity");
        boolean root = p.type().equals("root") || p.type().equals("usr");
        if (root && rootSlot > 0) {
            return new dev.caisson.gpt.PartitionSize.Fixed(rootSlot);
        }
        if (hashes && rootSlot > 0) {
            VerityLayout largest = VerityLayout.ofDataSize(parameters, roundUp(rootSlot, parameters.dataBlockSize()));
            long needed =
                    size.kind() == PartitionSize.Kind.MINIMAL ? contents.verity : VerityPlan.sizeOf(largest, true, 0);
            return new dev.caisson.gpt.PartitionSize.Fixed(roundUp(Math.max(needed, 4096), MIB));
        }
        return switch (p.content()) {
            case ESP ->
                size.kind() == PartitionSize.Kind.MINIMAL
                        ? new dev.caisson.gpt.PartitionSize.Minimal()
                        : new dev.caisson.gpt.PartitionSize.Automatic(GROWTH_PERCENT, ESP_BYTES);
            default -> new dev.caisson.gpt.PartitionSize.Automatic(100, DATA_BYTES);
        };
    }

    private Guid type(PartitionSpec p) {
        boolean x86 = variant.architecture() == Arch.X86_64;
        DiscoverablePartitionTypes.ForArchitecture arch =
                x86 ? DiscoverablePartitionTypes.X86_64 : DiscoverablePartitionTypes.ARM64;
        Map<String, Guid> byArchitecture = Map.of(
                "root", arch.root(),
                "root-verity", arch.rootVerity(),
                "root-verity-sig", arch.rootVeritySig(),
                "usr", arch.usr(),
                "usr-verity", arch.usrVerity(),
                "usr-verity-sig", arch.usrVeritySig());
        Guid guid = byArchitecture.get(p.type());
        return guid != null ? guid : DiscoverablePartitionTypes.type(p.type()).orElseGet(() -> Guid.parse(p.type()));
    }

    private static Guid unique(PartitionSpec p, byte[] rootHash, BuildSeed seed, int index) {
        if (p.uuid().isPresent()) {
            return p.uuid().get();
        }
        if (rootHash.length >= 2 * Guid.SIZE && p.content() == PartitionContent.ROOT) {
            return Guid.ofTextOrder(java.util.Arrays.copyOf(rootHash, Guid.SIZE));
        }
        if (rootHash.length >= 2 * Guid.SIZE && p.content() == PartitionContent.ROOT_VERITY) {
            return Guid.ofTextOrder(
                    java.util.Arrays.copyOfRange(rootHash, rootHash.length - Guid.SIZE, rootHash.length));
        }
        return seed.uuid("partition " + index);
    }

    private static long attributes(PartitionSpec p) {
        long bits = 0;
        for (PartitionAttribute attribute : p.attributes()) {
            bits |= 1L << attribute.bit();
        }
        return bits;
    }

    /** The mount table that belongs to the layout. */
    public String fstab() {
        StringBuilder text = new StringBuilder("# Made by the image build; the root is mounted by the initrd.\n");
        if (data.isPresent()) {
            text.append("PARTLABEL=")
                    .append(data.get().label().replace("\\", "\\134").replace(" ", "\\040"))
                    .append(" /var ext4 ");
            // Slow disks and busy hosts: without /var nothing works, so waiting is better than giving up after 90
            // seconds.
            text.append("nodev,x-systemd.makefs,x-systemd.growfs,");
            text.append(
                    hasDataDisk()
                            ? "x-systemd.requires=" + DATA_DISK_UNIT + ","
                            : "x-systemd.after=systemd-repart.service,");
            text.append("x-systemd.device-timeout=10min 0 2\n");
        } else {
            text.append("tmpfs /var tmpfs nodev,mode=0755 0 0\n");
        }
        return text.toString();
    }

    /** The files that grow the data partition to the end of its disk, by path; none without one. */
    public Map<String, byte[]> growth() {
        if (data.isEmpty()) {
            return Map.of();
        }
        byte[] definition = ("[Partition]\nType=" + data.get().type() + "\nLabel="
                        + data.get().label() + "\nGrowFileSystem=yes\n")
                .getBytes(StandardCharsets.UTF_8);
        if (!hasDataDisk()) {
            return Map.of("/usr/lib/repart.d/50-data.conf", definition);
        }
        return Map.of(
                "/usr/lib/repart.data.d/50-data.conf",
                definition,
                "/usr/lib/systemd/system/" + DATA_DISK_UNIT,
                growthUnit(data.get().label()).getBytes(StandardCharsets.UTF_8));
    }

    /** systemd-repart looks at the root's disk only by itself; a unit tells it of the other. */
    private static String growthUnit(String label) {
        String device = "/dev/disk/by-partlabel/" + label;
        String unit = "dev-disk-by\\x2dpartlabel-" + escaped(label) + ".device";
        return "[Unit]\nDescription=Grow the data partition to the end of its disk\nDefaultDependencies=no\n"
                + "Requires=" + unit + "\nAfter=" + unit + "\nBefore=shutdown.target\nConflicts=shutdown.target\n"
                + "\n[Service]\nType=oneshot\nRemainAfterExit=yes\n"
                + "ExecStart=/bin/sh -c 'exec systemd-repart --dry-run=no --definitions=/usr/lib/repart.data.d"
                + " \"/dev/$$(lsblk -ndo pkname " + device + ")\"'\n";
    }

    /** A label in a unit's name, as systemd.unit(5) says. */
    private static String escaped(String label) {
        StringBuilder text = new StringBuilder();
        for (byte value : label.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (value & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == ':' || c == '_' || c == '.');
            text.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\x%02x", (int) c));
        }
        return text.toString();
    }

    /** The second disk, with nothing but the data partition; empty when the first holds it. */
    public Optional<GptPlan> dataDisk(BuildSeed seed) throws BuildException {
        if (!hasDataDisk()) {
            return Optional.empty();
        }
        PartitionSpec p = data.get();
        dev.caisson.gpt.PartitionSpec whole = new dev.caisson.gpt.PartitionSpec(
                p.label(),
                type(p),
                p.uuid().orElse(seed.uuid("data partition")),
                0,
                new dev.caisson.gpt.PartitionSize.Rest(MIB),
                attributes(p));
        try {
            return Optional.of(GptPlanner.plan(new PartitionLayout(
                    SectorSize.of(variant.layout().sectorSizeBytes()),
                    seed.uuid("data disk"),
                    variant.ova().dataDiskBytes(),
                    PartitionLayout.DEFAULT_ALIGNMENT_BYTES,
                    List.of(whole))));
        } catch (DoesNotFitException e) {
            throw new BuildException(FailureCode.DOES_NOT_FIT, e.getMessage(), "make ova.data-disk larger", e);
        }
    }
}
