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
import dev.caisson.fixture.Oracle;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.verity.VerityParameters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** nginx with WebDAV, as an ordinary program on the loopback interface, is the remote cache. */
@Tag("oracle")
class RemoteCacheOracleTest {
    private static final ErofsFormat FORMAT = new ErofsFormat(12, ErofsCompression.LZ4, 0, 65536);
    private static final LayerBuilder.Expected EXPECTED = new LayerBuilder.Expected("evil", "1.0-1", "all");

    @TempDir
    private Path folder;

    private final List<String> messages = new ArrayList<>();
    private Process nginx;
    private int port;

    private final Progress progress = new Progress() {
        @Override
        public void warning(String text) {
            synchronized (messages) {
                messages.add(text);
            }
        }
    };

    @BeforeEach
    void start() throws Exception {
        Path program = Oracle.require("nginx", "nginx-light");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("users"), "me:{PLAIN}hidden\n");
        Files.writeString(folder.resolve("nginx.conf"), """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log error.log;
            events {}
            http {
                access_log access.log;
                client_body_temp_path tmp;
                proxy_temp_path tmp;
                fastcgi_temp_path tmp;
                uwsgi_temp_path tmp;
                scgi_temp_path tmp;
                server {
                    listen 127.0.0.1:%d;
                    root data;
                    client_max_body_size 0;
                    location /open/ { dav_methods PUT; create_full_put_path on; }
                    location /read/ { alias data/open/; }
                    location /closed/ {
                        dav_methods PUT;
                        create_full_put_path on;
                        auth_basic cache;
                        auth_basic_user_file users;
                    }
                }
            }
            """.formatted(port));
        nginx = new ProcessBuilder(program.toString(), "-p", folder + "/", "-c", "nginx.conf", "-e", "error.log")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        awaitPort();
    }

    private void awaitPort() throws Exception {
        for (int i = 0; i < 300; i++) {
            assertThat(nginx.isAlive())
                    .as(Files.readString(folder.resolve("output")))
                    .isTrue();
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        Assertions.fail("nginx does not listen");
    }

    @AfterEach
    void stop() throws Exception {
        if (nginx != null) {
            nginx.destroy();
            nginx.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private RemoteCache cache(String path, boolean upload, Map<String, String> environment) {
        URI address = URI.create("http://127.0.0.1:" + port + "/" + path + "/");
        return new RemoteCache(
                new RemoteCache.Settings(
                        address, upload, Map.of(), Optional.empty(), Duration.ofSeconds(30), environment),
                progress);
    }

    private Path deb() throws IOException {
        byte[] noise = new byte[5 << 20];
        new Random(1).nextBytes(noise);
        TarBuilder data = new TarBuilder()
                .directory("./")
                .member(new TarBuilder.Header("./tool", '0').mode(04755), noise)
                .file("./text", "text ".repeat(100_000));
        return Files.write(folder.resolve("one.deb"), DebBuilder.of(data));
    }

    private Optional<StoredLayer> layer(String store, RemoteCache cache, Path deb, boolean make) throws Exception {
        Digest digest = DigestAlgorithm.SHA256.of(Files.readAllBytes(deb));
        try (cache;
                WorkPool pool = new WorkPool(2);
                EncoderPool encoders = new EncoderPool(pool, FORMAT)) {
            LayerBuilder builder = new LayerBuilder(
                    encoders,
                    ArtifactStore.open(folder.resolve(store)).withRemote(cache),
                    VerityParameters.ofDefaults(new byte[] {1}),
                    List.of());
            if (make) {
                return Optional.of(builder.build(digest, deb));
            }
            Optional<RemoteLayer> asked = builder.ask(digest);
            return asked.isPresent() ? builder.accept(asked.get(), digest, EXPECTED) : Optional.empty();
        }
    }

    private long files(String path) throws IOException {
        Path data = folder.resolve("data").resolve(path);
        if (!Files.exists(data)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void whatOneMachineStores_anotherGets() throws Exception {
        Path deb = deb();
        StoredLayer made =
                layer("first", cache("open", true, Map.of()), deb, true).orElseThrow();
        assertThat(files("open/cas")).isEqualTo(2);
        assertThat(files("open/ac")).isEqualTo(1);
        StoredLayer got =
                layer("second", cache("open", false, Map.of()), deb, false).orElseThrow();
        assertThat(got.blob().digest()).isEqualTo(made.blob().digest());
        try (Stream<Path> results = Files.list(folder.resolve("data/open/ac"))) {
            byte[] result = Files.readAllBytes(results.findFirst().orElseThrow());
            assertThat(new String(result, StandardCharsets.ISO_8859_1)).contains("caisson result 1\n");
        }
        assertThat(messages).isEmpty();
    }

    @Test
    void aServerThatIsReadOnly_isReadAllTheSame() throws Exception {
        Path deb = deb();
        layer("first", cache("open", true, Map.of()), deb, true);
        assertThat(layer("second", cache("read", true, Map.of()), deb, true)).isPresent();
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0)).contains("405");
        assertThat(layer("third", cache("read", true, Map.of()), deb, false)).isPresent();
    }

    @Test
    void aServerThatAsksWhoWeAre_isToldByNetrc() throws Exception {
        Path deb = deb();
        layer("first", cache("closed", true, Map.of()), deb, true);
        assertThat(files("closed")).isZero();
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0)).contains("401");
        Path netrc = Files.writeString(folder.resolve("netrc"), "machine 127.0.0.1\nlogin me\npassword hidden\n");
        Map<String, String> environment = Map.of("NETRC", netrc.toString());
        layer("second", cache("closed", true, environment), deb, true);
        assertThat(files("closed")).isEqualTo(3);
        assertThat(layer("third", cache("closed", true, environment), deb, false))
                .isPresent();
        assertThat(messages).hasSize(1);
    }

    @Test
    void whatIsDamagedOnItsDisk_isNotUsed() throws Exception {
        Path deb = deb();
        layer("first", cache("open", true, Map.of()), deb, true);
        try (Stream<Path> contents = Files.list(folder.resolve("data/open/cas"))) {
            for (Path content : contents.toList()) {
                byte[] bytes = Files.readAllBytes(content);
                bytes[bytes.length / 2] ^= 1;
                Files.write(content, bytes);
            }
        }
        assertThat(layer("second", cache("open", true, Map.of()), deb, false)).isEmpty();
        assertThat(messages).hasSize(1);
        nginx.destroy();
        nginx.waitFor(30, TimeUnit.SECONDS);
        assertThat(layer("third", cache("open", true, Map.of()), deb, false)).isEmpty();
        assertThat(messages).hasSize(2);
    }
}
