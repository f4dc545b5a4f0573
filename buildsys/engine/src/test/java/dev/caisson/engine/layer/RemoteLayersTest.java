package dev.caisson.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.Progress;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.store.RemoteCache;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsCompression;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.fixture.DebBuilder;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second machine gets layers without their packages; a cache that is dead, slow or lying costs a warning and nothing else. */
class RemoteLayersTest {
    private static final ErofsFormat FORMAT = new ErofsFormat(12, ErofsCompression.LZ4, 0, 65536);
    private static final VerityParameters VERITY = VerityParameters.ofDefaults(new byte[] {1, 2, 3});
    private static final LayerBuilder.Expected EXPECTED = new LayerBuilder.Expected("evil", "1.0-1", "all");
    private static final String AC = "ac/";

    /** Machines that run tests may be busy. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private CacheHttpServer server;
    private final WorkPool pool = new WorkPool(2);
    private final List<String> warnings = new ArrayList<>();
    private Path file;
    private Digest digest;
    private Path otherFile;
    private Digest otherDigest;
    private int machines;

    private final Progress progress = new Progress() {
        @Override
        public void warning(String text) {
            synchronized (warnings) {
                warnings.add(text);
            }
        }
    };

    @BeforeEach
    void begin() throws Exception {
        server = new CacheHttpServer();
        byte[] noise = new byte[100_000];
        new Random(5).nextBytes(noise);
        // Compresses, but not into so little that it would fit into an inode.
        byte[] text = new Random(6)
                .ints(200_000, 'a', 'e')
                .collect(
                        ByteArrayOutputStream::new,
                        ByteArrayOutputStream::write,
                        (a, b) -> a.writeBytes(b.toByteArray()))
                .toByteArray();
        file = write("one", noise, text);
        digest = DigestAlgorithm.SHA256.of(Files.readAllBytes(file));
        otherFile = write("two", text, noise);
        otherDigest = DigestAlgorithm.SHA256.of(Files.readAllBytes(otherFile));
    }

    private Path write(String name, byte[] first, byte[] second) throws IOException {
        TarBuilder data = new TarBuilder()
                .directory("./")
                .directory("./usr/")
                .member(new TarBuilder.Header("./usr/first", '0').mode(04755).owner(3, 4), first)
                .header(new TarBuilder.Header("./usr/hard", '1').link("./usr/first"))
                .symlink("./usr/soft", "first")
                .member(new TarBuilder.Header("./usr/second", '0'), second)
                .file("./usr/empty", "");
        return Files.write(folder.resolve(name), DebBuilder.of(data));
    }

    @AfterEach
    void end() {
        server.close();
        pool.close();
    }

    private RemoteCache.Settings settings(URI address, boolean upload, String secret) {
        return new RemoteCache.Settings(
                address,
                upload,
                Map.of(),
                secret.isEmpty() ? Optional.empty() : Optional.of(secret.getBytes(StandardCharsets.UTF_8)),
                GRACE,
                Map.of());
    }

    /** So impatient that a test of a server that does not answer takes no time. */
    private RemoteCache.Settings impatient() {
        return new RemoteCache.Settings(
                server.base(), true, Map.of(), Optional.empty(), Duration.ofMillis(300), Map.of());
    }

    private RemoteCache.Settings settings() {
        return settings(server.base(), true, "");
    }

    /** A machine with an empty store. */
    private final class Machine implements AutoCloseable {
        private final RemoteCache cache;
        private final ArtifactStore store;
        private final EncoderPool encoders;
        private final LayerBuilder builder;

        Machine(RemoteCache.Settings settings, ErofsFormat format) throws IOException {
            cache = new RemoteCache(settings, progress);
            store = ArtifactStore.open(folder.resolve("machine" + machines++)).withRemote(cache);
            encoders = new EncoderPool(pool, format);
            builder = new LayerBuilder(encoders, store, VERITY, List.of());
        }

        Machine(RemoteCache.Settings settings) throws IOException {
            this(settings, FORMAT);
        }

        Optional<StoredLayer> get(Digest of) throws IOException {
            Optional<RemoteLayer> layer = builder.ask(of);
            return layer.isPresent() ? builder.accept(layer.get(), of, EXPECTED) : Optional.empty();
        }

        /** Nothing of what did not pass may stay. */
        void assertEmpty() throws IOException {
            assertThat(store.stats().objects()).isZero();
            assertThat(store.stats().actions()).isZero();
            try (Stream<Path> left = Files.list(store.root().resolve("tmp"))) {
                assertThat(left).isEmpty();
            }
        }

