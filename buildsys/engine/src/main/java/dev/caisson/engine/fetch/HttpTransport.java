package dev.caisson.engine.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP/1.1 with kept connections, redirects and a limit on silence. The client is made at the first request, because that costs
 * time that a build without downloads should not pay; so are credentials read. Several threads may use it.
 */
final class HttpTransport {
    private static final int MAX_REDIRECTS = 10;
    /** More of an error page is not read. */
    private static final int MAX_DISCARDED = 1 << 16;

    private static final Duration MAX_PAUSE = Duration.ofSeconds(60);

    private final DownloadOptions options;
    private HttpClient client;
    private Credentials credentials;

    HttpTransport(DownloadOptions options) {
        this.options = options;
    }

    /** What one exchange gave. */
    record Response(int status, HttpHeaders headers, URI address) {
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        DownloadRequest.Validators validators() {
            return new DownloadRequest.Validators(header("ETag"), header("Last-Modified"));
        }
    }

    /** Decides, once status and headers are known, where the body goes; null discards it. */
    interface BodyTarget {
        /** The consumer of the body. */
        BodySink.Consumer start(int status, HttpHeaders headers) throws TransferException;
    }

    /** Conditions on a request; empty texts are left out. */
    record Conditions(long from, String ifRange, DownloadRequest.Validators ifChanged, boolean noCache) {}

    private synchronized HttpClient client() throws FetchException {
        if (client == null) {
            ProxySettings proxies = ProxySettings.of(options.environment());
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(options.connectTimeout())
                    .proxy(proxies);
            proxies.authenticator().ifPresent(builder::authenticator);
            client = builder.build();
        }
        return client;
    }

    private synchronized Optional<String> authorization(URI address) throws FetchException {
        if (credentials == null) {
            credentials = options.credentials().load();
        }
        return credentials.authorization(address);
    }

