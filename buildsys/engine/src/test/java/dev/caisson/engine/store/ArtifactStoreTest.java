package dev.caisson.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
    @TempDir
    Path folder;

    private ArtifactStore store;

    @BeforeEach
    void open() throws Exception {
        store = ArtifactStore.open(folder.resolve("store"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Digest key(String text) {
        return DigestAlgorithm.SHA256.of(utf8(text));
    }

    @Test
    void objects_areFoundByContent() throws Exception {
        Digest digest = store.put(utf8("content"));
        assertThat(digest).isEqualTo(key("content"));
        assertThat(store.find(digest).orElseThrow()).hasContent("content");
        assertThat(store.root().resolve("cas/" + digest.hex().substring(0, 2) + "/" + digest.hex()))
                .exists();
        assertThat(store.find(key("other"))).isEmpty();
        assertThat(ArtifactStore.open(store.root()).findVerified(digest)).isPresent();
        store.drop(digest);
        store.drop(digest);
        assertThat(store.find(digest)).isEmpty();
    }

    @Test
    void objects_thatAreDamagedGoAndComeAgain() throws Exception {
        Digest digest = store.put(utf8("content"));
        Files.writeString(store.find(digest).orElseThrow(), "c0ntent");
        assertThat(store.findVerified(digest)).isEmpty();
        assertThat(store.find(digest)).isEmpty();
        store.put(utf8("content"));
        Files.writeString(store.find(digest).orElseThrow(), "damaged");
        store.put(utf8("content"));
        assertThat(store.find(digest).orElseThrow()).hasContent("content");
    }

    @Test
    void actions_roundTripAndEveryBitCounts() throws Exception {
        store.putAction(key("k"), utf8("result"));
        store.putAction(key("empty"), new byte[0]);
        assertThat(store.action(key("k"))).contains(utf8("result"));
        assertThat(store.action(key("empty"))).contains(new byte[0]);
        assertThat(store.action(key("none"))).isEmpty();
        Path file = store.root().resolve("ac/" + key("k").hex().substring(0, 2) + "/" + key("k").hex());
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertThat(store.action(key("k"))).isEmpty();
            assertThat(file).doesNotExist();
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(store.action(key("k"))).isEmpty();
        }
        store.putAction(key("k"), utf8("one"));
        store.putAction(key("k"), utf8("two"));
        assertThat(store.action(key("k"))).contains(utf8("two"));
        store.dropAction(key("k"));
        assertThat(store.action(key("k"))).isEmpty();
    }

    @Test
    void writers_atOnce() throws Exception {
        ArtifactStore second = ArtifactStore.open(store.root());
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            ArtifactStore own = i % 2 == 0 ? store : second;
            work.add(() -> {
                own.put(utf8("object " + number / 4));
                own.putAction(key("action " + number / 4), utf8("result " + number / 4));
                assertThat(own.action(key("action " + number / 4))).contains(utf8("result " + number / 4));
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
        assertThat(store.stats().objects()).isEqualTo(50);
        assertThat(store.stats().actions()).isEqualTo(50);
        assertThat(store.root().resolve("tmp")).isEmptyDirectory();
        assertThat(store.findVerified(key("object 7"))).isPresent();
    }

    @Test
    void temporaries_areDistinct() {
        assertThat(store.newTemporary("x"))
                .isNotEqualTo(store.newTemporary("x"))
                .hasParentRaw(store.root().resolve("tmp"));
    }

    @Test
    void collect_oldestFirstDownToTheBound() throws Exception {
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Digest digest = store.put(new byte[100 + i]);
            Files.setLastModifiedTime(store.find(digest).orElseThrow(), FileTime.fromMillis(1_000_000L * (5 - i)));
            digests.add(digest);
        }
        assertThat(store.stats()).isEqualTo(new ArtifactStore.Stats(5, 0, 510));
        assertThat(store.collect(510, 0)).isZero();
        assertThat(store.collect(210, 0)).isEqualTo(104 + 103 + 102);
        assertThat(store.find(digests.get(0))).isPresent();
        assertThat(store.find(digests.get(1))).isPresent();
        assertThat(store.find(digests.get(4))).isEmpty();
        store.putAction(key("a"), new byte[10]);
        assertThat(store.collect(0, 0)).isEqualTo(201 + 42);
        assertThat(store.stats()).isEqualTo(new ArtifactStore.Stats(0, 0, 0));
    }

    @Test
    void collect_temporariesOfDeadBuilds() throws Exception {
        Path old = store.newTemporary("old");
        Path fresh = store.newTemporary("fresh");
        Files.write(old, new byte[7]);
        Files.write(fresh, new byte[7]);
        long now = 100L * 24 * 3600 * 1000;
        Files.setLastModifiedTime(old, FileTime.fromMillis(now - 25L * 3600 * 1000));
        Files.setLastModifiedTime(fresh, FileTime.fromMillis(now - 23L * 3600 * 1000));
        assertThat(store.collect(1000, now)).isEqualTo(7);
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    private Path aged(String name, long millis) throws Exception {
        Path file = store.root().resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[5]);
        return Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
    }

    @Test
    void collect_downloadsOfDeadBuilds() throws Exception {
        long now = 100L * 24 * 3600 * 1000;
        long old = now - 25L * 3600 * 1000;
        List<Path> gone = List.of(
                aged("downloads/a.part", old),
                aged("downloads/a.from", old),
                aged("downloads/b.done", old),
                aged("downloads/download-1.part", old),
                aged("metadata/suites/debian/trixie/new-1.tmp", old));
        List<Path> kept = List.of(
                aged("downloads/parts.lock", old),
                aged("downloads/c.part", now - 3600 * 1000),
                aged("metadata/suites/debian/trixie/InRelease", old));
        assertThat(store.collect(1000, now)).isEqualTo(25);
        assertThat(gone).noneMatch(Files::exists);
        assertThat(kept).allMatch(Files::exists);
        Path running = aged("downloads/d.part", now - 60 * 1000);
        assertThat(store.collect(0, now)).isEqualTo(5);
        assertThat(kept.get(1)).doesNotExist();
        assertThat(running).exists();
    }

    @Test
    void collect_parsedIndexesToo() throws Exception {
        Path older = aged("metadata/indexes/one.index", 1000);
        Path newer = aged("metadata/indexes/two.index", 2000);
        assertThat(store.collect(5, 3000)).isEqualTo(5);
        assertThat(older).doesNotExist();
        assertThat(newer).exists();
    }
}
