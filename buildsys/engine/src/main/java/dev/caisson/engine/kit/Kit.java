package dev.caisson.engine.kit;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.oci.OciAnnotations;
import dev.caisson.oci.OciDescriptor;
import dev.caisson.oci.OciLayout;
import dev.caisson.oci.OciManifest;
import dev.caisson.oci.OciPlatform;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmMdFiles;
import dev.caisson.repository.rpmmd.RpmMdRepository;
import dev.caisson.repository.rpmmd.RpmMdSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A kit that is there, in one of its two forms. Metadata are checked when they are read, packages when they are taken. */
public final class Kit {
    private static final int MAX_METADATA_BYTES = 1 << 30;

    private final Path path;
    private final Optional<OciLayout> layout;
    private final Digest digest;

    private Kit(Path path, Optional<OciLayout> layout, Digest digest) {
        this.path = path;
        this.layout = layout;
        this.digest = digest;
    }

    /**
     * Opens the kit that is there, whatever it is.
     *
     * @throws BuildException when there is none, or more than one
     */
    public static Kit open(Path path) throws BuildException, IOException {
        try {
            if (Files.isRegularFile(path.resolve("oci-layout"))) {
                OciLayout layout = OciLayout.open(path);
                List<OciDescriptor> top = layout.index().manifests();
                if (top.size() != 1) {
                    throw failure(path, "holds " + top.size() + " artifacts", "give a layout with one kit");
                }
                return new Kit(path, Optional.of(layout), top.get(0).digest());
            }
            Path repomd = path.resolve(RepomdFile.PATH);
            if (Files.isRegularFile(repomd)) {
                return new Kit(path, Optional.empty(), DigestAlgorithm.SHA256.of(Files.readAllBytes(repomd)));
            }
        } catch (FormatException e) {
            throw failure(path, "cannot be read: " + e.getMessage(), "make it anew", e);
        }
        throw failure(
                path,
                "is no kit: it has neither oci-layout nor " + RepomdFile.PATH,
                "make one with \"caisson kit build\"");
    }

    /**
     * Opens the kit of this digest and no other. A layout may hold others, too.
     *
     * @throws BuildException when it is not there
     */
    public static Kit open(Path path, Digest pinned) throws BuildException, IOException {
        if (Files.isRegularFile(path.resolve("oci-layout"))) {
            try {
                OciLayout layout = OciLayout.open(path);
                if (layout.find(pinned).isPresent()) {
                    return new Kit(path, Optional.of(layout), pinned);
                }
                String there = layout.index().manifests().stream()
                        .map(m -> m.digest().toString())
                        .collect(Collectors.joining(", "));
                throw mismatch(path, there, pinned);
            } catch (FormatException e) {
                throw failure(path, "cannot be read: " + e.getMessage(), "make or copy it anew", e);
            }
        }
        Kit kit = open(path);
        if (!kit.digest.equals(pinned)) {
            throw mismatch(path, kit.digest.toString(), pinned);
        }
        return kit;
    }

    private static BuildException mismatch(Path path, String there, Digest pinned) {
        return failure(
                path,
                "has the digest " + there + ", pinned is " + pinned,
                "get the kit that is pinned, or, if this one is meant, write its digest into the manifest");
    }

    private static BuildException failure(Path path, String what, String advice) {
        return new BuildException(FailureCode.SOURCE, "the kit " + path + " " + what, advice);
    }

    private static BuildException failure(Path path, String what, String advice, Throwable cause) {
        return new BuildException(FailureCode.SOURCE, "the kit " + path + " " + what, advice, cause);
    }

    /** What pins it. */
    public Digest digest() {
        return digest;
    }

    /** Whether it is an OCI image layout. */
    public boolean isLayout() {
        return layout.isPresent();
    }

    /**
     * What is in it for one architecture.
     *
     * @param architecture in RPM's words; empty for a folder, which does not say
     * @param name of the kit; empty for a folder
     * @param version of the kit; empty for a folder
     * @param repository the packages
     */
    public record Part(String architecture, String name, String version, RpmMdRepository repository) {}

