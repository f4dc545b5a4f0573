package dev.caisson.engine.root;

import dev.caisson.engine.BuildEpoch;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.image.DiskLayout;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.manifest.Branding;
import dev.caisson.manifest.FileSpec;
import dev.caisson.manifest.PresetPolicy;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Runs the transforms over the merged layers in the order in which they build on each other. */
public final class RootAssembler {
    private static final String PRESET_PATH = "/usr/lib/systemd/system-preset/99-caisson-default.preset";

    private final Variant variant;
    private final BuildEpoch epoch;
    private final WorkPool pool;
    private final ArtifactStore store;
    private final Progress progress;

    /** An assembler for one variant. */
    public RootAssembler(Variant variant, BuildEpoch epoch, WorkPool pool, ArtifactStore store, Progress progress) {
        this.variant = variant;
        this.epoch = epoch;
        this.pool = pool;
        this.store = store;
        this.progress = progress;
    }

    /**
     * The outcome.
     *
     * @param root the tree of the image
     * @param full the tree before the boot files were taken out, from which initrd and ESP are made
     * @param scripts what became of each maintainer script
     * @param inventory the list of packages, as it lies in the image
     */
    public record Assembled(FileTree root, FileTree full, List<MaintainerScripts.Finding> scripts, byte[] inventory) {}

    /** Learns of the tree with the packages' boot files while the rest of the root is still being assembled. */
    @FunctionalInterface
    public interface FullTree {
        /** The {@link Assembled#full} to be. */
        void ready(FileTree full) throws BuildException;
    }

    /** Assembles the root of these layers. */
    public Assembled assemble(List<PackageLayer> layers, FullTree listener) throws BuildException, IOException {
        long time = epoch.seconds();
        List<MaintainerScripts.Finding> scripts = new MaintainerScripts(variant.scripts()).check(layers);
        LayerMerge merge = new LayerMerge(variant.conflicts(), time);
        FileTree tree = merge.merge(layers);
        byte[] inventory = Inventory.of(layers, variant.architecture().label(), time);
        for (TreeTransform transform : distribution(layers, merge, time)) {
            tree = apply(transform, tree);
        }
        FileTree full = tree;
        listener.ready(full);
        for (TreeTransform transform : image(layers, merge, time, inventory)) {
            tree = apply(transform, tree);
        }
        return new Assembled(tree, full, scripts, inventory);
    }

    private FileTree apply(TreeTransform transform, FileTree tree) throws BuildException, IOException {
        progress.begin("root: " + transform.name());
        FileTree result = transform.apply(tree);
        progress.end("root: " + transform.name());
        return result;
    }

    /** What installing the packages would have done. */
    private List<TreeTransform> distribution(List<PackageLayer> layers, LayerMerge merge, long time) {
        Set<String> ownedByRoot = Set.of("root", "0");
        Map<Boolean, List<FileSpec>> files = variant.files().stream()
                .collect(Collectors.partitioningBy(
                        file -> ownedByRoot.contains(file.owner()) && ownedByRoot.contains(file.group())));
        return List.of(
                new RemoveTransform(variant.remove()),
                new AlternativesTransform(layers, time),
                new FilesTransform(files.get(true), time),
                new AccountsTransform(variant.users(), variant.groups(), time),
                new OwnersTransform(merge.named()),
                new FilesTransform(files.get(false), time),
                new DebianDefaultsTransform(time),
                new RpmCaTrustTransform(time),
                new PamTransform(time),
                new TmpfilesTransform(time),
                new DepmodTransform(variant.kernel(), pool, store, time));
    }

    /** What makes it this image. */
    private List<TreeTransform> image(List<PackageLayer> layers, LayerMerge merge, long time, byte[] inventory) {
        DiskLayout layout = new DiskLayout(variant);
        List<TreeTransform> transforms = new ArrayList<>();
        transforms.add(new SystemFilesTransform(
                osRelease(variant),
                variant.hostname().orElse(""),
                layout.fstab(),
                variant.files().stream().map(FileSpec::path).collect(Collectors.toSet()),
                time));
        transforms.add(new BootFilesTransform());
        transforms.add(generated("layout", layoutFiles(layout), time));
        transforms.add(new UnitsTransform(
                variant.units().enable(),
                variant.units().disable(),
                variant.units().mask(),
                Optional.of(variant.defaultTarget()),
                time));
        transforms.add(new LdSoCacheTransform(store, time));
        transforms.add(new RpmDatabaseTransform(variant.rpm(), layers, merge.rpmFiles(), time));
        transforms.add(new VarTransform(time));
        transforms.add(generated("inventory", Map.of(Inventory.PATH, inventory), time));
        transforms.add(new ClampTransform(epoch));
        transforms.add(new SelinuxTransform(variant.selinux(), time)); // the last: it labels what all others made
        return transforms;
    }

    private Map<String, byte[]> layoutFiles(DiskLayout layout) {
        Map<String, byte[]> files = new LinkedHashMap<>(new TreeMap<>(layout.growth()));
        if (variant.units().presetDefault() == PresetPolicy.DISABLE) {
            files.put(PRESET_PATH, "disable *\n".getBytes(StandardCharsets.UTF_8));
        }
        files.put("/etc/locale.conf", ("LANG=" + variant.locale() + "\n").getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private static TreeTransform generated(String name, Map<String, byte[]> files, long time) {
        return new TreeTransform() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public FileTree apply(FileTree tree) {
                FileTree.Builder builder = tree.toBuilder();
                files.forEach((path, bytes) -> builder.file(path, Attributes.ofRoot(0644, time), bytes));
                return builder.build();
            }
        };
    }

    /** The os-release(5) fields of a variant's image. */
    public static Map<String, String> osRelease(Variant variant) {
        Branding branding = variant.branding();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("NAME", branding.name());
        fields.put("ID", branding.id());
        if (!branding.idLike().isEmpty()) {
            fields.put("ID_LIKE", String.join(" ", branding.idLike()));
        }
        fields.put("VERSION", variant.version());
        fields.put("VERSION_ID", variant.version());
        fields.put("PRETTY_NAME", branding.prettyName().orElse(branding.name() + " " + variant.version()));
        fields.put("VARIANT_ID", variant.name());
        fields.put("IMAGE_ID", variant.name());
        fields.put("IMAGE_VERSION", variant.version());
        branding.vendor().ifPresent(value -> fields.put("VENDOR_NAME", value));
        branding.homeUrl().ifPresent(value -> fields.put("HOME_URL", value));
        branding.documentationUrl().ifPresent(value -> fields.put("DOCUMENTATION_URL", value));
        branding.supportUrl().ifPresent(value -> fields.put("SUPPORT_URL", value));
        branding.bugReportUrl().ifPresent(value -> fields.put("BUG_REPORT_URL", value));
        variant.lifecycle().supportEnd().ifPresent(value -> fields.put("SUPPORT_END", value.toString()));
        return fields;
    }
}
