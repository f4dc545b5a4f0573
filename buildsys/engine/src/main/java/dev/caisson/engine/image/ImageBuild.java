package dev.caisson.engine.image;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildEpoch;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.BuildSeed;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.formats.BootParts;
import dev.caisson.engine.formats.BuildFormats;
import dev.caisson.engine.keys.KeyProfiles;
import dev.caisson.engine.layer.EncoderPool;
import dev.caisson.engine.layer.LayerBuilder;
import dev.caisson.engine.layer.RemoteLayer;
import dev.caisson.engine.layer.StoredLayer;
import dev.caisson.engine.recipe.RecipeRepository;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.resolve.LockStore;
import dev.caisson.engine.resolve.PackageResolution;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.root.RootAssembler;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.StepGraph;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsCompression;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.erofs.ErofsPlan;
import dev.caisson.erofs.ErofsPlanner;
import dev.caisson.erofs.ErofsVolume;
import dev.caisson.fat.FatPlan;
import dev.caisson.fat.FatPlanException;
import dev.caisson.fat.FatPlanner;
import dev.caisson.fat.FatVolume;
import dev.caisson.filetree.FileTree;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.PlannedPartition;
import dev.caisson.manifest.FilesystemSpec;
import dev.caisson.manifest.InitrdType;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.PartitionContent;
import dev.caisson.manifest.Variant;
import dev.caisson.pe.PeImage;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.signing.EcdsaKey;
import dev.caisson.signing.SigningKey;
import dev.caisson.uki.UnifiedKernelImage;
import dev.caisson.verity.VerityFormat;
import dev.caisson.verity.VerityParameters;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One build of one variant for one architecture: from the manifest to files with their final names. */
public final class ImageBuild {
    private final Request request;
    private final Variant variant;
    private final ArtifactStore store;
    private final WorkPool pool;
    private final Progress progress;
    private final Stages stages;

    /**
     * What is to be built, and where.
     *
     * @param variant the variant, for its architecture
     * @param manifests the manifest files that it was read from
     * @param output folder below which {@code <variant>/<architecture>/} is filled
     * @param locked whether a missing or outdated lock is an error
     * @param addresses where archives are
     * @param keys folder of key profiles, instead of looking for them
     * @param memory remembers the build; empty: it is not remembered
     * @param sourceDateEpoch the build epoch of the environment, if set
     * @param clock the present, for signatures of repositories and new keys only
     * @param random for new keys only
     */
    public record Request(
            Variant variant,
            List<Path> manifests,
            Path output,
            boolean locked,
            Archives.Addresses addresses,
            Optional<Path> keys,
            Optional<BuildMemory> memory,
            OptionalLong sourceDateEpoch,
            Clock clock,
            SecureRandom random) {}

    /** How long one stage took. */
    public record Stage(String name, long millis) {}

    /**
     * What came out.
     *
     * @param folder where the artifacts are
     * @param artifacts the files
     * @param rootHash dm-verity root hash in hex; empty without
     * @param packages number of packages
     * @param reusedLayers how many of them came from the store
     * @param signed whether the boot files are signed
     * @param unchanged whether the artifacts of the last build were still right, so that nothing was done
     * @param stages what took how long
     */
    public record Result(
            Path folder,
            List<Artifact> artifacts,
            String rootHash,
            int packages,
            int reusedLayers,
            boolean signed,
            boolean unchanged,
            List<Stage> stages) {}

    /** A build on these workers with this store. */
    public ImageBuild(Request request, ArtifactStore store, WorkPool pool, Progress progress) {
        this.request = request;
        this.variant = request.variant;
        this.store = store;
        this.pool = pool;
        this.progress = progress;
        this.stages = new Stages(pool, progress);
    }

    /** Builds. */
    public Result run() throws Exception {
        LockedArchitecture lock = stages.run("resolve", this::lock);
        Optional<Path> profile = profile();
        Optional<BuildMemory.Inputs> inputs = request.memory.isPresent()
                ? request.memory.get().inputs(variant, request.manifests, profile)
                : Optional.empty();
        Result result;
        try {
            result = build(lock, profile);
        } catch (DamagedStoreException e) {
            progress.warning("the store was damaged (" + e.getMessage() + "); the layer is made again");
            result = build(lock, profile);
        }
        if (inputs.isPresent()) {
            request.memory.get().store(inputs.get(), result);
        }
        return result;
    }

