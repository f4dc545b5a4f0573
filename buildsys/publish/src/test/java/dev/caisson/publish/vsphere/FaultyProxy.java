package dev.caisson.publish.vsphere;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Stands between the client and the simulator and, at a chosen request, does what servers and networks do on bad days. */
final class FaultyProxy implements AutoCloseable {
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "host", "upgrade", "expect", "transfer-encoding", "http2-settings");

    /** What happens at the chosen request. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** The answer is status 503, and the request has not been heard. */
        REFUSED,
        /** The request has been heard, but its answer gets lost. */
        ANSWER_LOST,
        /** From this request on nothing gets through: as if the client had been killed. */
        DEAD
    }

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client;
    private final URI target;
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private volatile Fault fault = Fault.NONE;
    private volatile int at;

    static {
        // Otherwise every answer waits 40 ms for the client's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    FaultyProxy(URI target) throws Exception {
        this.target = target;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(ServerTrust.ofThumbprint(Vcsim.thumbprint(target)).context())
                .build();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context()));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private static SSLContext context() throws Exception {
        KeyPair pair = Certificates.generateRsa(2048, new SecureRandom());
        LocalSigningKey key = Certificates.selfSigned(
                pair,
                new CertificateSpec(
                        "CN=proxy",
                        BigInteger.valueOf(7),
                        Instant.parse("2020-01-01T00:00:00Z"),
                        Instant.parse("2060-01-01T00:00:00Z"),
                        CertificateSpec.Usage.AUTHORITY));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "k",
                KeyFactory.getInstance("RSA")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded())),
                new char[0],
                key.certificates().toArray(new java.security.cert.Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Forgets what was, and chooses. */
    void plan(Fault what, int request) {
        fault = what;
        at = request;
        requests.set(0);
        log.clear();
    }

    /** How many requests there were since {@link #plan}. */
    int requests() {
        return requests.get();
    }

    /** Everything that was sent since {@link #plan}: methods, addresses, and small bodies. */
    List<String> log() {
        return log;
    }

    private void handle(HttpExchange exchange) throws IOException {
        int number = requests.incrementAndGet();
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readAllBytes();
        }
        String text = body.length < 100_000 ? new String(body, StandardCharsets.UTF_8) : body.length + " bytes";
        log.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + text);
        try {
            if (fault == Fault.DEAD && number >= at) {
                exchange.close();
            } else if (fault == Fault.REFUSED && number == at) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                HttpResponse<byte[]> answer = forward(exchange, body);
                if (fault == Fault.ANSWER_LOST && number == at) {
                    exchange.close();
                } else {
                    answer(exchange, answer);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        target.resolve(exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
        });
        // The library tells where files go by its own address.
        byte[] body = answer.body();
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (body.length < 1 << 20 && !type.contains("xml")) {
            body = new String(body, StandardCharsets.ISO_8859_1)
                    .replace(target.getRawAuthority(), address().getRawAuthority())
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
        exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
