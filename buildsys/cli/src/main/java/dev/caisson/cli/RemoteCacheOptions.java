package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.fetch.CacheServer;
import dev.caisson.engine.fetch.FetchException;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.store.RemoteCache;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/**
 * Where results are shared between machines. Each option can also stand in the environment ({@code --remote-cache-mode} as
 * {@code CAISSON_REMOTE_CACHE_MODE}) or in the user's {@code cache.yaml} ({@code remote-cache-mode: read}, beside {@code
 * mirrors.yaml}); the first of these that has it decides.
 */
final class RemoteCacheOptions {
    private static final String URL = "remote-cache";
    private static final String MODE = "remote-cache-mode";
    private static final String HEADERS = "remote-cache-headers";
    private static final String SECRET = "remote-cache-secret";
    private static final String TIMEOUT = "remote-cache-timeout";
    private static final int MIN_SECRET_BYTES = 16;

    @Option(
            names = "--" + URL,
            paramLabel = "URL",
            description =
                    "A server that speaks Bazel's HTTP cache protocol, to share finished layers with other machines;"
                            + " \"none\": no server. Users and passwords come from netrc.")
    private String url;

    @Option(
            names = "--" + MODE,
            paramLabel = "MODE",
            description = "read-write (default) or read: whether what is made here is uploaded.")
    private String mode;

    @Option(
            names = "--" + HEADERS,
            paramLabel = "FILE",
            description = "Headers for each request to the remote cache, \"Name: value\" a line.")
    private String headers;

    @Option(
            names = "--" + SECRET,
            paramLabel = "FILE",
            description = "A secret of at least 16 bytes: then only results of those who know it are believed."
                    + " Without it, whoever can write to the remote cache is.")
    private String secret;

    @Option(
            names = "--" + TIMEOUT,
            paramLabel = "SECONDS",
            description = "The longest wait for an answer of the remote cache, 1 to 600; default: 10."
                    + " After twice that in vain it is left alone.")
    private String timeout;

    /** A cache that is in use, or none. */
    record Connection(Optional<RemoteCache> cache) implements AutoCloseable {
        /** The store, with the cache behind it. */
        ArtifactStore behind(ArtifactStore store) {
            return cache.map(store::withRemote).orElse(store);
        }

        @Override
        public void close() {
            cache.ifPresent(RemoteCache::close);
        }
    }

    /** Reads the settings; nothing is sent yet. */
    Connection connect(boolean offline, Map<String, String> environment, Progress progress)
            throws BuildException, IOException {
        Map<String, String> file = configuration(environment);
        Optional<String> address = setting(URL, url, environment, file);
        if (offline || address.isEmpty() || address.get().equals("none")) {
            return new Connection(Optional.empty());
        }
        try {
            URI base = CacheServer.address("--" + URL, address.get());
            Optional<String> headerFile = setting(HEADERS, headers, environment, file);
            RemoteCache.Settings settings = new RemoteCache.Settings(
                    base,
                    uploads(setting(MODE, mode, environment, file).orElse("read-write")),
                    headerFile.isPresent() ? CacheServer.readHeaders(Path.of(headerFile.get())) : Map.of(),
                    secret(setting(SECRET, secret, environment, file)),
                    Duration.ofSeconds(
                            seconds(setting(TIMEOUT, timeout, environment, file).orElse("10"))),
                    environment);
            return new Connection(Optional.of(new RemoteCache(settings, progress)));
        } catch (FetchException e) {
            throw new BuildException(FailureCode.USAGE, e.getMessage(), "", e);
        }
    }

    private static Optional<String> setting(
            String name, String option, Map<String, String> environment, Map<String, String> file) {
        String variable = "CAISSON_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        return Optional.ofNullable(option)
                .or(() -> Optional.ofNullable(environment.get(variable)))
                .or(() -> Optional.ofNullable(file.get(name)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private static boolean uploads(String mode) throws BuildException {
        return switch (mode) {
            case "read" -> false;
            case "read-write" -> true;
            default ->
                throw new BuildException(
                        FailureCode.USAGE, "--" + MODE + " " + mode + " is unknown", "use read or read-write");
        };
    }

    private static long seconds(String text) throws BuildException {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 600) {
            throw new BuildException(
                    FailureCode.USAGE, "--" + TIMEOUT + " " + text + " is not a number from 1 to 600", "");
        }
        return Integer.parseInt(text);
    }

    private static Optional<byte[]> secret(Optional<String> file) throws BuildException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            String text = new String(Files.readAllBytes(Path.of(file.get())), StandardCharsets.ISO_8859_1);
            bytes = text.stripTrailing().getBytes(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new BuildException(
                    FailureCode.USAGE, "the secret " + file.get() + " cannot be read", "give a readable file", e);
        }
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "the secret in " + file.get() + " is shorter than " + MIN_SECRET_BYTES + " bytes",
                    "make one, for example with 'openssl rand -hex 32'");
        }
        return Optional.of(bytes);
    }

    private static Map<String, String> configuration(Map<String, String> environment)
            throws BuildException, IOException {
        Path path = VariantSource.userFolder(environment).resolve("cache.yaml");
        Map<String, String> values = new TreeMap<>();
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException e) {
            return values;
        }
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String entry = line.replaceAll("(^|\\s)#.*", "").strip();
            if (entry.isEmpty()) {
                continue;
            }
            int colon = entry.indexOf(": ");
            String name = colon < 0 ? "" : entry.substring(0, colon).strip();
            if (!name.equals(URL)
                    && !name.equals(MODE)
                    && !name.equals(HEADERS)
                    && !name.equals(SECRET)
                    && !name.equals(TIMEOUT)) {
                throw new BuildException(
                        FailureCode.USAGE,
                        path + ":" + number + ": is not a setting of the remote cache",
                        "write for example \"" + URL + ": https://HOST/PATH\"");
            }
            values.put(name, entry.substring(colon + 1).strip().replaceAll("^\"(.*)\"$", "$1"));
        }
        return values;
    }
}