    private Result build(LockedArchitecture lock, Optional<Path> profile) throws Exception {
        VerityParameters parameters = verityParameters();
        // Loading the cryptography takes a while, and only the end needs it.
        WorkPool.Item<Optional<SecureBootKeys>> keys = pool.fork(() -> keys(profile));
        try (EncoderPool encoders = new EncoderPool(pool, format(variant.filesystem()))) {
            LayerBuilder builder = new LayerBuilder(encoders, store, parameters, variant.remove(), variant.rpm());
            List<StoredLayer> layers = stages.run("packages", () -> layers(lock, builder));
            try {
                return image(lock, keys, enclaveKey(profile), parameters, encoders, layers);
            } catch (DamagedStoreException e) {
                for (int i = 0; i < layers.size(); i++) {
                    if (e.concerns(layers.get(i).blob())) {
                        builder.drop(
                                layers.get(i), lock.packages().get(i).file().digest());
                    }
                }
                throw e;
            } catch (dev.caisson.bytes.FormatException e) {
                if (dropDamaged(layers, lock, builder)) {
                    throw new DamagedStoreException(e);
                }
                throw e;
            } finally {
                for (StoredLayer layer : layers) {
                    layer.blob().close();
                }
            }
        }
    }

    /** Drops the layers whose blobs are not what their names say. */
    private boolean dropDamaged(List<StoredLayer> layers, LockedArchitecture lock, LayerBuilder builder)
            throws Exception {
        List<Boolean> intact = pool.map(
                layers.size(),
                i -> store.findVerified(layers.get(i).blob().digest()).isPresent());
        boolean dropped = false;
        for (int i = 0; i < layers.size(); i++) {
            if (!intact.get(i)) {
                builder.drop(layers.get(i), lock.packages().get(i).file().digest());
                dropped = true;
            }
        }
        return dropped;
    }

    private Result image(
            LockedArchitecture lock,
            WorkPool.Item<Optional<SecureBootKeys>> profile,
            Optional<EcdsaKey> enclaveKey,
            VerityParameters parameters,
            EncoderPool encoders,
            List<StoredLayer> layers)
            throws Exception {
        BuildEpoch epoch = epoch(layers);
        BuildSeed seed = seed(lock);
        List<WorkPool.Item<Optional<byte[]>>> initrd = new ArrayList<>();
        RootAssembler.Assembled assembled = stages.run(
                "assemble",
                () -> new RootAssembler(variant, epoch, pool, store, progress)
                        .assemble(
                                layers.stream().map(StoredLayer::layer).toList(),
                                full -> initrd.add(startInitrd(full, epoch))));
        Budget.check(variant, assembled.root(), layers.size());
        Optional<SecureBootKeys> keys = profile.get();
        Optional<SigningKey> key = keys.map(SecureBootKeys::database);
        BootFiles boot = new BootFiles(variant, assembled.full(), epoch.seconds(), key);
        WorkPool.Item<KernelFiles> loadedKernel = pool.fork(KernelFiles.find(assembled.full())::inMemory);
        WorkPool.Item<Optional<PeImage>> loader = pool.fork(boot::loader);
        RootImage rootImage =
                stages.run("file system", () -> rootImage(assembled.root(), encoders, layers, parameters, epoch, seed));
        Optional<byte[]> initrdBytes = stages.run("initrd", () -> initrd.get(0).get());
        Optional<dev.caisson.verity.VerityPlan> verity =
                variant.verity().enabled() ? Optional.of(rootImage.verity()) : Optional.empty();
        String commandLine = CommandLine.of(variant, verity);
        KernelFiles kernel = loadedKernel.get();
        UnifiedKernelImage unsigned = stages.run(
                "kernel image", () -> boot.kernelImage(kernel, initrdBytes.map(ByteSource::of), commandLine));
        PeImage signed = stages.run("sign", () -> boot.signed(unsigned.image()));
        FileTree espTree = boot.esp(signed, loader.get());
        GptPlan table = partitions(espTree, rootImage, parameters, seed);
        FatPlan esp = esp(espTree, table, seed);
        Optional<DiskImage> dataDisk = new DiskLayout(variant)
                .dataDisk(seed)
                .map(disk -> DiskImage.builder(disk).build());
        ImageFiles files = new ImageFiles(request.output, variant, pool, new BuildFormats(variant, keys, dataDisk));
        List<Artifact> artifacts = stages.run(
                "write",
                () -> files.write(
                        rootImage,
                        verity,
                        unsigned.image(),
                        signed,
                        esp,
                        table,
                        assembled.inventory(),
                        new ImageFiles.Boot(
                                new BootParts.Boot(
                                        kernel.image(),
                                        kernel.version(),
                                        initrdBytes,
                                        commandLine,
                                        (words, archive) ->
                                                boot.signed(boot.kernelImage(kernel, Optional.of(archive), words)
                                                        .image()),
                                        enclaveKey),
                                seed,
                                epoch.seconds())));
        return new Result(
                files.folder(),
                artifacts,
                verity.map(v -> v.tree().rootHash().hex()).orElse(""),
                layers.size(),
                (int) layers.stream().filter(StoredLayer::reused).count(),
                key.isPresent(),
                false,
                stages.done());
    }

