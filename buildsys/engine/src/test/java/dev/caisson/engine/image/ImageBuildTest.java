package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.resolve.LockStore;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.fixture.DebBuilder;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Diagnostic;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedFile;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.LockedRepository;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.ManifestResult;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole builds of a variant whose small packages lie in the store: what is made again, what is not, and with which bytes. */
class ImageBuildTest {
    private static final int BLOCK = 4096;
    private static final long LONG_AGO = 1_700_000_000_000L;
    private static final String MANIFEST = """
            schema: 1
            name: small
            version: 1.0.0
            description: a test
            architectures: [x86_64]
            branding: {id: small, name: Small}
            repositories:
              - {name: none, type: apt, archive: none, suites: [s], components: [main], keyring: variant.yaml}
            packages: [a]
            kernel: {package: kernel, parameters: [quiet]}
            initrd: {type: none}
            signing: {secure-boot: false}
            layout: {sizes: {esp: 36MiB, data: 1MiB}}
            files:
              - {path: /etc/own.conf, source: own.conf}
              - {path: /usr/share/tree, source: tree}
            """;

    @TempDir
    private Path folder;

    private final Map<String, byte[]> packages = new TreeMap<>();
    private ArtifactStore store;

    @BeforeEach
    void makeProject() throws Exception {
        Files.writeString(folder.resolve("variant.yaml"), MANIFEST);
        Files.writeString(folder.resolve("own.conf"), "own\n");
        Files.createDirectories(folder.resolve("tree/inner"));
        Files.writeString(folder.resolve("tree/inner/file"), "inner\n");
        for (int i = 0; i < 6; i++) {
            String name = String.valueOf((char) ('a' + i));
            packages.put(name, content(name, i, 60_000));
        }
        packages.put("kernel", SyntheticPe.kernel(0x8664, true));
        packages.put("stub", SyntheticPe.stub257());
        store = ArtifactStore.open(folder.resolve("cache"));
        lock();
        age();
    }

    /** Inputs that are older than any build. */
    private void age() throws IOException {
        for (String name : List.of("variant.yaml", "own.conf", "tree/inner/file", "tree/inner", "tree")) {
            Files.setLastModifiedTime(folder.resolve(name), FileTime.fromMillis(LONG_AGO));
        }
    }