        @Override
        public void close() {
            encoders.close();
            cache.close();
        }
    }

    /** The first machine makes both layers and shares them. */
    private void fill(String secret) throws Exception {
        try (Machine first = new Machine(settings(server.base(), true, secret))) {
            first.builder.build(digest, file);
            first.builder.build(otherDigest, otherFile);
        }
        assertThat(server.violation()).isEmpty();
        assertThat(server.objects().keySet()).hasSize(6);
        assertThat(warnings).isEmpty();
        server.forget();
    }

    private void fill() throws Exception {
        fill("");
    }

    private void assertNothingComes(RemoteCache.Settings settings) throws Exception {
        try (Machine second = new Machine(settings)) {
            assertThat(second.get(digest)).isEmpty();
            second.assertEmpty();
            second.builder.build(digest, file);
            assertThat(second.builder.find(digest)).isPresent();
        }
        assertThat(warnings).hasSize(1);
    }

    @Test
    void secondMachine_getsTheSameLayer() throws Exception {
        StoredLayer made;
        try (Machine first = new Machine(settings())) {
            made = first.builder.build(digest, file);
        }
        try (Machine second = new Machine(settings())) {
            StoredLayer got = second.get(digest).orElseThrow();
            assertThat(got.reused()).isTrue();
            assertThat(got.blob().digest()).isEqualTo(made.blob().digest());
            byte[] blocks =
                    Files.readAllBytes(second.store.find(got.blob().digest()).orElseThrow());
            assertThat(got.blob().leaves(0, blocks.length / 4096, 32))
                    .isEqualTo(LeafDigests.digestsOf(VERITY, ByteBuffer.wrap(blocks)));
            assertThat(LayerCodec.encode(
                            got.layer(), got.blob().digest(), got.blob().size()))
                    .isEqualTo(LayerCodec.encode(
                            made.layer(), made.blob().digest(), made.blob().size()));
            assertThat(second.builder.find(digest)).isPresent();
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void resultsComeAfterTheirContents() throws Exception {
        fill();
        try (Machine again = new Machine(settings())) {
            server.replace(Map.of());
            again.builder.build(digest, file);
        }
        List<String> puts =
                server.requests().stream().filter(r -> r.startsWith("PUT")).toList();
        assertThat(puts).hasSize(3);
        assertThat(puts.get(2)).startsWith("PUT /cache/ac/");
    }

    @Test
    void whatTheServerHas_isNotSentAgain() throws Exception {
        fill();
        try (Machine third = new Machine(settings())) {
            third.builder.build(digest, file);
        }
        assertThat(server.requests()).filteredOn(r -> r.startsWith("HEAD")).hasSize(1);
        assertThat(server.requests()).filteredOn(r -> r.startsWith("PUT")).hasSize(2);
    }

    @Test
    void readOnly_sendsNothing() throws Exception {
        try (Machine machine = new Machine(settings(server.base(), false, ""))) {
            assertThat(machine.get(digest)).isEmpty();
            machine.builder.build(digest, file);
        }
        assertThat(server.requests()).allMatch(r -> r.startsWith("GET"));
        assertThat(warnings).isEmpty();
    }

    @Test
    void deadServer() throws Exception {
        URI address = server.base();
        server.close();
        assertNothingComes(settings(address, true, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 400, 401, 403, 500, 503})
    void serverThatRefuses(int status) throws Exception {
        fill();
        server.misbehave(CacheHttpServer.status(status));
        assertNothingComes(settings(server.base(), false, ""));
    }

    @Test
    void serverThatDoesNotTakeUploads_isReadAllTheSame() throws Exception {
        fill();
        server.misbehave((own, exchange) -> exchange.getRequestMethod().equals("PUT")
                && CacheHttpServer.status(405).answer(own, exchange));
        Map<String, byte[]> before = server.objects();
        try (Machine machine = new Machine(settings())) {
            assertThat(machine.get(digest)).isPresent();
            machine.builder.build(otherDigest, otherFile);
        }
        assertThat(server.objects().keySet()).hasSameSizeAs(before.keySet());
        assertThat(warnings).hasSize(1).allMatch(w -> w.contains("405"));
    }

    @Test
    void silentServer_isGivenUp() throws Exception {
        fill();
        server.misbehave(CacheHttpServer.silence());
        assertNothingComes(impatient());
    }

    @Test
    void slowServer_isGivenUp() throws Exception {
        fill();
        server.misbehave(CacheHttpServer.trickle());
        assertNothingComes(impatient());
    }

    @Test
    void afterThreeFailures_nobodyAsks() throws Exception {
        server.misbehave(CacheHttpServer.status(500));
        try (Machine machine = new Machine(settings(server.base(), false, ""))) {
            for (int i = 0; i < 20; i++) {
                assertThat(machine.get(digest)).isEmpty();
            }
        }
        assertThat(server.requests()).hasSize(3);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void everyWrongByteOfAResult_isHarmless() throws Exception {
        fill();
        Map<String, byte[]> right = server.objects();
        for (int at = 0; at < 400; at += 3) {
            int position = at;
            Map<String, byte[]> wrong = new TreeMap<>(right);
            wrong.replaceAll((name, bytes) -> name.startsWith(AC) ? flipped(bytes, position % bytes.length) : bytes);
            server.replace(wrong);
            try (Machine machine = new Machine(settings(server.base(), false, ""))) {
                Optional<StoredLayer> got = machine.get(digest);
                assertThat(got).as("byte %d", at).isEmpty();
                machine.assertEmpty();
            }
        }
    }

    @Test
    void wrongContents_areFoundByTheirDigest() throws Exception {
        fill();
        Map<String, byte[]> wrong = server.objects();
        wrong.replaceAll((name, bytes) -> name.startsWith(AC) ? bytes : flipped(bytes, bytes.length / 2));
        server.replace(wrong);
        assertNothingComes(settings());
    }

    @Test
    void truncatedAndOverlongContents() throws Exception {
        fill();
        Map<String, byte[]> right = server.objects();
        for (int change : new int[] {-1, 1, 4096}) {
            warnings.clear();
            Map<String, byte[]> wrong = new TreeMap<>(right);
            wrong.replaceAll((name, bytes) ->
                    name.startsWith(AC) ? bytes : java.util.Arrays.copyOf(bytes, bytes.length + change));
            server.replace(wrong);
            assertNothingComes(settings(server.base(), false, ""));
        }
    }

    @Test
    void missingContents() throws Exception {
        fill();
        Map<String, byte[]> less = server.objects();
        less.keySet().removeIf(name -> !name.startsWith(AC));
        server.replace(less);
        try (Machine machine = new Machine(settings())) {
            assertThat(machine.get(digest)).isEmpty();
            machine.assertEmpty();
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void anotherPackagesResult_isRefused() throws Exception {
        fill();
        Map<String, byte[]> objects = server.objects();
        List<String> keys =
                objects.keySet().stream().filter(n -> n.startsWith(AC)).toList();
        byte[] first = objects.get(keys.get(0));
        objects.put(keys.get(0), objects.get(keys.get(1)));
        objects.put(keys.get(1), first);
        server.replace(objects);
        assertNothingComes(settings());
        assertThat(warnings.get(0)).contains("wrong", otherDigest.hex());
    }

    @Test
    void anotherPackagesContents_underTheRightResult_areRefused() throws Exception {
        fill();
        // The lie is consistent: right key and inputs, every digest right, but entries and blocks of another package.
        Forgery forgery = new Forgery();
        forgery.nameOtherContents();
        try (Machine machine = new Machine(settings())) {
            Optional<RemoteLayer> layer = machine.builder.ask(digest);
            LayerBuilder.Expected other = new LayerBuilder.Expected("good", "1.0-1", "all");
            assertThat(machine.builder.accept(layer.orElseThrow(), digest, other))
                    .isEmpty();
            machine.assertEmpty();
        }
        assertThat(warnings).hasSize(1).allMatch(w -> w.contains("good 1.0-1 all"));
    }

    @Test
    void contentsThatDoNotDecode_areRefused() throws Exception {
        fill();
        new Forgery().spoilBlocks();
        assertNothingComes(settings());
    }

    @Test
    void layersOfAnotherFormat_areRefused() throws Exception {
        ErofsFormat other = new ErofsFormat(12, ErofsCompression.LZ4, 0, 16384);
        try (Machine first = new Machine(settings(), other)) {
            first.builder.build(digest, file);
        }
        fillMissingResult(FORMAT);
        assertNothingComes(settings());
        assertThat(warnings.get(0)).contains("stored as");
    }

    /** Stores what there is also as the result of another format. */
    private void fillMissingResult(ErofsFormat format) throws Exception {
        Map<String, byte[]> objects = server.objects();
        try (Machine honest = new Machine(settings(), format)) {
            honest.builder.build(digest, file);
        }
        Map<String, byte[]> both = server.objects();
        String target = both.keySet().stream()
                .filter(n -> n.startsWith(AC) && !objects.containsKey(n))
                .findFirst()
                .orElseThrow();
        String source = objects.keySet().stream()
                .filter(n -> n.startsWith(AC))
                .findFirst()
                .orElseThrow();
        both.put(target, Forgery.withContents(both.get(target), both.get(source)));
        server.replace(both);
    }

    @Test
    void withASecret_onlyThoseWhoKnowItAreBelieved() throws Exception {
        String secret = "a secret of some length";
        fill(secret);
        try (Machine friend = new Machine(settings(server.base(), false, secret))) {
            assertThat(friend.get(digest)).isPresent();
        }
        assertThat(warnings).isEmpty();
        assertNothingComes(settings(server.base(), false, "another secret of some length"));
        warnings.clear();
        new Forgery().nameOtherContents();
        assertNothingComes(settings(server.base(), false, secret));
        warnings.clear();
        server.replace(Map.of());
        fill("");
        assertNothingComes(settings(server.base(), false, secret));
        assertThat(warnings.get(0)).contains("secret").doesNotContain(secret);
    }

    @Test
    void headersAndNetrc_areSentAndNeverShown() throws Exception {
        List<String> seen = new ArrayList<>();
        server.misbehave((own, exchange) -> {
            seen.add(exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("X-Token"));
            return CacheHttpServer.status(403).answer(own, exchange);
        });
        Path netrc = Files.writeString(folder.resolve("netrc"), "machine 127.0.0.1 login me password hidden");
        RemoteCache.Settings settings = new RemoteCache.Settings(
                server.base(),
                false,
                Map.of("X-Token", "veiled"),
                Optional.empty(),
                Duration.ofSeconds(5),
                Map.of("NETRC", netrc.toString()));
        try (Machine machine = new Machine(settings)) {
            assertThat(machine.get(digest)).isEmpty();
        }
        assertThat(seen).containsExactly("Basic bWU6aGlkZGVu veiled");
        assertThat(warnings).hasSize(1).allMatch(w -> !w.contains("hidden") && !w.contains("veiled"));
        assertThat(settings.toString()).doesNotContain("veiled");
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] copy = bytes.clone();
        copy[at] ^= 0x10;
        return copy;
    }

    /** What somebody can do who may write to the cache and knows its form. */
    private final class Forgery {
        private final Map<String, byte[]> objects = server.objects();
        private final String mine = AC
                + LayerCodec.key(LayerCodec.VERSION, digest.hex(), FORMAT.id(), "")
                        .hex();
        private final String others = AC
                + LayerCodec.key(LayerCodec.VERSION, otherDigest.hex(), FORMAT.id(), "")
                        .hex();

        void nameOtherContents() {
            objects.put(mine, withContents(objects.get(mine), objects.get(others)));
            server.replace(objects);
        }

        /** The contents fields of a message come first; each begins with 0x12. */
        static byte[] withContents(byte[] message, byte[] from) {
            byte[] contents = java.util.Arrays.copyOf(from, contentsEnd(from));
            byte[] rest = java.util.Arrays.copyOfRange(message, contentsEnd(message), message.length);
            byte[] all = java.util.Arrays.copyOf(contents, contents.length + rest.length);
            System.arraycopy(rest, 0, all, contents.length, rest.length);
            return all;
        }

        private static int contentsEnd(byte[] message) {
            int at = 0;
            while (message[at] == 0x12) {
                at += 2 + message[at + 1];
            }
            return at;
        }

        /** Exchanges the blocks for noise, and every digest that depends on them. */
        void spoilBlocks() {
            byte[] message = objects.get(mine);
            String text = new String(message, StandardCharsets.ISO_8859_1);
            java.util.regex.Matcher digests =
                    java.util.regex.Pattern.compile("[0-9a-f]{64}").matcher(text);
            digests.find();
            String layer = digests.group();
            digests.find();
            String blocks = digests.group();
            byte[] noise = objects.get("cas/" + blocks).clone();
            new Random(9).nextBytes(noise);
            String newBlocks = store(noise);
            byte[] description = objects.get("cas/" + layer).clone();
            System.arraycopy(java.util.HexFormat.of().parseHex(newBlocks), 0, description, 0, 32);
            String newLayer = store(description);
            text = text.replace(layer, newLayer).replace(blocks, newBlocks);
            objects.put(mine, text.getBytes(StandardCharsets.ISO_8859_1));
            server.replace(objects);
        }

        private String store(byte[] bytes) {
            String hex = DigestAlgorithm.SHA256.of(bytes).hex();
            objects.put("cas/" + hex, bytes);
            return hex;
        }
    }
}
