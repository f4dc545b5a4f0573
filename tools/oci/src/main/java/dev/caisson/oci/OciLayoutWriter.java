package dev.caisson.oci;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.Plan;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes an image layout ("Image Layout"): blobs first, then {@link #finish} with the index. A folder without its
 * {@code oci-layout} file is one that was not finished. For one thread.
 *
 * <pre>
 * OciLayoutWriter layout = OciLayoutWriter.create(folder);
 * OciDescriptor layer = layout.write(OciMediaTypes.LAYER_TAR_ZSTD, out -&gt; tar.writeTo(out));
 * OciDescriptor config = layout.add(OciMediaTypes.CONFIG, imageConfig.bytes());
 * OciDescriptor manifest = layout.add(OciManifest.image(config, List.of(layer), Map.of()));
 * layout.finish(OciIndex.of(List.of(manifest.withPlatform(OciPlatform.linux("x86_64")))));
 * </pre>
 */
public final class OciLayoutWriter {
    static final String LAYOUT_FILE = "oci-layout";
    static final String INDEX_FILE = "index.json";
    static final String VERSION = "1.0.0";

    private final Path folder;
    private final Path blobs;

    private OciLayoutWriter(Path folder) {
        this.folder = folder;
        this.blobs = folder.resolve("blobs").resolve(DigestAlgorithm.SHA256.label());
    }

    /** Writes the bytes of a blob that are not known before. */
    @FunctionalInterface
    public interface BlobWriter {
        /** Appends the blob to {@code out}, which must not be closed. */
        void writeTo(ByteSink out) throws IOException;
    }

    /**
     * Starts a layout.
     *
     * @param folder is made when it is not there; must be empty
     * @throws java.nio.file.FileAlreadyExistsException when a file of a layout is in it
     */
    public static OciLayoutWriter create(Path folder) throws IOException {
        OciLayoutWriter writer = new OciLayoutWriter(folder);
        for (String name : new String[] {LAYOUT_FILE, INDEX_FILE, "blobs"}) {
            if (Files.exists(folder.resolve(name))) {
                throw new java.nio.file.FileAlreadyExistsException(
                        folder.resolve(name).toString());
            }
        }
        Files.createDirectories(writer.blobs);
        return writer;
    }

    /** Adds a blob from memory. Equal blobs are stored once. */
    public OciDescriptor add(String mediaType, byte[] bytes) throws IOException {
        Digest digest = DigestAlgorithm.SHA256.of(bytes);
        Path file = blobs.resolve(digest.hex());
        if (!Files.exists(file)) {
            Files.write(file, bytes);
        }
        return OciDescriptor.of(mediaType, digest, bytes.length);
    }

    /** Adds a manifest. */
    public OciDescriptor add(OciManifest manifest) throws IOException {
        OciDescriptor descriptor = add(OciMediaTypes.MANIFEST, manifest.bytes());
        return manifest.artifactType().map(descriptor::withArtifactType).orElse(descriptor);
    }

    /** Adds an index below that of the layout, as an image for many architectures is one. */
    public OciDescriptor add(OciIndex index) throws IOException {
        OciDescriptor descriptor = add(OciMediaTypes.INDEX, index.bytes());
        return index.artifactType().map(descriptor::withArtifactType).orElse(descriptor);
    }

    /** Adds a blob from a source, read once. */
    public OciDescriptor add(String mediaType, ByteSource source) throws IOException {
        return write(mediaType, source::copyTo);
    }

    /** Adds a planned blob, written once. */
    public OciDescriptor add(String mediaType, Plan plan) throws IOException {
        return write(mediaType, plan::writeTo);
    }

    /** Adds a blob that is hashed while it is written. One that fails leaves nothing behind. */
    public OciDescriptor write(String mediaType, BlobWriter content) throws IOException {
        Path building = blobs.resolve(".building");
        Files.deleteIfExists(building);
        try {
            Digest digest;
            long size;
            try (FileSink file = FileSink.create(building)) {
                DigestingSink out = new DigestingSink(file, DigestAlgorithm.SHA256);
                content.writeTo(out);
                digest = out.digest();
                size = out.position();
            }
            Path place = blobs.resolve(digest.hex());
            if (!Files.exists(place)) {
                Files.move(building, place);
            }
            return OciDescriptor.of(mediaType, digest, size);
        } finally {
            Files.deleteIfExists(building);
        }
    }

    /** Completes the folder. What the index lists must have been added. */
    public void finish(OciIndex index) throws IOException {
        for (OciDescriptor manifest : index.manifests()) {
            if (!Files.exists(blobs.resolve(manifest.digest().hex()))) {
                throw new IllegalArgumentException(manifest.digest() + " was not added");
            }
        }
        Files.write(folder.resolve(INDEX_FILE), index.bytes());
        JsonObject layout = JsonObject.of().put("imageLayoutVersion", VERSION);
        Files.write(folder.resolve(LAYOUT_FILE), Json.canonicalBytes(layout));
    }
}
