package dev.caisson.engine.recipe;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.image.FolderLock;
import dev.caisson.engine.sandbox.Sandbox;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.StepGraph;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Recipe;
import dev.caisson.openpgp.OpenPgpSigner;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmPlan;
import dev.caisson.rpm.RpmSigning;
import dev.caisson.rpm.RpmText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Builds recipes: each after those that it needs, several at a time, and none whose result is in the store. What comes out is in the
 * store and in the local repository that variants read.
 */
public final class PackageBuild {
    private final Recipes recipes;
    private final Sdk sdk;
    private final ArtifactStore store;
    private final WorkPool pool;
    private final int jobs;
    private final Optional<OpenPgpSigner> signer;
    private final Progress progress;

    /**
     * @param sdk opened when a source recipe needs it
     * @param pool builds as many recipes at a time as it has workers
     * @param jobs of make, in each of them
     * @param signer signs the packages; none: they have no signature
     */
    public PackageBuild(
            Recipes recipes,
            Sdk sdk,
            ArtifactStore store,
            WorkPool pool,
            int jobs,
            Optional<OpenPgpSigner> signer,
            Progress progress) {
        this.recipes = recipes;
        this.sdk = sdk;
        this.store = store;
        this.pool = pool;
        this.jobs = jobs;
        this.signer = signer;
        this.progress = progress;
    }

    /**
     * What became of a recipe.
     *
     * @param packages what it gives
     * @param reused whether that was in the store already
     * @param log of the build; none for data recipes and reused results
     */
    public record Result(Recipe recipe, BuiltPackages packages, boolean reused, Optional<Path> log) {}

    /** A result, and the packages as they were before they were signed: other builds depend on these. */
    private record Made(Result result, BuiltPackages bare) {}

    /** Builds recipes and what they need. */
    public List<Result> run(Collection<String> names) throws Exception {
        List<Recipe> ordered = recipes.ordered(names);
        if (ordered.stream().anyMatch(recipe -> recipe.content() instanceof Recipe.Build)) {
            sdk.lock();
        }
        StepGraph graph = new StepGraph(pool, progress);
        Map<String, StepGraph.Step<Made>> steps = new LinkedHashMap<>();
        for (Recipe recipe : ordered) {
            List<StepGraph.Step<Made>> needs =
                    Recipes.needs(recipe).stream().map(steps::get).toList();
            steps.put(
                    recipe.name(),
                    graph.compute(
                            recipe.name(),
                            needs,
                            () -> make(
                                    recipe,
                                    needs.stream()
                                            .map(step -> step.result().bare())
                                            .toList())));
        }
        List<Result> results = new ArrayList<>();
        try {
            graph.run();
        } finally {
            steps.values().stream()
                    .map(StepGraph.Step::result)
                    .filter(made -> made != null)
                    .forEach(made -> results.add(made.result()));
            TreeSet<String> known = new TreeSet<>(recipes.byName().keySet());
            LocalRepository.of(recipes.folder(), sdk.architecture(), store)
                    .publish(results.stream().map(Result::packages).toList(), known, store);
        }
        return results;
    }

    /** Writes the packages as a repository into a folder, in place of older ones of these recipes. */
    public void export(List<Result> results, Path folder) throws BuildException, IOException, InterruptedException {
        TreeSet<String> known = new TreeSet<>(recipes.byName().keySet());
        new LocalRepository(folder)
                .publish(results.stream().map(Result::packages).toList(), known, store);
    }

    private Made make(Recipe recipe, List<BuiltPackages> needs) throws Exception {
        Result bare = build(recipe, needs);
        if (signer.isEmpty()) {
            return new Made(bare, bare.packages());
        }
        OpenPgpSigner with = signer.get();
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        KeyText text = new KeyText(digest).add("signed 1").add(with.fingerprint());
        bare.packages().files().forEach(file -> text.add(file.sha256().hex()));
        Digest key = new Digest(DigestAlgorithm.SHA256, digest.digest());
        Digest inputs = bare.packages().inputs();
        Optional<BuiltPackages> stored = stored(key, inputs);
        if (stored.isPresent()) {
            return new Made(new Result(recipe, stored.get(), bare.reused(), bare.log()), bare.packages());
        }
        List<BuiltPackages.PackageFile> files = new ArrayList<>();
        for (BuiltPackages.PackageFile file : bare.packages().files()) {
            files.add(keep(sign(store.find(file.sha256()).orElseThrow(), file.name(), with), file.name()));
        }
        BuiltPackages signed = new BuiltPackages(recipe.name(), inputs, files);
        store.putAction(key, signed.encode());
        return new Made(new Result(recipe, signed, false, bare.log()), bare.packages());
    }

    private Result build(Recipe recipe, List<BuiltPackages> needs) throws Exception {
        Digest inputs = RecipeKey.of(recipe);
        Digest key = key(recipe, inputs, needs);
        Optional<BuiltPackages> stored = stored(key, inputs);
        if (stored.isPresent()) {
            return new Result(recipe, stored.get(), true, Optional.empty());
        }
        if (recipe.content() instanceof Recipe.Data data) {
            BuiltPackages packed = new BuiltPackages(recipe.name(), inputs, List.of(pack(recipe, data)));
            store.putAction(key, packed.encode());
            return new Result(recipe, packed, false, Optional.empty());
        }
        Path logs = store.area("logs").resolve("package-" + recipe.nvr());
        FolderLock mine = FolderLock.of(logs);
        try {
            Optional<BuiltPackages> meanwhile = stored(key, inputs);
            if (meanwhile.isPresent()) {
                return new Result(recipe, meanwhile.get(), true, Optional.empty());
            }
            Path log = logs.resolve("build.log");
            BuiltPackages built = new BuiltPackages(
                    recipe.name(), inputs, compile(recipe, (Recipe.Build) recipe.content(), needs, log));
            store.putAction(key, built.encode());
            return new Result(recipe, built, false, Optional.of(log));
        } finally {
            mine.close();
        }
    }