    /** All parts, in the kit's order. */
    public List<Part> parts() throws BuildException, IOException {
        RpmMdSettings settings = RpmMdSettings.of("kit", 0);
        try {
            if (layout.isEmpty()) {
                return List.of(new Part("", "", "", folder(settings)));
            }
            List<Part> parts = new ArrayList<>();
            for (OciDescriptor descriptor : manifests()) {
                parts.add(part(layout.get(), descriptor, settings));
            }
            return parts;
        } catch (FormatException e) {
            throw failure(path, "is damaged: " + e.getMessage(), "make or copy it anew", e);
        }
    }

    /**
     * The packages for an architecture, as a repository.
     *
     * @throws BuildException when it has none for it, or is damaged
     */
    public RpmMdRepository repository(Arch arch, RpmMdSettings settings) throws BuildException, IOException {
        try {
            if (layout.isEmpty()) {
                return folder(settings);
            }
            String wanted = OciPlatform.linux(arch.label()).architecture();
            List<String> there = new ArrayList<>();
            for (OciDescriptor descriptor : manifests()) {
                String architecture =
                        descriptor.platform().map(OciPlatform::architecture).orElse(wanted);
                if (architecture.equals(wanted)) {
                    return part(layout.get(), descriptor, settings).repository();
                }
                there.add(architecture);
            }
            throw failure(
                    path,
                    "has no packages for " + arch.label() + ", only for "
                            + Arrays.stream(Arch.values())
                                    .map(Arch::label)
                                    .filter(a ->
                                            there.contains(OciPlatform.linux(a).architecture()))
                                    .collect(Collectors.joining(", ")),
                    "build it for this architecture, too");
        } catch (FormatException e) {
            throw failure(path, "is damaged: " + e.getMessage(), "make or copy it anew", e);
        }
    }

    /** Where a package lies, as a path below the kit's. */
    public String location(String packagePath, Digest packageDigest) {
        return layout.isEmpty() ? packagePath : "blobs/sha256/" + packageDigest.hex();
    }

    private List<OciDescriptor> manifests() throws BuildException, IOException {
        OciLayout oci = layout.orElseThrow();
        return oci.manifests(oci.find(digest).orElseThrow());
    }

    private RpmMdRepository folder(RpmMdSettings settings) throws IOException {
        byte[] document = Files.readAllBytes(path.resolve(RepomdFile.PATH));
        if (!DigestAlgorithm.SHA256.of(document).equals(digest)) {
            throw new CorruptDataException(RepomdFile.PATH, FormatException.NO_OFFSET, "has just changed", "");
        }
        return RpmMdRepository.open(
                settings,
                ByteSource.of(document),
                file -> ByteSource.of(Files.readAllBytes(path.resolve(file.location()))));
    }

    private Part part(OciLayout oci, OciDescriptor descriptor, RpmMdSettings settings) throws IOException {
        OciManifest manifest = oci.manifest(descriptor);
        JsonObject config = Json.parseObject(oci.read(manifest.config(), 1 << 20));
        if (!manifest.config().mediaType().equals(KitMediaTypes.CONFIG)) {
            throw new CorruptDataException(
                    "OCI artifact",
                    FormatException.NO_OFFSET,
                    "has a configuration of type " + manifest.config().mediaType(),
                    KitMediaTypes.CONFIG);
        }
        config.longValue("schema", 1, 1);
        Map<String, OciDescriptor> byTitle = new LinkedHashMap<>();
        for (OciDescriptor layer : manifest.layers()) {
            String title = layer.annotations().get(OciAnnotations.TITLE);
            if (layer.mediaType().equals(KitMediaTypes.METADATA) && title != null) {
                byTitle.put(title, layer);
            }
        }
        RpmMdFiles files = file -> ByteSource.of(oci.read(layer(byTitle, file.location()), MAX_METADATA_BYTES));
        byte[] repomd = oci.read(layer(byTitle, RepomdFile.PATH), RepomdFile.MAXIMUM_BYTES);
        return new Part(
                config.string("architecture"),
                config.string("name"),
                config.string("version"),
                RpmMdRepository.open(settings, ByteSource.of(repomd), files));
    }

    private static OciDescriptor layer(Map<String, OciDescriptor> byTitle, String title) throws CorruptDataException {
        OciDescriptor layer = byTitle.get(title);
        if (layer == null) {
            throw new CorruptDataException("kit", FormatException.NO_OFFSET, "has no layer " + title, "one");
        }
        return layer;
    }
}
