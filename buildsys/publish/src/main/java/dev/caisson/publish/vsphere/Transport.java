package dev.caisson.publish.vsphere;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.SourceStream;
import dev.caisson.publish.Secret;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** HTTP to one server and to the hosts that it sends us to. Answers are small; what is sent may be large. */
final class Transport {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MOST_ANSWER = 16 << 20;
    private static final int PIECE = 1 << 16;

    private final VsphereServer server;
    private final HttpClient client;

    Transport(VsphereServer server) {
        this.server = server;
        this.client = client(server.trust());
    }

    private static HttpClient client(ServerTrust trust) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(30))
                .sslContext(trust.context())
                .build();
    }

    /** What came back. */
    record Answer(int status, byte[] body, Optional<String> cookie) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    VsphereServer server() {
        return server;
    }

    /** Sends something small and waits for the answer. */
    Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(PATIENCE)
                .method(method, body.length == 0 ? noBody(method) : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return send(client, request.build());
    }

    private static HttpRequest.BodyPublisher noBody(String method) {
        return method.equals("POST")
                ? HttpRequest.BodyPublishers.ofByteArray(new byte[0])
                : HttpRequest.BodyPublishers.noBody();
    }

    /**
     * Sends a file.
     *
     * @param thumbprint of the host's certificate, where the server has told one
     * @param sent told how many bytes are on their way
     */
    Answer upload(
            String method,
            URI address,
            Optional<String> thumbprint,
            Map<String, String> headers,
            ByteSource content,
            LongConsumer sent)
            throws IOException {
        HttpClient to = thumbprint.isPresent() ? client(ServerTrust.ofThumbprint(thumbprint.get())) : client;
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofInputStream(() -> new Counting(new SourceStream(content), sent)),
                Math.max(1, content.size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .method(method, content.size() == 0 ? HttpRequest.BodyPublishers.ofByteArray(new byte[0]) : body);
        headers.forEach(request::header);
        return send(to, request.build());
    }

    private static Answer send(HttpClient to, HttpRequest request) throws IOException {
        try {
            HttpResponse<InputStream> response = to.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] body = in.readNBytes(MOST_ANSWER + 1);
                if (body.length > MOST_ANSWER) {
                    throw new IOException("an answer of more than 16 MiB");
                }
                return new Answer(response.statusCode(), body, cookie(response));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException e) {
            throw new IOException(request.uri().getHost() + ": " + reason(e), e);
        }
    }

    /** What the cause says, when the exception itself says nothing. */
    private static String reason(Throwable failure) {
        String text = failure.getMessage();
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof java.security.cert.CertificateException) {
                return at.getMessage();
            }
            text = text == null || text.isBlank() ? at.getMessage() : text;
        }
        return text == null ? failure.getClass().getSimpleName() : text;
    }

    private static Optional<String> cookie(HttpResponse<?> response) {
        return response.headers().firstValue("Set-Cookie").map(text -> text.split(";", 2)[0]);
    }

    /** A header that says who asks. */
    Map<String, String> basic() {
        Secret password = server.password();
        String both = server.username() + ":" + password.reveal();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    private static final class Counting extends FilterInputStream {
        private final LongConsumer sent;
        private long count;

        Counting(InputStream in, LongConsumer sent) {
            super(in);
            this.sent = sent;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int got = super.read(to, from, Math.min(length, PIECE));
            if (got > 0) {
                count += got;
                sent.accept(count);
            }
            return got;
        }
    }
}
