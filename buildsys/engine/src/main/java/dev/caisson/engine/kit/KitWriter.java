package dev.caisson.engine.kit;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.folder.PackageFolder;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.oci.OciAnnotations;
import dev.caisson.oci.OciDescriptor;
import dev.caisson.oci.OciIndex;
import dev.caisson.oci.OciLayoutWriter;
import dev.caisson.oci.OciManifest;
import dev.caisson.oci.OciMediaTypes;
import dev.caisson.oci.OciPlatform;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmMdWriter;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import dev.caisson.resolver.RpmSemantics;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes kits of folders of RPM packages. */
public final class KitWriter {
    private static final String PACKAGES = "Packages/";

    private final Request request;
    /** Location in the kit to package, and to the file that it comes from. */
    private final SortedMap<String, RpmPackageMetadata> packages = new TreeMap<>();

    private final Map<String, Path> files = new TreeMap<>();
    private long epoch;

    /**
     * What to make.
     *
     * @param name of the kit
     * @param version of the kit
     * @param architectures which ones it is for; none: those of its packages, and all when these run everywhere
     * @param folders with the packages
     */
    public record Request(String name, String version, List<Arch> architectures, List<Path> folders) {
        /** Copies the lists. */
        public Request {
            architectures = List.copyOf(architectures);
            folders = List.copyOf(folders);
        }
    }

    private KitWriter(Request request) {
        this.request = request;
    }

    /**
     * Writes a kit as an OCI image layout.
     *
     * @param target a folder that is empty or not there
     * @return the kit's digest
     */
    public static Digest writeLayout(Request request, Path target) throws BuildException, IOException {
        KitWriter writer = new KitWriter(request);
        writer.collect();
        return writer.layout(target);
    }

    /**
     * Writes a kit as a folder, which is an rpm-md repository for all of its architectures.
     *
     * @param target a folder that is empty or not there
     * @return the kit's digest
     */
    public static Digest writeFolder(Request request, Path target) throws BuildException, IOException {
        KitWriter writer = new KitWriter(request);
        writer.collect();
        return writer.folder(target);
    }

    private void collect() throws BuildException, IOException {
        for (Path folder : request.folders) {
            PackageFolder source = new PackageFolder(folder);
            for (PackageFolder.Entry entry : source.rpms()) {
                RpmPackageMetadata found = source.rpm(entry);
                String name = entry.location().substring(entry.location().lastIndexOf('/') + 1);
                RpmPackageMetadata before = packages.get(PACKAGES + name);
                if (before != null && !before.checksum().equals(found.checksum())) {
                    throw new BuildException(
                            FailureCode.CONTENT,
                            "there are two different packages " + name + ": " + files.get(before.location()) + " and "
                                    + folder.resolve(entry.location()),
                            "take one of them out");
                }
                packages.put(PACKAGES + name, moved(found, PACKAGES + name));
                files.put(PACKAGES + name, folder.resolve(entry.location()));
                epoch = Math.max(epoch, found.sizes().buildTime());
            }
        }
        if (packages.isEmpty()) {
            throw new BuildException(
                    FailureCode.SOURCE, "there are no RPM packages in " + request.folders, "give folders with *.rpm");
        }
    }

    private static RpmPackageMetadata moved(RpmPackageMetadata p, String location) {
        return new RpmPackageMetadata(
                p.name(),
                p.epoch(),
                p.version(),
                p.release(),
                p.architecture(),
                p.checksum(),
                location,
                p.base(),
                p.sizes(),
                p.texts(),
                p.headerStart(),
                p.headerEnd(),
                p.relations(),
                p.files(),
                p.changelogs());
    }

    private Digest folder(Path target) throws BuildException, IOException {
        requireEmpty(target);
        for (Map.Entry<String, Path> file : files.entrySet()) {
            Path place = target.resolve(file.getKey());
            Files.createDirectories(place.getParent());
            Files.copy(file.getValue(), place);
        }
        SortedMap<String, byte[]> metadata = RpmMdWriter.write(List.copyOf(packages.values()), options());
        for (Map.Entry<String, byte[]> file : metadata.entrySet()) {
            Path place = target.resolve(file.getKey());
            Files.createDirectories(place.getParent());
            Files.write(place, file.getValue());
        }
        return DigestAlgorithm.SHA256.of(metadata.get(RepomdFile.PATH));
    }

