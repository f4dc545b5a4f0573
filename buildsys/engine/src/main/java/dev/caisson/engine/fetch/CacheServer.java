package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A server that speaks Bazel's HTTP cache protocol: {@code GET}, {@code HEAD} and {@code PUT} of {@code cas/<SHA-256 of the
 * content>} and {@code ac/<key>} below one address. Contents count only when their digest is right. Redirects are not followed:
 * they would carry credentials away. Several threads may use it.
 */
public final class CacheServer {
    private static final List<String> RESERVED =
            List.of("connection", "content-length", "date", "expect", "host", "transfer-encoding", "upgrade");

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final URI base;
    private final Map<String, String> headers;
    private final HttpTransport http;

    /**
     * @param base address below which {@code cas/} and {@code ac/} are
     * @param headers sent with every request; they may hold secrets
     * @param options time to connect, environment and credentials are used
     */
    public CacheServer(URI base, Map<String, String> headers, DownloadOptions options) {
        this.base = base;
        this.headers = Map.copyOf(headers);
        this.http = new HttpTransport(options);
    }

    /**
     * Checks an address.
     *
     * @param where names the option or variable that it comes from
     * @throws FetchException when it is not that of a folder on a web server
     */
    public static URI address(String where, String text) throws FetchException {
        URI uri = Mirrors.base(where, text);
        if ("file".equals(uri.getScheme())) {
            throw new FetchException(
                    FetchException.Kind.BAD_CONFIGURATION,
                    where,
                    "is not an http: or https: address",
                    "to share a folder, use --cache");
        }
        return uri;
    }