    private LockedArchitecture lock() throws BuildException, IOException {
        LockStore locks = new LockStore(variant.file());
        Optional<LockedArchitecture> current = locks.current(variant);
        if (request.locked) {
            return locks.required(variant);
        }
        if (current.isPresent() && RecipeRepository.isCurrent(variant, current.get(), store)) {
            return current.get();
        }
        try (Archives archives = archives()) {
            LockedArchitecture locked = PackageResolution.resolve(variant, archives.metadata());
            locks.write(variant, locked);
            return locked;
        }
    }

    private Archives archives() throws BuildException, IOException {
        return Archives.open(variant, store, request.addresses, request.clock.instant(), progress);
    }

    private List<StoredLayer> layers(LockedArchitecture lock, LayerBuilder builder) throws Exception {
        List<LockedPackage> packages = lock.packages();
        List<Optional<StoredLayer>> found = pool.map(
                packages.size(),
                i -> pool.within(
                        packages.get(i).name(),
                        () -> builder.find(packages.get(i).file().digest())));
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < packages.size(); i++) {
            if (found.get(i).isEmpty()) {
                missing.add(i);
            }
        }
        // The largest first: a long package that starts last would leave the other workers idle.
        missing.sort(
                Comparator.comparingLong((Integer i) -> -packages.get(i).file().sizeBytes())
                        .thenComparing(Comparator.naturalOrder()));
        List<StoredLayer> layers = new ArrayList<>();
        found.forEach(layer -> layers.add(layer.orElse(null)));
        if (!missing.isEmpty()) {
            build(packages, missing, layers, builder);
        }
        return layers;
    }

    private void build(
            List<LockedPackage> packages, List<Integer> missing, List<StoredLayer> layers, LayerBuilder builder)
            throws Exception {
        try (Archives archives = archives()) {
            StepGraph graph = new StepGraph(pool, progress);
            List<StepGraph.Step<StoredLayer>> steps = new ArrayList<>();
            for (int i : missing) {
                steps.add(layer(graph, archives, builder, packages.get(i)));
            }
            graph.run();
            for (int k = 0; k < missing.size(); k++) {
                StoredLayer layer = steps.get(k).result();
                LockedPackage locked = packages.get(missing.get(k));
                layers.set(missing.get(k), layer);
                progress.bytes(
                        locked.name(), locked.file().sizeBytes(), layer.blob().size());
            }
        }
    }

    /** Adds the steps that bring one layer: from the remote cache, or else from the package. */
    private StepGraph.Step<StoredLayer> layer(
            StepGraph graph, Archives archives, LayerBuilder builder, LockedPackage locked) {
        Digest digest = locked.file().digest();
        List<StepGraph.Step<Optional<StoredLayer>>> remote = new ArrayList<>();
        if (store.remote().isPresent()) {
            StepGraph.Step<Optional<RemoteLayer>> ask =
                    graph.transfer("ask for " + locked.name(), List.of(), () -> builder.ask(digest));
            LayerBuilder.Expected expected =
                    new LayerBuilder.Expected(locked.name(), locked.version(), locked.architecture());
            remote.add(graph.compute(
                    "check " + locked.name(),
                    List.of(ask),
                    () -> ask.result().isPresent()
                            ? builder.accept(ask.result().get(), digest, expected)
                            : Optional.empty()));
        }
        StepGraph.Step<Path> fetch =
                graph.transfer("fetch " + locked.name(), remote, () -> isThere(remote) ? null : archives.fetch(locked));
        return graph.compute(
                locked.name(),
                List.of(fetch),
                () -> isThere(remote) ? remote.get(0).result().get() : layer(builder, locked, fetch.result()));
    }

    private static boolean isThere(List<StepGraph.Step<Optional<StoredLayer>>> remote) {
        return !remote.isEmpty() && remote.get(0).result().isPresent();
    }

    private static StoredLayer layer(LayerBuilder builder, LockedPackage locked, Path file) throws Exception {
        try {
            return builder.build(locked.file().digest(), file);
        } catch (dev.caisson.bytes.FormatException e) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "package " + locked.name() + " " + locked.version() + ": " + e.getMessage(),
                    "the package is damaged or hostile, or uses something that is not supported",
                    e);
        } catch (IOException e) {
            if (e instanceof FileSystemException other && !file.toString().equals(other.getFile())) {
                throw e; // the store's disk, not the package: full, gone, or not ours
            }
            throw new BuildException(
                    FailureCode.CONTENT,
                    "package " + locked.name() + " " + locked.version() + " cannot be read from " + file + ": "
                            + (e.getMessage() == null ? e.toString() : e.getMessage()),
                    "if the disk is not full, delete that file, so that it is fetched again",
                    e);
        }
    }

    private BuildEpoch epoch(List<StoredLayer> layers) {
        if (variant.epoch().isPresent()) {
            return new BuildEpoch(variant.epoch().getAsLong());
        }
        if (request.sourceDateEpoch.isPresent()) {
            return new BuildEpoch(request.sourceDateEpoch.getAsLong());
        }
        long newest = 0;
        for (StoredLayer layer : layers) {
            for (PackageLayer.Entry entry : layer.layer().entries()) {
                newest = Math.max(newest, entry.inode().attributes().mtimeSeconds());
            }
        }
        return new BuildEpoch(Math.min(newest, Integer.MAX_VALUE));
    }

    private BuildSeed seed(LockedArchitecture lock) {
        return BuildSeed.of(
                variant.name(),
                variant.version(),
                variant.architecture().label(),
                dev.caisson.bytes.DigestAlgorithm.SHA256
                        .of(Lockfile.empty().with(variant.architecture(), lock).toBytes())
                        .hex());
    }

    /** The salt depends on name and architecture only, so that unchanged blocks keep their digests from build to build. */
    private VerityParameters verityParameters() {
        byte[] salt =
                BuildSeed.of(variant.name(), variant.architecture().label()).bytes("verity salt");
        return new VerityParameters(
                VerityFormat.NORMAL,
                variant.verity().hash(),
                variant.verity().dataBlockSizeBytes(),
                variant.verity().hashBlockSizeBytes(),
                salt);
    }

    private static ErofsFormat format(FilesystemSpec spec) {
        ErofsCompression compression = switch (spec.compression()) {
            case NONE -> ErofsCompression.NONE;
            case LZ4 -> ErofsCompression.LZ4;
            case LZ4HC -> ErofsCompression.LZ4HC;
            case ZSTD -> ErofsCompression.ZSTD;
        };
        return compression == ErofsCompression.NONE
                ? ErofsFormat.uncompressed()
                : new ErofsFormat(12, compression, spec.level(), spec.clusterSizeBytes());
    }

    /** The folder of the keys that sign, made when there is none; empty when nothing is signed. */
    private Optional<Path> profile() throws BuildException, IOException {
        if (!variant.signing().secureBoot()) {
            progress.warning(variant.name() + " is not signed: its signing.secure-boot is off");
            return Optional.empty();
        }
        KeyProfiles profiles = new KeyProfiles(variant.file().toAbsolutePath().getParent(), request.keys);
        String name = variant.signing().profile();
        Optional<Path> profile = profiles.find(name);
        if (profile.isEmpty()) {
            profile = Optional.of(profiles.generate(name, request.clock.instant(), request.random));
            progress.warning("made the key profile \"" + name + "\" in " + profile.get()
                    + ": keys for development, not for production; they are not made again");
        }
        return profile;
    }

    private static Optional<SecureBootKeys> keys(Optional<Path> profile) throws BuildException {
        return profile.isPresent() ? Optional.of(KeyProfiles.read(profile.get())) : Optional.empty();
    }

    /** The profile's key for enclave images: {@code eif.key} with {@code eif.pem}. Without one they are not signed. */
    private Optional<EcdsaKey> enclaveKey(Optional<Path> profile) throws BuildException, IOException {
        if (profile.isEmpty() || !variant.formats().contains("eif")) {
            return Optional.empty();
        }
        Path key = profile.get().resolve("eif.key");
        Path certificate = profile.get().resolve("eif.pem");
        if (!Files.exists(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(EcdsaKey.ofPem(Files.readAllBytes(key), Files.readAllBytes(certificate)));
        } catch (dev.caisson.bytes.FormatException | NoSuchFileException e) {
            throw new BuildException(
                    FailureCode.SIGNING,
                    "the key for enclave images cannot be used: " + e.getMessage(),
                    "put a key of P-384 into " + key + " and its certificate into " + certificate + ", both as PEM",
                    e);
        }
    }

    /** The initrd is made by other workers while the root is finished. */
    private WorkPool.Item<Optional<byte[]>> startInitrd(FileTree full, BuildEpoch epoch) throws BuildException {
        if (variant.initrd().type() == InitrdType.NONE) {
            return pool.fork(Optional::empty);
        }
        KernelFiles kernel = KernelFiles.find(full);
        BootFiles boot = new BootFiles(variant, full, epoch.seconds(), Optional.empty());
        return pool.fork(() -> {
            progress.begin("initrd");
            Optional<byte[]> bytes = Optional.of(pool.within("initrd", () -> boot.initrd(kernel, store)));
            progress.end("initrd");
            return bytes;
        });
    }

    private RootImage rootImage(
            FileTree tree,
            EncoderPool encoders,
            List<StoredLayer> layers,
            VerityParameters parameters,
            BuildEpoch epoch,
            BuildSeed seed)
            throws Exception {
        FileTree encoded = RootTreeEncoder.encode(tree, encoders, pool);
        RootTreeEncoder.Placement placement =
                RootTreeEncoder.placement(encoded, layers, encoders.format().blockSize());
        ErofsVolume volume = ErofsVolume.of(encoders.format(), seed.uuid("root"), "root", epoch.seconds());
        ErofsPlan plan = ErofsPlanner.plan(encoded, volume, placement.files(), placement.gaps());
        return RootImage.of(pool, plan, parameters, seed.uuid("verity").uuid());
    }

    private GptPlan partitions(FileTree espTree, RootImage root, VerityParameters parameters, BuildSeed seed)
            throws BuildException {
        boolean verified = variant.verity().enabled();
        byte[] rootHash = verified ? root.verity().tree().rootHash().bytes() : new byte[0];
        try {
            long esp = FatPlanner.minimumSize(espTree, FatVolume.of(0, 0, "ESP"));
            return new DiskLayout(variant)
                    .plan(
                            new DiskLayout.Contents(
                                    esp,
                                    root.plan().size(),
                                    verified ? root.verity().size() : 0),
                            parameters,
                            rootHash,
                            seed);
        } catch (FatPlanException e) {
            throw new BuildException(FailureCode.DOES_NOT_FIT, "ESP: " + e.getMessage(), "", e);
        }
    }

    private FatPlan esp(FileTree tree, GptPlan table, BuildSeed seed) throws BuildException {
        PlannedPartition partition = ImageFiles.partition(variant, table, PartitionContent.ESP)
                .orElseThrow(() -> new BuildException(
                        FailureCode.MANIFEST, "the layout has no partition with the content esp", "add one"));
        try {
            return FatPlanner.plan(
                    tree,
                    new FatVolume(
                            partition.sizeBytes(),
                            table.sectorSize().bytes(),
                            seed.number("esp"),
                            "ESP",
                            Optional.empty()));
        } catch (FatPlanException e) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "ESP: " + e.getMessage(),
                    "make the ESP larger in the variant's layout",
                    e);
        }
    }
}