    private static void requireEmpty(Path target) throws BuildException, IOException {
        if (Files.exists(target)
                && (!Files.isDirectory(target)
                        || !dev.caisson.bytes.SortedListing.of(target).isEmpty())) {
            throw new BuildException(
                    FailureCode.USAGE, target + " is there already", "give an empty folder or a new one");
        }
    }

    private RpmMdWriter.Options options() {
        return RpmMdWriter.Options.of(epoch);
    }

    private List<Arch> architectures() throws BuildException {
        List<Arch> wanted = request.architectures;
        if (wanted.isEmpty()) {
            wanted = new ArrayList<>();
            for (Arch arch : Arch.values()) {
                if (packages.values().stream().anyMatch(p -> p.architecture().equals(arch.label()))) {
                    wanted.add(arch);
                }
            }
            wanted = wanted.isEmpty() ? List.of(Arch.values()) : wanted;
        }
        for (Arch arch : wanted) {
            if (packagesFor(arch).isEmpty()) {
                throw new BuildException(
                        FailureCode.SOURCE, "no package is for " + arch.label(), "leave the architecture out");
            }
        }
        return wanted;
    }

    private List<RpmPackageMetadata> packagesFor(Arch arch) {
        List<String> compatible = RpmSemantics.compatibleWith(arch.label());
        return packages.values().stream()
                .filter(p -> p.architecture().equals("noarch") || compatible.contains(p.architecture()))
                .toList();
    }

    private Digest layout(Path target) throws BuildException, IOException {
        requireEmpty(target);
        List<Arch> architectures = architectures();
        OciLayoutWriter layout;
        try {
            layout = OciLayoutWriter.create(target);
        } catch (FileAlreadyExistsException e) {
            throw new BuildException(FailureCode.USAGE, e.getMessage() + " is there already", "give a new folder", e);
        }
        List<OciDescriptor> manifests = new ArrayList<>();
        for (Arch arch : architectures) {
            manifests.add(manifest(layout, arch));
        }
        Map<String, String> about = Map.of(OciAnnotations.TITLE, request.name, OciAnnotations.VERSION, request.version);
        OciDescriptor index = layout.add(new OciIndex(Optional.empty(), manifests, new TreeMap<>(about)));
        layout.finish(OciIndex.of(List.of(index.withAnnotations(Map.of(OciAnnotations.REF_NAME, request.version)))));
        return index.digest();
    }

    private OciDescriptor manifest(OciLayoutWriter layout, Arch arch) throws IOException {
        List<RpmPackageMetadata> chosen = packagesFor(arch);
        List<OciDescriptor> layers = new ArrayList<>();
        SortedMap<String, byte[]> metadata = RpmMdWriter.write(chosen, options());
        layers.add(titled(layout.add(KitMediaTypes.METADATA, metadata.remove(RepomdFile.PATH)), RepomdFile.PATH));
        for (Map.Entry<String, byte[]> file : metadata.entrySet()) {
            layers.add(titled(layout.add(KitMediaTypes.METADATA, file.getValue()), file.getKey()));
        }
        for (RpmPackageMetadata p : chosen) {
            try (FileSource source = FileSource.open(files.get(p.location()))) {
                layers.add(titled(layout.add(KitMediaTypes.PACKAGE, source), p.location()));
            }
        }
        JsonObject config = JsonObject.of()
                .put("schema", 1)
                .put("name", request.name)
                .put("version", request.version)
                .put("architecture", arch.label())
                .put("packages", chosen.size());
        OciDescriptor configBlob = layout.add(KitMediaTypes.CONFIG, Json.canonicalBytes(config));
        OciManifest manifest = OciManifest.artifact(KitMediaTypes.KIT, configBlob, layers, Map.of());
        // Only the manifest itself states its artifact type: clients of before version 1.1 would take it out of an
        // index.
        return layout.add(OciMediaTypes.MANIFEST, manifest.bytes()).withPlatform(OciPlatform.linux(arch.label()));
    }

    private static OciDescriptor titled(OciDescriptor blob, String title) {
        return blob.withAnnotations(Map.of(OciAnnotations.TITLE, title));
    }
}
