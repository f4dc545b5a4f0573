package dev.caisson.oci;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder in the image layout, read. Documents are checked against their descriptors when they are read; blobs by
 * {@link #verify}, or by whoever reads {@link #path} once and hashes on the way.
 */
public final class OciLayout {
    private static final int MAX_NESTING = 4;
    private static final int MAX_MANIFESTS = 10_000;

    private final Path folder;
    private final OciIndex index;

    private OciLayout(Path folder, OciIndex index) {
        this.folder = folder;
        this.index = index;
    }

    /**
     * Opens a layout: reads {@code oci-layout} and {@code index.json}.
     *
     * @throws NotThisFormatException when the folder has no {@code oci-layout}
     * @throws UnsupportedFeatureException for another version of the layout
     */
    public static OciLayout open(Path folder) throws IOException {
        Path marker = folder.resolve(OciLayoutWriter.LAYOUT_FILE);
        if (!Files.isRegularFile(marker)) {
            throw new NotThisFormatException(
                    "folder " + folder, FormatException.NO_OFFSET, "has no file oci-layout", "an OCI image layout");
        }
        JsonObject layout = OciDocument.parse(small(marker), "oci-layout");
        String version = layout.string("imageLayoutVersion");
        if (!version.equals(OciLayoutWriter.VERSION)) {
            throw new UnsupportedFeatureException(
                    "oci-layout", FormatException.NO_OFFSET, "version " + version, OciLayoutWriter.VERSION);
        }
        return new OciLayout(folder, OciIndex.read(small(folder.resolve(OciLayoutWriter.INDEX_FILE))));
    }

    private static byte[] small(Path file) throws IOException {
        try (FileSource source = FileSource.open(file)) {
            return source.readAll(OciDocument.MAX_BYTES);
        } catch (NoSuchFileException e) {
            throw new CorruptDataException(
                    "OCI image layout", FormatException.NO_OFFSET, file.getFileName() + " is missing", "a file");
        }
    }

    /** The index of the whole layout. */
    public OciIndex index() {
        return index;
    }

    /** Where a blob lies; it may be missing. */
    public Path path(OciDescriptor blob) {
        Digest digest = blob.digest();
        return folder.resolve("blobs").resolve(digest.algorithm().label()).resolve(digest.hex());
    }

    /**
     * A blob's bytes, checked.
     *
     * @throws LimitExceededException when it is larger than {@code limitBytes}
     * @throws CorruptDataException when it is missing or is not what its descriptor says
     */
    public byte[] read(OciDescriptor blob, int limitBytes) throws IOException {
        if (blob.size() > limitBytes) {
            throw new LimitExceededException(
                    name(blob), FormatException.NO_OFFSET, "is " + blob.size() + " bytes", "at most " + limitBytes);
        }
        try (FileSource source = openBlob(blob)) {
            byte[] bytes = source.read(0, (int) blob.size());
            checkDigest(blob, blob.digest().algorithm().of(bytes));
            return bytes;
        }
    }

    /**
     * Reads a blob once and checks size and digest.
     *
     * @throws CorruptDataException when it is missing or is not what its descriptor says
     */
    public void verify(OciDescriptor blob) throws IOException {
        try (FileSource source = openBlob(blob)) {
            checkDigest(blob, blob.digest().algorithm().of((ByteSource) source));
        }
    }

    private FileSource openBlob(OciDescriptor blob) throws IOException {
        FileSource source;
        try {
            source = FileSource.open(path(blob));
        } catch (NoSuchFileException e) {
            throw new CorruptDataException(name(blob), FormatException.NO_OFFSET, "is not in the layout", "a file");
        }
        if (source.size() != blob.size()) {
            long size = source.size();
            source.close();
            throw new CorruptDataException(
                    name(blob), FormatException.NO_OFFSET, "is " + size + " bytes", blob.size() + " bytes");
        }
        return source;
    }

    private static void checkDigest(OciDescriptor blob, Digest actual) throws CorruptDataException {
        if (!actual.equals(blob.digest())) {
            throw new CorruptDataException(
                    name(blob),
                    FormatException.NO_OFFSET,
                    "has the digest " + actual,
                    blob.digest().toString());
        }
    }

    private static String name(OciDescriptor blob) {
        String title = blob.annotations().get(OciAnnotations.TITLE);
        return "OCI blob " + blob.digest() + (title == null ? "" : " (" + title + ")");
    }

    /** The manifest behind a descriptor, checked. */
    public OciManifest manifest(OciDescriptor descriptor) throws IOException {
        return OciManifest.read(read(descriptor, OciDocument.MAX_BYTES));
    }

    /** The index behind a descriptor, checked. */
    public OciIndex index(OciDescriptor descriptor) throws IOException {
        return OciIndex.read(read(descriptor, OciDocument.MAX_BYTES));
    }

    /**
     * The descriptors of all manifests, those of nested indexes in their index's place. A manifest without a platform has that
     * of the index it is in, and so has its artifact type. An index that is listed again is passed over.
     *
     * @throws LimitExceededException when indexes are nested deeper than 4, or list more than 10,000 manifests
     */
    public List<OciDescriptor> manifests() throws IOException {
        List<OciDescriptor> found = new ArrayList<>();
        Set<Digest> seen = new HashSet<>();
        for (OciDescriptor descriptor : index.manifests()) {
            collect(descriptor, 1, seen, found);
        }
        return found;
    }

    /** The manifests at or below one descriptor of this layout, as {@link #manifests()} gives them. */
    public List<OciDescriptor> manifests(OciDescriptor descriptor) throws IOException {
        List<OciDescriptor> found = new ArrayList<>();
        collect(descriptor, 1, new HashSet<>(), found);
        return found;
    }

    /** Finds a manifest or index by digest, anywhere in the layout's index or in nested ones. */
    public Optional<OciDescriptor> find(Digest digest) throws IOException {
        return find(index, digest, 1, new HashSet<>());
    }

    private Optional<OciDescriptor> find(OciIndex in, Digest digest, int depth, Set<Digest> seen) throws IOException {
        for (OciDescriptor descriptor : in.manifests()) {
            if (descriptor.digest().equals(digest)) {
                return Optional.of(descriptor);
            }
        }
        for (OciDescriptor descriptor : in.manifests()) {
            if (OciMediaTypes.isIndex(descriptor.mediaType()) && seen.add(descriptor.digest())) {
                checkDepth(depth);
                Optional<OciDescriptor> below = find(index(descriptor), digest, depth + 1, seen);
                if (below.isPresent()) {
                    return below;
                }
            }
        }
        return Optional.empty();
    }

    private void collect(OciDescriptor descriptor, int depth, Set<Digest> seen, List<OciDescriptor> to)
            throws IOException {
        if (OciMediaTypes.isIndex(descriptor.mediaType())) {
            checkDepth(depth);
            if (seen.add(descriptor.digest())) {
                for (OciDescriptor below : index(descriptor).manifests()) {
                    collect(inherit(below, descriptor), depth + 1, seen, to);
                }
            }
        } else if (OciMediaTypes.isManifest(descriptor.mediaType())) {
            if (to.size() == MAX_MANIFESTS) {
                throw new LimitExceededException(
                        "OCI index", FormatException.NO_OFFSET, "lists more manifests", "at most " + MAX_MANIFESTS);
            }
            to.add(descriptor);
        }
    }

    private static OciDescriptor inherit(OciDescriptor below, OciDescriptor above) {
        return new OciDescriptor(
                below.mediaType(),
                below.digest(),
                below.size(),
                below.annotations(),
                below.platform().or(above::platform),
                below.artifactType().or(above::artifactType));
    }

    private static void checkDepth(int depth) throws LimitExceededException {
        if (depth > MAX_NESTING) {
            throw new LimitExceededException(
                    "OCI index", FormatException.NO_OFFSET, "is nested deeper", "at most " + MAX_NESTING + " levels");
        }
    }
}
