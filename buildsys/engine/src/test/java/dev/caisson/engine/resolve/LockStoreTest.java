package dev.caisson.engine.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.image.Variants;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedFile;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.LockedRepository;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockStoreTest {
    @TempDir
    Path folder;

    private static LockedPackage locked(String name, String version) {
        return new LockedPackage(
                name,
                version,
                "amd64",
                "debian",
                new LockedFile(
                        "pool/" + name + ".deb",
                        5,
                        DigestAlgorithm.SHA256.of((name + version).getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                name,
                version,
                "requested");
    }

    private static LockedArchitecture lock(Variant variant, LockedPackage... packages) {
        return new LockedArchitecture(
                Lockfile.request(variant), List.of(new LockedRepository("debian", List.of())), List.of(packages));
    }

    @Test
    void write_thenCurrent() throws Exception {
        Variant variant = Variants.of(folder, "");
        LockStore store = new LockStore(variant.file());
        assertThat(store.file()).isEqualTo(variant.file().toAbsolutePath().resolveSibling("caisson.lock"));
        assertThat(store.current(variant)).isEmpty();
        BuildException e = catchThrowableOfType(BuildException.class, () -> store.required(variant));
        assertThat(e.hint()).contains("caisson lock host");
        LockedArchitecture lock = lock(variant, locked("bash", "1"));
        store.write(variant, lock);
        assertThat(store.current(variant)).contains(lock);
        assertThat(store.required(variant)).isEqualTo(lock);
        Variant changed = Variants.of(folder, "weak-dependencies: true\n");
        Variant other = Lockfile.request(changed).equals(Lockfile.request(variant))
                ? Variants.of(folder, "exclude: [foo]\n")
                : changed;
        assertThat(store.current(other)).isEmpty();
    }

    @Test
    void otherNames_haveTheirOwnLock() {
        assertThat(new LockStore(folder.resolve("x.yaml")).file())
                .isEqualTo(folder.resolve("x.lock").toAbsolutePath());
        assertThat(new LockStore(folder.resolve("x.yml")).file())
                .isEqualTo(folder.resolve("x.lock").toAbsolutePath());
    }

    @Test
    void read_damagedLock() throws Exception {
        Variant variant = Variants.of(folder, "");
        LockStore store = new LockStore(variant.file());
        Files.writeString(store.file(), "{");
        BuildException e = catchThrowableOfType(BuildException.class, store::read);
        assertThat(e.code()).isEqualTo(FailureCode.MANIFEST);
        assertThat(e).hasMessageContaining("caisson.lock");
    }

    /** Whoever reads while others write sees a whole lock, and nothing is left over. */
    @Test
    void write_isAtomic() throws Exception {
        Variant variant = Variants.of(folder, "");
        LockStore store = new LockStore(variant.file());
        store.write(variant, lock(variant, locked("bash", "0")));
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String version = Integer.toString(i);
            work.add(() -> {
                store.write(variant, lock(variant, locked("bash", version)));
                assertThat(store.current(variant).orElseThrow().packages()).hasSize(1);
                return null;
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(SortedListing.of(store.file().getParent()))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("caisson.lock", "keys.gpg", "variant.yaml");
    }

    /** Both architectures of a variant are often locked at once. */
    @Test
    void write_ofTwoArchitecturesAtOnce_losesNeither() throws Exception {
        Variant variant = Variants.of(folder, "");
        Path manifest = variant.file();
        Files.writeString(manifest, Files.readString(manifest).replace("[x86_64]", "[x86_64, aarch64]"));
        List<Variant> both =
                List.copyOf(ManifestLoader.load(manifest).variants().values());
        assertThat(both).hasSize(2);
        LockStore store = new LockStore(manifest);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 30; round++) {
                String version = Integer.toString(round);
                List<Callable<Void>> work = new ArrayList<>();
                for (Variant one : both) {
                    work.add(() -> {
                        store.write(one, lock(one, locked("bash", version)));
                        return null;
                    });
                }
                for (var done : threads.invokeAll(work)) {
                    done.get();
                }
                for (Variant one : both) {
                    assertThat(store.current(one)
                                    .orElseThrow()
                                    .packages()
                                    .get(0)
                                    .version())
                            .isEqualTo(version);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void guard_thatAKilledProcessLeft_isTakenOver() throws Exception {
        Path file = folder.resolve("caisson.lock");
        Path guard = Files.writeString(file.resolveSibling(".caisson.lock.guard"), "1 1");
        FileGuard taken = FileGuard.of(file, 5);
        assertThat(Files.readString(guard)).isNotEqualTo("1 1");
        taken.close();
        assertThat(guard).doesNotExist();
    }

    @Test
    void changes_betweenLocks() throws Exception {
        Variant variant = Variants.of(folder, "");
        LockedArchitecture before = lock(variant, locked("a", "1"), locked("b", "1"), locked("c", "1"));
        LockedArchitecture after = lock(variant, locked("a", "1"), locked("b", "2"), locked("d", "1"));
        LockChanges changes = LockChanges.between(Optional.of(before), after);
        assertThat(changes.unchanged()).isEqualTo(1);
        assertThat(changes.text("host"))
                .isEqualTo("host: 1 unchanged, 1 changed, 1 new, 1 gone\n  ~ b 1 -> 2\n  + d 1\n  - c 1\n");
        assertThat(changes.isEmpty()).isFalse();
        assertThat(LockChanges.between(Optional.of(after), after).isEmpty()).isTrue();
        assertThat(LockChanges.between(Optional.empty(), after).added()).hasSize(3);
    }
}
