package dev.caisson.engine.image;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.keys.KeyProfiles;
import dev.caisson.engine.recipe.RecipeRepository;
import dev.caisson.engine.resolve.LockStore;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.manifest.FileContent;
import dev.caisson.manifest.FileSpec;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Remembers which files the last build into a folder was made of and what it made, so that building again without a change
 * costs a look at those files: no manifest is parsed, no lock, no key.
 *
 * <p>Under the key of what was asked for (program, manifest's path, options) lies the list of inputs: manifests, lock, key
 * profile, files that the manifest names. An input whose size, times and inode are as they were is trusted; any other is
 * compared by digest. Outputs must be as they were left in all of these: an output that was touched is made again.
 */
public final class BuildMemory {
    private static final String VERSION = "build 2";
    private static final String PROFILE_CERTIFICATE = "db.crt";
    private static final String PROFILE_KEY = "db.key";

    /** An input that was changed this shortly before the build began may have been read before the change. */
    private static final long RACY_MILLIS = 50;

    private final ArtifactStore store;
    private final Asked asked;
    private final Digest key;

    private BuildMemory(ArtifactStore store, Asked asked, Digest key) {
        this.store = store;
        this.asked = asked;
        this.key = key;
    }

    /**
     * What somebody asks for, before anything is read.
     *
     * @param manifest the variant's manifest file
     * @param architecture the label asked for; empty for the variant's first
     * @param output folder of all artifacts
     * @param keys folder of key profiles, if one is named
     * @param sourceDateEpoch the environment's build epoch, if set
     * @param startMillis the present, in milliseconds since 1970
     */
    public record Asked(
            Path manifest,
            String architecture,
            Path output,
            Optional<Path> keys,
            OptionalLong sourceDateEpoch,
            long startMillis) {}

    /**
     * A build whose artifacts are as it left them.
     *
     * @param variant the variant's name
     * @param version its version
     * @param architecture the architecture's label
     * @param result what it made
     */
    public record Recalled(String variant, String version, String architecture, ImageBuild.Result result) {}

    /** The memory for a request; empty when the program runs from class folders, which have no identity. */
    public static Optional<BuildMemory> of(ArtifactStore store, Asked asked) throws IOException {
        Optional<String> program = ProgramIdentity.of();
        return program.isPresent() ? Optional.of(of(store, asked, program.get())) : Optional.empty();
    }

    static BuildMemory of(ArtifactStore store, Asked asked, String program) {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        add(digest, VERSION);
        add(digest, program);
        add(digest, asked.manifest.toAbsolutePath().normalize().toString());
        add(digest, asked.architecture);
        add(digest, asked.output.toAbsolutePath().normalize().toString());
        add(digest, asked.keys.isPresent() ? asked.keys.get().toAbsolutePath().toString() : "");
        add(digest, asked.sourceDateEpoch.isPresent() ? Long.toString(asked.sourceDateEpoch.getAsLong()) : "");
        return new BuildMemory(store, asked, new Digest(DigestAlgorithm.SHA256, digest.digest()));
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    /** The last build's result, when nothing that it depends on and nothing that it made has changed. */
    public Optional<Recalled> recall() throws IOException {
        Optional<byte[]> stored = store.action(key);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Remembered memory = Remembered.decode(stored.get());
        if (!sameProfile(memory)) {
            return Optional.empty();
        }
        for (Output output : memory.outputs) {
            if (!FileState.of(output.path).equals(output.state)) {
                return Optional.empty();
            }
        }
        List<Input> inputs = new ArrayList<>();
        boolean touched = false;
        for (Input input : memory.inputs) {
            String state = FileState.of(input.path);
            boolean same = !state.isEmpty() && state.equals(input.state);
            if (!same && !contentDigest(input.path).equals(input.digest)) {
                return Optional.empty();
            }
            touched |= !state.equals(input.state);
            inputs.add(new Input(input.path, state, input.digest));
        }
        if (touched) {
            store.putAction(key, memory.with(inputs).encode());
        }
        return Optional.of(memory.recalled());
    }

    /** Whether the profile that would be found now is the one that signed. */
    private boolean sameProfile(Remembered memory) {
        if (memory.profileName.isEmpty()) {
            return true;
        }
        Path folder = asked.manifest.toAbsolutePath().getParent();
        Optional<Path> found = new KeyProfiles(folder, asked.keys).find(memory.profileName);
        return found.isPresent() && found.get().toString().equals(memory.profile);
    }

    /**
     * Digests the inputs of a build that is about to begin.
     *
     * @param manifests the manifest files that were read
     * @param profile the key profile that will sign; empty when nothing is signed
     * @return empty when an input was changed after this build had begun, so that nobody knows which content will be used
     */
    Optional<Inputs> inputs(Variant variant, List<Path> manifests, Optional<Path> profile) throws IOException {
        List<Path> paths = new ArrayList<>(manifests);
        for (FileSpec file : variant.files()) {
            if (file.content() instanceof FileContent.Source source) {
                paths.add(source.path());
            }
        }
        variant.ova().template().ifPresent(template -> paths.add(template.path()));
        paths.addAll(RecipeRepository.indexes(variant, store));
        List<Input> inputs = new ArrayList<>();
        for (Path path : paths) {
            Path absolute = path.toAbsolutePath();
            String state = FileState.of(absolute);
            if (FileState.newestMillis(absolute) >= asked.startMillis - RACY_MILLIS) {
                return Optional.empty();
            }
            inputs.add(new Input(absolute, state, contentDigest(absolute)));
        }
        // Lock and keys may have been written by this very build, so their times say nothing.
        List<Path> own = new ArrayList<>(List.of(new LockStore(variant.file()).file()));
        if (profile.isPresent()) {
            own.add(profile.get().resolve(PROFILE_CERTIFICATE));
            own.add(profile.get().resolve(PROFILE_KEY));
            // What a package for virtual machines has of Secure Boot.
            own.add(profile.get().resolve("PK.crt"));
            own.add(profile.get().resolve("KEK.crt"));
        }
        for (Path path : own) {
            inputs.add(new Input(path, "", contentDigest(path)));
        }
        return Optional.of(new Inputs(
                variant,
                profile.isPresent() ? variant.signing().profile() : "",
                profile.map(Path::toString).orElse(""),
                inputs));
    }

    /** Digest of a file's bytes, or of a folder's names and contents; of nothing for what is not there. */
    private static String contentDigest(Path path) throws IOException {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        FileState.digestTree(path, digest);
        return new Digest(DigestAlgorithm.SHA256, digest.digest()).hex();
    }

    /** Remembers a finished build, unless its inputs were changed meanwhile. */
    void store(Inputs inputs, ImageBuild.Result result) throws IOException {
        for (Input input : inputs.inputs) {
            if (!contentDigest(input.path).equals(input.digest)) {
                return;
            }
        }
        List<Output> outputs = new ArrayList<>();
        for (Artifact artifact : result.artifacts()) {
            outputs.add(new Output(
                    artifact.path(),
                    FileState.of(artifact.path()),
                    artifact.kind(),
                    artifact.sizeBytes(),
                    artifact.digest().hex()));
        }
        for (String name : List.of(ImageFiles.LIST, ImageFiles.SUMS)) {
            Path path = result.folder().resolve(name);
            outputs.add(new Output(path, FileState.of(path), "", 0, ""));
        }
        Variant variant = inputs.variant;
        store.putAction(
                key,
                new Remembered(
                                variant.name(),
                                variant.version(),
                                variant.architecture().label(),
                                inputs.profileName,
                                inputs.profile,
                                result.folder().toString(),
                                result.rootHash(),
                                result.packages(),
                                result.signed(),
                                inputs.inputs,
                                outputs)
                        .encode());
    }

    /** What a build is made of. */
    record Inputs(Variant variant, String profileName, String profile, List<Input> inputs) {}

    /** A file or folder that a build reads; its state is empty when it says nothing about the content. */
    private record Input(Path path, String state, String digest) {}

    /** A file that a build made; kind and digest are empty for the lists of artifacts. */
    private record Output(Path path, String state, String kind, long size, String digest) {}

    /** The stored form. */
    private record Remembered(
            String variant,
            String version,
            String architecture,
            String profileName,
            String profile,
            String folder,
            String rootHash,
            int packages,
            boolean signed,
            List<Input> inputs,
            List<Output> outputs) {
        Remembered with(List<Input> changed) {
            return new Remembered(
                    variant,
                    version,
                    architecture,
                    profileName,
                    profile,
                    folder,
                    rootHash,
                    packages,
                    signed,
                    changed,
                    outputs);
        }

        Recalled recalled() {
            List<Artifact> artifacts = new ArrayList<>();
            for (Output output : outputs) {
                if (!output.kind.isEmpty()) {
                    artifacts.add(new Artifact(output.kind, output.path, output.size, Digest.sha256(output.digest)));
                }
            }
            return new Recalled(
                    variant,
                    version,
                    architecture,
                    new ImageBuild.Result(
                            Path.of(folder), artifacts, rootHash, packages, packages, signed, true, List.of()));
        }

        byte[] encode() {
            BinaryWriter out = BinaryWriter.littleEndian(1 << 12);
            for (String text : List.of(variant, version, architecture, profileName, profile, folder, rootHash)) {
                text(out, text);
            }
            out.u32(packages).u8(signed ? 1 : 0).u32(inputs.size());
            for (Input input : inputs) {
                text(out, input.path.toString());
                text(out, input.state);
                text(out, input.digest);
            }
            out.u32(outputs.size());
            for (Output output : outputs) {
                text(out, output.path.toString());
                text(out, output.state);
                text(out, output.kind);
                out.u64(output.size);
                text(out, output.digest);
            }
            return out.toByteArray();
        }

        static Remembered decode(byte[] stored) throws FormatException {
            BinaryReader in = BinaryReader.littleEndian("build memory", stored);
            String variant = text(in);
            String version = text(in);
            String architecture = text(in);
            String profileName = text(in);
            String profile = text(in);
            String folder = text(in);
            String rootHash = text(in);
            int packages = (int) in.u32();
            boolean signed = in.u8() != 0;
            List<Input> inputs = new ArrayList<>();
            for (long n = in.u32(); n > 0; n--) {
                inputs.add(new Input(Path.of(text(in)), text(in), text(in)));
            }
            List<Output> outputs = new ArrayList<>();
            for (long n = in.u32(); n > 0; n--) {
                outputs.add(new Output(Path.of(text(in)), text(in), text(in), in.u63(), text(in)));
            }
            return new Remembered(
                    variant,
                    version,
                    architecture,
                    profileName,
                    profile,
                    folder,
                    rootHash,
                    packages,
                    signed,
                    inputs,
                    outputs);
        }

        private static void text(BinaryWriter out, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.u32(bytes.length).bytes(bytes);
        }

        private static String text(BinaryReader in) throws FormatException {
            return new String(in.bytes(in.u32()), StandardCharsets.UTF_8);
        }
    }
}