    private static byte[] content(String name, int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        byte[] text = name.repeat(size / 2).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, bytes, 0, text.length);
        return bytes;
    }

    private byte[] deb(String name, byte[] content) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        switch (name) {
            case "kernel" -> files.put("boot/vmlinuz-1", content);
            case "stub" -> {
                files.put("usr/lib/systemd/boot/efi/linuxx64.efi.stub", content);
                files.put("usr/lib/systemd/boot/efi/systemd-bootx64.efi", content);
            }
            default -> {
                files.put("usr/share/" + name + "/one", content);
                files.put("usr/share/" + name + "/two", Arrays.copyOf(content, content.length / 3));
            }
        }
        return DebBuilder.simple(name, "1." + content.length, files);
    }

    /** Puts the packages into the store and locks them. */
    private void lock() throws Exception {
        List<LockedPackage> locked = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : packages.entrySet()) {
            byte[] deb = deb(entry.getKey(), entry.getValue());
            Digest digest = store.put(deb);
            locked.add(new LockedPackage(
                    entry.getKey(),
                    "1." + entry.getValue().length,
                    "amd64",
                    "none",
                    new LockedFile("pool/" + entry.getKey() + ".deb", deb.length, digest),
                    entry.getKey(),
                    "1",
                    "asked for"));
        }
        Variant variant = variant();
        new LockStore(variant.file())
                .write(
                        variant,
                        new LockedArchitecture(
                                Lockfile.request(variant), List.of(new LockedRepository("none", List.of())), locked));
    }

    private Variant variant() {
        ManifestResult result = ManifestLoader.load(folder.resolve("variant.yaml"));
        if (!result.ok()) {
            throw new AssertionError(Diagnostic.text(result.diagnostics()));
        }
        return result.variants().get(Arch.X86_64);
    }

    private Optional<BuildMemory> memory(String program) throws IOException {
        return Optional.of(BuildMemory.of(
                store,
                new BuildMemory.Asked(
                        folder.resolve("variant.yaml"),
                        "",
                        folder.resolve("out"),
                        Optional.empty(),
                        OptionalLong.empty(),
                        System.currentTimeMillis()),
                program));
    }

    private ImageBuild.Result build(int jobs, Path output, ArtifactStore from) throws Exception {
        try (WorkPool pool = new WorkPool(jobs)) {
            ImageBuild.Request request = new ImageBuild.Request(
                    variant(),
                    List.of(folder.resolve("variant.yaml")),
                    output,
                    true,
                    new Archives.Addresses(List.of(), Map.of(), List.of(), folder.resolve("apt"), true),
                    Optional.empty(),
                    memory("p"),
                    OptionalLong.empty(),
                    Clock.systemUTC(),
                    new SecureRandom());
            return new ImageBuild(request, from, pool, Progress.NONE).run();
        }
    }

    private ImageBuild.Result build() throws Exception {
        return build(2, folder.resolve("out"), store);
    }

    private boolean recalled() throws IOException {
        return memory("p").orElseThrow().recall().isPresent();
    }

    private static Map<String, String> digests(ImageBuild.Result result) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        for (Artifact artifact : result.artifacts()) {
            assertThat(Files.size(artifact.path())).as(artifact.name()).isEqualTo(artifact.sizeBytes());
            Digest onDisk = DigestAlgorithm.SHA256.of(Files.readAllBytes(artifact.path()));
            assertThat(onDisk).as(artifact.name()).isEqualTo(artifact.digest());
            digests.put(artifact.name(), onDisk.hex());
        }
        return digests;
    }

    @Test
    void bytes_doNotDependOnJobsOrStore() throws Exception {
        Map<String, String> cold = digests(build(1, folder.resolve("one"), store));
        ImageBuild.Result again = build(3, folder.resolve("two"), store);
        assertThat(again.reusedLayers()).isEqualTo(packages.size());
        assertThat(digests(again)).isEqualTo(cold).hasSize(7);

        ArtifactStore fresh = ArtifactStore.open(folder.resolve("cache2"));
        for (Map.Entry<String, byte[]> entry : packages.entrySet()) {
            fresh.put(deb(entry.getKey(), entry.getValue()));
        }
        ImageBuild.Result other = build(4, folder.resolve("three"), fresh);
        assertThat(other.reusedLayers()).isZero();
        assertThat(digests(other)).isEqualTo(cold);
    }

    @Test
    void unchanged_isRecalled() throws Exception {
        assertThat(recalled()).isFalse();
        ImageBuild.Result built = build();
        BuildMemory.Recalled last = memory("p").orElseThrow().recall().orElseThrow();
        assertThat(last.variant()).isEqualTo("small");
        assertThat(last.version()).isEqualTo("1.0.0");
        assertThat(last.architecture()).isEqualTo("x86_64");
        assertThat(last.result().unchanged()).isTrue();
        assertThat(last.result().rootHash()).isEqualTo(built.rootHash());
        assertThat(last.result().artifacts()).isEqualTo(built.artifacts());
        assertThat(memory("another program").orElseThrow().recall()).isEmpty();
    }

    @Test
    void touchedInputs_ofTheSameContent_areRecalled() throws Exception {
        build();
        for (String name : List.of("variant.yaml", "own.conf", "caisson.lock", "tree/inner/file")) {
            Files.setLastModifiedTime(folder.resolve(name), FileTime.fromMillis(LONG_AGO + 5000));
        }
        assertThat(recalled()).isTrue();
        assertThat(recalled()).isTrue();
    }

    @Test
    void changedInputs_areNoticed() throws Exception {
        build();
        // Same size and time: only what nobody can set, or the content, tells.
        for (String name : List.of("own.conf", "tree/inner/file", "variant.yaml", "caisson.lock")) {
            Path file = folder.resolve(name);
            byte[] before = Files.readAllBytes(file);
            FileTime time = Files.getLastModifiedTime(file);
            byte[] after = before.clone();
            after[after.length - 2] ^= 1;
            Files.write(file, after);
            Files.setLastModifiedTime(file, time);
            assertThat(recalled()).as(name).isFalse();
            Files.write(file, before);
            Files.setLastModifiedTime(file, time);
            assertThat(recalled()).as(name + " as before").isTrue();
        }
        Files.writeString(folder.resolve("tree/new"), "new");
        assertThat(recalled()).isFalse();
        Files.delete(folder.resolve("tree/new"));
        assertThat(recalled()).isTrue();
        Files.delete(folder.resolve("caisson.lock"));
        assertThat(recalled()).isFalse();
    }

    @Test
    void inputChangedDuringTheBuild_isNotRemembered() throws Exception {
        Files.setLastModifiedTime(folder.resolve("own.conf"), FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        build();
        assertThat(recalled()).isFalse();
    }

    @Test
    void touchedOutputs_areMadeAgain() throws Exception {
        ImageBuild.Result built = build();
        Map<String, String> digests = digests(built);
        for (Artifact artifact : built.artifacts()) {
            byte[] bytes = Files.readAllBytes(artifact.path());
            FileTime time = Files.getLastModifiedTime(artifact.path());
            bytes[bytes.length / 2] ^= 1;
            Files.write(artifact.path(), bytes);
            Files.setLastModifiedTime(artifact.path(), time);
            assertThat(recalled()).as(artifact.name()).isFalse();
            assertThat(digests(build())).isEqualTo(digests);
            assertThat(recalled()).isTrue();
        }
        Files.delete(built.folder().resolve("artifacts.json"));
        assertThat(recalled()).isFalse();
    }

    @Test
    void packageThatCannotBeRead_isNamed() throws Exception {
        Digest digest = DigestAlgorithm.SHA256.of(deb("c", packages.get("c")));
        Path file = store.find(digest).orElseThrow();
        byte[] cut = Files.readAllBytes(file);
        // The right size, but the data archive says that more follows than there is.
        Arrays.fill(cut, cut.length / 2, cut.length, (byte) 0xee);
        Files.write(file, cut);
        BuildException failure = catchThrowableOfType(BuildException.class, this::build);
        assertThat(failure.code()).isEqualTo(FailureCode.CONTENT);
        assertThat(failure).hasMessageContaining("package c 1.60000");
    }

    @Test
    void oneChangedPackage_movesOnlyItsOwnBlocks() throws Exception {
        Set<String> before = blocks(build());
        packages.put("c", content("c", 99, 75_000));
        lock();
        ImageBuild.Result changed = build();
        assertThat(changed.reusedLayers()).isEqualTo(packages.size() - 1);
        Set<String> after = blocks(changed);
        int total = after.size();
        after.removeAll(before);
        // 75,000 bytes, a third of them again, half of all incompressible: 15 blocks; inodes, directories, inventory,
        // superblock: as few again.
        assertThat(after.size()).isLessThan(30).isLessThan(total / 3);
    }

    private static Set<String> blocks(ImageBuild.Result result) throws IOException {
        Artifact root = result.artifacts().stream()
                .filter(artifact -> artifact.kind().equals("root"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(root.path());
        Set<String> blocks = new HashSet<>();
        for (int at = 0; at < bytes.length; at += BLOCK) {
            blocks.add(DigestAlgorithm.SHA256
                    .of(Arrays.copyOfRange(bytes, at, at + BLOCK))
                    .hex());
        }
        return blocks;
    }
}
