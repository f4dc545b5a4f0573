package dev.caisson.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.store.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store is after two processes used it at once, after one was killed, and after the disk was full. */
class SharedStoreTest {
    @TempDir
    private Path folder;

    private Path packages;
    private Path store;

    @BeforeEach
    void write() throws IOException {
        packages = Files.createDirectories(folder.resolve("packages"));
        store = folder.resolve("store");
        StoreProcess.writePackages(packages);
    }

    private List<String> whole(Optional<Integer> limit) throws Exception {
        Process process = StoreProcess.start(store, packages, limit);
        List<String> lines = StoreProcess.output(process);
        assertThat(process.exitValue()).as("%s", lines).isZero();
        return lines;
    }

    /** Every object's bytes are what its name says; results have a check of their own, which every reader makes. */
    private void assertSound() throws IOException {
        try (Stream<Path> objects = Files.walk(store.resolve("cas"))) {
            for (Path object : objects.filter(Files::isRegularFile).toList()) {
                assertThat(DigestAlgorithm.SHA256.of(Files.readAllBytes(object)).hex())
                        .isEqualTo(object.getFileName().toString());
            }
        }
    }

    @Test
    void twoProcessesAtOnce() throws Exception {
        Process first = StoreProcess.start(store, packages, Optional.empty());
        Process second = StoreProcess.start(store, packages, Optional.empty());
        List<String> lines = StoreProcess.output(first);
        assertThat(lines).hasSize(StoreProcess.packages()).isEqualTo(StoreProcess.output(second));
        assertThat(lines).allMatch(line -> line.startsWith("sha256:"));
        assertSound();
        assertThat(store.resolve("tmp")).isEmptyDirectory();
        assertThat(ArtifactStore.open(store).stats().actions()).isEqualTo(2L * StoreProcess.packages());
    }

    @Test
    void killedAtAnyMoment() throws Exception {
        for (int round = 0; round < 3; round++) {
            Process process = StoreProcess.start(store, packages, Optional.empty());
            // The first lines come when the first layers are there.
            for (int line = 0; line <= 4 * round; line++) {
                for (int c = process.getInputStream().read(); c >= 0 && c != '\n'; ) {
                    c = process.getInputStream().read();
                }
            }
            process.destroyForcibly().waitFor();
            assertSound();
        }
        assertThat(whole(Optional.empty())).hasSize(StoreProcess.packages());
        assertSound();
    }

    @Test
    void fullDisk_leavesNothingHalf_andTheNextRunGoesOn() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell with ulimit");
        Process process = StoreProcess.start(store, packages, Optional.of(400));
        List<String> lines = StoreProcess.output(process);
        assertThat(process.exitValue()).as("%s", lines).isEqualTo(7);
        assertThat(lines.get(lines.size() - 1)).contains("File too large");
        assertThat(lines.size()).isBetween(2, StoreProcess.packages());
        assertSound();
        assertThat(store.resolve("tmp")).isEmptyDirectory();
        assertThat(whole(Optional.empty()))
                .startsWith(lines.subList(0, lines.size() - 1).toArray(new String[0]));
        assertSound();
    }
}