    /**
     * Reads headers from a file, {@code Name: value} a line; empty lines and those that begin with {@code #} are passed over.
     *
     * @throws FetchException naming file and line, never their text
     */
    public static Map<String, String> readHeaders(Path file) throws FetchException {
        Map<String, String> headers = new TreeMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            boolean plain = value.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\t');
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+") || !plain) {
                throw wrong(file, number, "is not \"Name: value\"");
            }
            if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                throw wrong(file, number, "sets " + name + ", which belongs to the connection");
            }
            headers.put(name, value);
        }
        return headers;
    }

    private static List<String> lines(Path file) throws FetchException {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_CONFIGURATION,
                    file.toString(),
                    "cannot be read as a file of headers",
                    "write a line \"Name: value\" for each",
                    e);
        }
    }

    private static FetchException wrong(Path file, int line, String what) {
        return new FetchException(
                FetchException.Kind.BAD_CONFIGURATION,
                file + ":" + line,
                "the line " + what,
                "write for example \"Authorization: Bearer TOKEN\"");
    }

    /** The address as messages show it. */
    public String display() {
        return FetchException.display(base);
    }

    /**
     * A small object.
     *
     * @param path such as {@code ac/…}
     * @param stop asked during the transfer; a text ends it
     * @return its bytes; empty when there is none
     * @throws FetchException when it is longer than {@code maxBytes}, or there is no usable answer
     */
    public Optional<byte[]> get(String path, long maxBytes, Supplier<Optional<String>> stop) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean found = receive(path, stop, maxBytes, part -> {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
        });
        return found ? Optional.of(bytes.toByteArray()) : Optional.empty();
    }

    /** As {@link #get}, of a content: only with the right digest. */
    public Optional<byte[]> content(Digest sha256, long sizeBytes, Supplier<Optional<String>> stop) throws IOException {
        Optional<byte[]> bytes = get(contentPath(sha256), sizeBytes, stop);
        if (bytes.isPresent()) {
            check(sha256, DigestAlgorithm.SHA256.of(bytes.get()), bytes.get().length, sizeBytes);
        }
        return bytes;
    }

    /**
     * Writes a content into a new file, only with the right digest.
     *
     * @return whether the server has it; when not, or on failure, the file is to be deleted by the caller
     */
    public boolean content(Digest sha256, long sizeBytes, Path file, Supplier<Optional<String>> stop)
            throws IOException {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            boolean found = receive(contentPath(sha256), stop, sizeBytes, part -> {
                digest.update(part.duplicate());
                write(channel, part);
            });
            if (found) {
                Digest actual = new Digest(DigestAlgorithm.SHA256, digest.digest());
                check(sha256, actual, channel.size(), sizeBytes);
            }
            return found;
        }
    }

    private static void write(FileChannel channel, ByteBuffer part) throws TransferException {
        try {
            while (part.hasRemaining()) {
                channel.write(part);
            }
        } catch (IOException e) {
            throw PartFile.storage(e);
        }
    }

    private void check(Digest expected, Digest actual, long bytes, long expectedBytes) throws FetchException {
        if (!actual.equals(expected) || bytes != expectedBytes) {
            throw new FetchException(
                    FetchException.Kind.DIGEST_MISMATCH,
                    display() + contentPath(expected),
                    "has " + bytes + " bytes with SHA-256 " + actual.hex() + ", expected " + expectedBytes,
                    "");
        }
    }

    /** The path of a content. */
    public static String contentPath(Digest sha256) {
        return "cas/" + sha256.hex();
    }

    /** Whether the server has an object. */
    public boolean has(String path, Supplier<Optional<String>> stop) throws IOException {
        HttpTransport.Response response =
                send("HEAD", path, HttpRequest.BodyPublishers.noBody(), (status, answer) -> null, stop);
        if (response.status() != 200 && response.status() != 404) {
            throw refused(path, response.status());
        }
        return response.status() == 200;
    }

    /** Stores a small object. */
    public void put(String path, byte[] bytes, Supplier<Optional<String>> stop) throws IOException {
        put(path, HttpRequest.BodyPublishers.ofByteArray(bytes), stop);
    }

    /** Stores a file. */
    public void put(String path, Path file, Supplier<Optional<String>> stop) throws IOException {
        try {
            put(path, HttpRequest.BodyPublishers.ofFile(file), stop);
        } catch (FileNotFoundException e) {
            throw new FetchException(FetchException.Kind.STORAGE, file.toString(), "is no longer in the store", "", e);
        }
    }

    private void put(String path, HttpRequest.BodyPublisher body, Supplier<Optional<String>> stop) throws IOException {
        HttpTransport.Response response = send("PUT", path, body, (status, answer) -> null, stop);
        if (response.status() / 100 != 2) {
            throw refused(path, response.status());
        }
    }

    private boolean receive(String path, Supplier<Optional<String>> stop, long maxBytes, BodySink.Consumer consumer)
            throws IOException {
        long[] received = {0};
        HttpTransport.Response response = send(
                "GET",
                path,
                HttpRequest.BodyPublishers.noBody(),
                (status, answer) -> status != 200
                        ? null
                        : part -> {
                            received[0] += part.remaining();
                            if (received[0] > maxBytes) {
                                throw new TransferException(
                                        FetchException.Kind.SIZE_MISMATCH,
                                        TransferException.Next.NEXT_SOURCE,
                                        "is longer than " + maxBytes + " bytes");
                            }
                            consumer.accept(part);
                        },
                stop);
        if (response.status() != 200 && response.status() != 404 && response.status() != 410) {
            throw refused(path, response.status());
        }
        return response.status() == 200;
    }

    private HttpTransport.Response send(
            String method,
            String path,
            HttpRequest.BodyPublisher body,
            HttpTransport.BodyTarget target,
            Supplier<Optional<String>> stop)
            throws IOException {
        HttpTransport.Patience patience = new HttpTransport.Patience() {
            @Override
            public Duration interval() {
                return INTERVAL;
            }

            @Override
            public Optional<String> end(long received) {
                return stop.get();
            }
        };
        try {
            return http.send(base.resolve(path), method, body, headers, target, patience);
        } catch (TransferException e) {
            FetchException.Kind kind = isUnreachable(e) ? FetchException.Kind.NO_CONNECTION : e.kind();
            throw new FetchException(kind, display() + path, e.getMessage(), "", e);
        }
    }

    private static boolean isUnreachable(TransferException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return e.getCause() instanceof HttpConnectTimeoutException;
    }

    private FetchException refused(String path, int status) {
        boolean forbidden = status == 401 || status == 403 || status == 405 || status == 407 || status == 501;
        return new FetchException(
                forbidden ? FetchException.Kind.FORBIDDEN : FetchException.Kind.NETWORK,
                display() + path,
                "the server answers " + status,
                "");
    }
}