    private Digest key(Recipe recipe, Digest inputs, List<BuiltPackages> needs) throws BuildException, IOException {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        KeyText key = new KeyText(digest).add("package 1").add(inputs.hex());
        if (recipe.content() instanceof Recipe.Build build) {
            key.add(SpecBuild.VERSION)
                    .add(SpecBuild.commonMacros())
                    .add(sdk.key().hex());
            for (Recipe.Source source : build.sources()) {
                if (source instanceof Recipe.Packaged packaged) {
                    key.add(SourceFiles.lockedPackage(packaged, sdk.lock())
                            .file()
                            .digest()
                            .hex());
                }
            }
            for (BuiltPackages need : needs) {
                need.files().forEach(file -> key.add(file.sha256().hex()));
            }
        }
        return new Digest(DigestAlgorithm.SHA256, digest.digest());
    }

    /** A result whose packages are all there. */
    private Optional<BuiltPackages> stored(Digest key, Digest inputs) throws IOException {
        Optional<byte[]> action = store.action(key);
        if (action.isEmpty()) {
            return Optional.empty();
        }
        try {
            BuiltPackages built = BuiltPackages.decode(action.get());
            for (BuiltPackages.PackageFile file : built.files()) {
                if (store.findVerified(file.sha256()).isEmpty()) {
                    return Optional.empty();
                }
            }
            return built.inputs().equals(inputs) ? Optional.of(built) : Optional.empty();
        } catch (FormatException e) {
            store.dropAction(key);
            return Optional.empty();
        }
    }

    private BuiltPackages.PackageFile pack(Recipe recipe, Recipe.Data data) throws BuildException, IOException {
        RpmPlan plan = DataPackage.plan(recipe, data);
        Path temporary = store.newTemporary("package");
        try (FileSink sink = FileSink.create(temporary)) {
            plan.writeTo(sink);
        }
        return keep(temporary, recipe.nvr() + ".noarch.rpm");
    }

    private List<BuiltPackages.PackageFile> compile(
            Recipe recipe, Recipe.Build build, List<BuiltPackages> needs, Path log) throws Exception {
        Sandbox.check();
        BuildRoot root = sdk.root();
        dropAbandoned();
        Path work =
                store.area("builds").resolve(store.newTemporary(recipe.name()).getFileName());
        progress.note("building " + recipe.nvr() + ", log in " + log);
        long start = System.nanoTime();
        try {
            Files.createDirectories(work);
            List<Path> dependencies = new ArrayList<>();
            for (BuiltPackages need : needs) {
                for (BuiltPackages.PackageFile file : need.files()) {
                    dependencies.add(store.find(file.sha256()).orElseThrow());
                }
            }
            List<BuiltPackages.PackageFile> files = new ArrayList<>();
            SpecBuild spec = new SpecBuild(recipe, build, root, work, log, jobs);
            for (Path file : spec.run(sdk.sources(), dependencies)) {
                files.add(keep(file, file.getFileName().toString()));
            }
            progress.note("built " + recipe.nvr() + " in " + (System.nanoTime() - start) / 1_000_000_000 + " s");
            return files;
        } finally {
            TreeOnDisk.delete(work);
        }
    }

    /** Deletes what builds of processes that are no more have left. Their names end in process number and two counters. */
    private void dropAbandoned() throws IOException {
        for (Path left : SortedListing.of(store.area("builds"))) {
            String[] words = left.getFileName().toString().split("-", -1);
            String process = words.length < 4 ? "" : words[words.length - 3];
            if (process.matches("\\d{1,9}")
                    && ProcessHandle.of(Long.parseLong(process)).isEmpty()) {
                TreeOnDisk.delete(left);
            }
        }
    }

    /** Takes a package into the store, after a look at whether it is one. */
    private BuiltPackages.PackageFile keep(Path file, String name) throws BuildException, IOException {
        Digest digest;
        long size;
        String license;
        try (FileSource source = FileSource.open(file)) {
            digest = DigestAlgorithm.SHA256.of(source);
            size = source.size();
            license = RpmPackage.open(name, source, RpmLimits.DEFAULT).text(RpmText.LICENSE);
        } catch (FormatException e) {
            throw new BuildException(FailureCode.PACKAGE_BUILD, name + " is no package: " + e.getMessage(), "", e);
        }
        store.put(digest, file);
        return new BuiltPackages.PackageFile(name, size, digest, license);
    }

    /** Signs as of the package's build time, or the key's if that is later, so that the same key gives the same bytes. */
    private Path sign(Path made, String name, OpenPgpSigner key) throws BuildException, IOException {
        Path signed = store.newTemporary("signed");
        try (FileSource source = FileSource.open(made);
                FileSink sink = FileSink.create(signed)) {
            long built = RpmPackage.open(name, source, RpmLimits.DEFAULT)
                    .buildTimeSeconds()
                    .orElse(0);
            Instant time = Instant.ofEpochSecond(Math.max(built, key.created().getEpochSecond()));
            RpmSigning.of(source, key, time).writeTo(sink);
        } catch (FormatException e) {
            throw new BuildException(FailureCode.SIGNING, name + " cannot be signed: " + e.getMessage(), "", e);
        }
        return signed;
    }
}
