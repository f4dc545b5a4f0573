package dev.caisson.engine.formats;

import dev.caisson.archive.TarWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.Plan;
import dev.caisson.bytes.SortedListing;
import dev.caisson.compression.Codec;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.diskimage.StreamWriter;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsReader;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.Variant;
import dev.caisson.oci.OciAnnotations;
import dev.caisson.oci.OciDescriptor;
import dev.caisson.oci.OciImageConfig;
import dev.caisson.oci.OciIndex;
import dev.caisson.oci.OciLayoutWriter;
import dev.caisson.oci.OciManifest;
import dev.caisson.oci.OciMediaTypes;
import dev.caisson.oci.OciPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The root as a container image of one layer, in an archive that {@code podman load} and {@code skopeo copy oci-archive:} take: to
 * scan it, to run it, or to build containers from what the host has.
 */
final class RootContainer {
    private static final int GZIP_LEVEL = 5;
    private static final TreePath INIT = TreePath.of("/sbin/init");

    private final Variant variant;
    private final BootParts parts;
    private final WorkPool pool;

    RootContainer(Variant variant, BootParts parts, WorkPool pool) {
        this.variant = variant;
        this.parts = parts;
        this.pool = pool;
    }

    /** Writes the archive, which must not exist. */
    void write(Path file) throws Exception {
        Path tar = file.resolveSibling("." + file.getFileName() + ".layer");
        Path compressed = file.resolveSibling("." + file.getFileName() + ".layer.gz");
        Path folder = file.resolveSibling("." + file.getFileName() + ".layout");
        try {
            FileTree root = ErofsReader.open(parts.root().asSource()).tree();
            Digest diffId = write(TarWriter.plan(root), tar);
            try (FileSource source = FileSource.open(tar)) {
                DiskImage stream = DiskImage.of(source.size(), List.of(new Extent(0, source)));
                new FormatPipeline(pool, Progress.NONE)
                        .write(new StreamWriter(stream, Codec.GZIP, GZIP_LEVEL), compressed);
            }
            layout(folder, compressed, diffId, root.resolve(INIT).isPresent());
            archive(folder, file);
        } finally {
            Files.deleteIfExists(tar);
            Files.deleteIfExists(compressed);
            delete(folder);
        }
    }

    private static Digest write(Plan plan, Path file) throws IOException {
        try (FileSink out = FileSink.create(file)) {
            DigestingSink digesting = new DigestingSink(out, DigestAlgorithm.SHA256);
            plan.writeTo(digesting);
            return digesting.digest();
        }
    }

    private void layout(Path folder, Path layer, Digest diffId, boolean hasInit) throws IOException {
        Files.createDirectories(folder);
        OciLayoutWriter layout = OciLayoutWriter.create(folder);
        OciDescriptor blob;
        try (FileSource source = FileSource.open(layer)) {
            blob = layout.add(OciMediaTypes.LAYER_TAR_GZIP, source);
        }
        String created = Instant.ofEpochSecond(parts.epochSeconds()).toString();
        TreeMap<String, String> labels = new TreeMap<>(Map.of(
                OciAnnotations.TITLE, variant.name(),
                OciAnnotations.VERSION, variant.version(),
                OciAnnotations.CREATED, created));
        if (!variant.description().isEmpty()) {
            labels.put(OciAnnotations.DESCRIPTION, variant.description());
        }
        OciPlatform platform = OciPlatform.linux(variant.architecture().label());
        OciImageConfig config = new OciImageConfig(
                platform,
                created,
                new OciImageConfig.OciProcess(
                        "", List.of(), List.of(), hasInit ? List.of(INIT.toString()) : List.of(), "", labels),
                List.of(diffId),
                List.of("caisson build " + variant.name()));
        OciDescriptor configBlob = layout.add(OciMediaTypes.CONFIG, config.bytes());
        OciDescriptor manifest = layout.add(OciManifest.image(configBlob, List.of(blob), labels));
        layout.finish(OciIndex.of(List.of(
                manifest.withPlatform(platform).withAnnotations(Map.of(OciAnnotations.REF_NAME, variant.version())))));
    }

    /** The files of a layout as one archive. */
    private void archive(Path folder, Path file) throws IOException {
        List<FileSource> open = new ArrayList<>();
        FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, parts.epochSeconds()));
        try {
            add(tree, TreePath.ROOT, folder, open);
            try (FileSink out = FileSink.create(file)) {
                TarWriter.plan(tree.build()).writeTo(out);
            }
        } finally {
            for (FileSource source : open) {
                source.close();
            }
        }
    }

    private void add(FileTree.Builder tree, TreePath path, Path folder, List<FileSource> open) throws IOException {
        for (Path entry : SortedListing.of(folder)) {
            TreePath child = path.child(entry.getFileName().toString());
            if (Files.isDirectory(entry)) {
                tree.directories(child, Attributes.ofRoot(0755, parts.epochSeconds()));
                add(tree, child, entry, open);
            } else {
                FileSource source = FileSource.open(entry);
                open.add(source);
                ByteSource content = source;
                tree.put(child, new Inode.RegularFile(Attributes.ofRoot(0644, parts.epochSeconds()), content));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            for (Path entry : SortedListing.of(folder)) {
                delete(entry);
            }
        }
        Files.deleteIfExists(folder);
    }
}