    /**
     * Requests an address, following redirects.
     *
     * @throws TransferException when there is no usable answer
     */
    Response get(URI address, Conditions conditions, BodyTarget target) throws IOException {
        URI current = address;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            Response response =
                    exchange(current, request(current, conditions), target, new Silence(options.stallTimeout()));
            if (!isRedirect(response.status())) {
                check(response);
                return response;
            }
            current = follow(current, response.header("Location"));
        }
        throw new TransferException(
                FetchException.Kind.NETWORK,
                TransferException.Next.NEXT_SOURCE,
                "redirects more than " + MAX_REDIRECTS + " times");
    }

    /**
     * One exchange of any method, without redirects; every status is an answer.
     *
     * @param method such as {@code PUT}
     * @param headers more headers, which go before what else is known
     * @param patience asked now and then whether to give up, whatever arrives meanwhile
     */
    Response send(
            URI address,
            String method,
            HttpRequest.BodyPublisher body,
            Map<String, String> headers,
            BodyTarget target,
            Patience patience)
            throws IOException {
        HttpRequest.Builder builder = authorized(HttpRequest.newBuilder(), address);
        headers.forEach(builder::setHeader);
        return exchange(address, builder.method(method, body).build(), target, patience);
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static URI follow(URI from, String location) throws TransferException {
        try {
            URI to = from.resolve(new URI(location));
            boolean safer = "https".equals(to.getScheme())
                    || "http".equals(to.getScheme()) && !"https".equals(from.getScheme());
            if (safer && to.getHost() != null) {
                boolean sameServer = to.getHost().equals(from.getHost()) && to.getPort() == from.getPort();
                return sameServer && from.getRawUserInfo() != null && to.getRawUserInfo() == null
                        ? new URI(to.toString().replaceFirst("//", "//" + from.getRawUserInfo() + "@"))
                        : to;
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Reported below.
        }
        throw new TransferException(
                FetchException.Kind.NETWORK,
                TransferException.Next.NEXT_SOURCE,
                "redirects to something that is not http: or https:, or from https: to http:");
    }

    private static void check(Response response) throws TransferException {
        int status = response.status();
        if (status == 200 || status == 206 || status == 304 || status == 416) {
            return;
        }
        String what = "the server answers " + status;
        if (status == 404 || status == 410) {
            throw new TransferException(FetchException.Kind.NOT_FOUND, TransferException.Next.NEXT_SOURCE, what);
        }
        if (status == 401 || status == 403 || status == 407 || status == 451) {
            throw new TransferException(FetchException.Kind.FORBIDDEN, TransferException.Next.NEXT_SOURCE, what);
        }
        boolean retry = status == 408 || status == 429 || status >= 500;
        throw new TransferException(
                FetchException.Kind.NETWORK,
                retry ? TransferException.Next.RETRY : TransferException.Next.NEXT_SOURCE,
                what,
                retryAfter(response.header("Retry-After")),
                null);
    }

    private static Duration retryAfter(String seconds) {
        if (!seconds.matches("\\d{1,6}")) {
            return Duration.ZERO;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
        return asked.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : asked;
    }

    private Response exchange(URI address, HttpRequest request, BodyTarget target, Patience patience)
            throws IOException {
        Exchange exchange = new Exchange(address, target);
        CompletableFuture<HttpResponse<Void>> future = client().sendAsync(request, exchange::begin);
        try {
            await(future, exchange, patience);
            return exchange.response();
        } catch (ExecutionException | CancellationException e) {
            if (exchange.isDecided()) {
                return exchange.response();
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new TransferException(
                    FetchException.Kind.NETWORK,
                    TransferException.Next.RETRY,
                    "the connection failed (" + text + ")",
                    Duration.ZERO,
                    cause);
        } finally {
            exchange.stop();
        }
    }

    /** Decides how long an exchange may last. */
    interface Patience {
        /** How often to ask. */
        Duration interval();

        /**
         * Whether to give up, in words that say why.
         *
         * @param received bytes of the body so far, -1 before it begins
         */
        Optional<String> end(long received);
    }

    /** Gives up when nothing arrives any more. */
    private static final class Silence implements Patience {
        private final Duration limit;
        private Duration idle = Duration.ZERO;
        private long last = -1;

        Silence(Duration limit) {
            this.limit = limit;
        }

        @Override
        public Duration interval() {
            Duration part = limit.dividedBy(8);
            return part.isZero() ? Duration.ofMillis(1) : part;
        }

        @Override
        public Optional<String> end(long received) {
            idle = received == last ? idle.plus(interval()) : Duration.ZERO;
            last = received;
            return idle.compareTo(limit) < 0
                    ? Optional.empty()
                    : Optional.of("nothing arrived for " + limit.toMillis() + " ms");
        }
    }

    private static void await(CompletableFuture<HttpResponse<Void>> future, Exchange exchange, Patience patience)
            throws IOException, ExecutionException {
        while (true) {
            try {
                future.get(patience.interval().toNanos(), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException e) {
                Optional<String> end = patience.end(exchange.received());
                if (end.isPresent()) {
                    future.cancel(true);
                    throw new TransferException(FetchException.Kind.NETWORK, TransferException.Next.RETRY, end.get());
                }
            } catch (InterruptedException e) {
                future.cancel(true);
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    /** One request and its answer; shared by the client's threads and the one that waits. */
    private static final class Exchange {
        private final URI address;
        private final BodyTarget target;
        private BodySink sink;
        private boolean discards;
        private boolean stopped;
        private TransferException refused;
        private int status;
        private HttpHeaders headers;

        Exchange(URI address, BodyTarget target) {
            this.address = address;
            this.target = target;
        }

        synchronized BodySink begin(HttpResponse.ResponseInfo info) {
            status = info.statusCode();
            headers = info.headers();
            BodySink.Consumer consumer = null;
            if (!stopped && !isRedirect(status)) {
                try {
                    consumer = target.start(status, headers);
                } catch (TransferException e) {
                    refused = e;
                }
            }
            discards = consumer == null;
            sink = new BodySink(discards ? new Discard() : consumer);
            if (stopped) {
                sink.stop();
            }
            return sink;
        }

        /** The body may end before its time and yet say enough: an error page, or bytes that must be refused. */
        synchronized boolean isDecided() {
            return refused != null || sink != null && sink.failure() != null;
        }

        synchronized Response response() throws TransferException {
            if (refused != null) {
                throw refused;
            }
            if (!discards && sink.failure() != null) {
                throw sink.failure();
            }
            return new Response(status, headers, address);
        }

        synchronized long received() {
            return sink == null ? -1 : sink.received();
        }

        /** From now on no byte reaches the target, begun or not. */
        synchronized void stop() {
            stopped = true;
            if (sink != null) {
                sink.stop();
            }
        }
    }

    /** Who we are to the server: what the address itself says, else what the machine's files say about it. */
    private HttpRequest.Builder authorized(HttpRequest.Builder builder, URI address) throws IOException {
        builder.uri(withoutUser(address)).header("User-Agent", "caisson");
        Optional<String> own = Optional.ofNullable(address.getUserInfo()).map(Credentials::basic);
        (own.isPresent() ? own : authorization(address)).ifPresent(value -> builder.setHeader("Authorization", value));
        return builder;
    }

    private HttpRequest request(URI address, Conditions conditions) throws IOException {
        HttpRequest.Builder builder = authorized(HttpRequest.newBuilder(), address);
        if (conditions.from() > 0) {
            builder.header("Range", "bytes=" + conditions.from() + "-");
            if (!conditions.ifRange().isEmpty()) {
                builder.header("If-Range", conditions.ifRange());
            }
        }
        if (!conditions.ifChanged().etag().isEmpty()) {
            builder.header("If-None-Match", conditions.ifChanged().etag());
        }
        if (!conditions.ifChanged().lastModified().isEmpty()) {
            builder.header("If-Modified-Since", conditions.ifChanged().lastModified());
        }
        if (conditions.noCache()) {
            builder.header("Cache-Control", "no-cache");
        }
        return builder.GET().build();
    }

    private static URI withoutUser(URI address) throws TransferException {
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        String authority = address.getRawAuthority();
        String server = authority.substring(authority.lastIndexOf('@') + 1);
        try {
            return new URI(address.getScheme() + "://" + server + address.getRawPath() + query);
        } catch (URISyntaxException e) {
            throw new TransferException(
                    FetchException.Kind.BAD_CONFIGURATION,
                    TransferException.Next.NEXT_SOURCE,
                    "is not an address",
                    Duration.ZERO,
                    e);
        }
    }

    /** Reads a short body to its end, so that the connection can be kept. */
    private static final class Discard implements BodySink.Consumer {
        private long seen;

        @Override
        public void accept(java.nio.ByteBuffer bytes) throws TransferException {
            seen += bytes.remaining();
            if (seen > MAX_DISCARDED) {
                throw new TransferException(
                        FetchException.Kind.NETWORK,
                        TransferException.Next.RETRY,
                        "the server sends a long page instead of the file");
            }
        }
    }
}
