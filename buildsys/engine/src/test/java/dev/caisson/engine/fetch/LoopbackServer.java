package dev.caisson.engine.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on the loopback interface that misbehaves as it is told. */
final class LoopbackServer implements AutoCloseable {
    /** How one request goes wrong. */
    interface Fault {
        /** Answers the request. */
        void answer(LoopbackServer server, HttpExchange exchange) throws IOException;
    }

    /** One request as it arrived. */
    record Request(String path, String range, String ifRange, String authorization, String ifNoneMatch) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private boolean ranges = true;

    LoopbackServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    URI uri(String path) {
        return base().resolve(path);
    }

    synchronized void put(String path, byte[] bytes) {
        files.put("/" + path, bytes);
    }

    synchronized void remove(String path) {
        files.remove("/" + path);
    }

    /** The next requests for the path go wrong like this, one after the other; those after them go right. */
    synchronized void fail(String path, Fault... faultsOfPath) {
        faults.put("/" + path, new ArrayDeque<>(List.of(faultsOfPath)));
    }

    synchronized void ignoreRanges() {
        ranges = false;
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    synchronized void forget() {
        requests.clear();
    }

    static Fault status(int status) {
        return (server, exchange) -> exchange.sendResponseHeaders(status, -1);
    }

    static Fault retryAfter(int seconds) {
        return (server, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", Integer.toString(seconds));
            exchange.sendResponseHeaders(503, -1);
        };
    }

    static Fault redirect(String location) {
        return (server, exchange) -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    /** Announces everything, sends some bytes of it and closes the connection. */
    static Fault cut(int count) {
        return (server, exchange) -> server.send(exchange, count, false);
    }

    /** Sends some bytes and then nothing more until the server is closed. */
    static Fault hang(int count) {
        return (server, exchange) -> server.send(exchange, count, true);
    }

    private void handle(HttpExchange exchange) throws IOException {
        Fault fault;
        synchronized (this) {
            requests.add(new Request(
                    exchange.getRequestURI().getPath(),
                    header(exchange, "Range"),
                    header(exchange, "If-Range"),
                    header(exchange, "Authorization"),
                    header(exchange, "If-None-Match")));
            Deque<Fault> queue = faults.get(exchange.getRequestURI().getPath());
            fault = queue == null ? null : queue.poll();
        }
        if (fault != null) {
            fault.answer(this, exchange);
        } else {
            send(exchange, Integer.MAX_VALUE, false);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private void send(HttpExchange exchange, int count, boolean hang) throws IOException {
        byte[] file;
        boolean withRanges;
        synchronized (this) {
            file = files.get(exchange.getRequestURI().getPath());
            withRanges = ranges;
        }
        if (file == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        String etag =
                "\"" + dev.caisson.bytes.DigestAlgorithm.SHA256.of(file).hex().substring(0, 16) + "\"";
        exchange.getResponseHeaders().set("ETag", etag);
        if (etag.equals(header(exchange, "If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        int from = 0;
        String range = header(exchange, "Range");
        String ifRange = header(exchange, "If-Range");
        if (withRanges && !range.isEmpty() && (ifRange.isEmpty() || ifRange.equals(etag))) {
            from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
            if (from >= file.length) {
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (file.length - 1) + "/" + file.length);
        }
        int status = from > 0 ? 206 : 200;
        exchange.sendResponseHeaders(status, file.length == 0 ? -1 : file.length - from);
        if (file.length == 0) {
            return;
        }
        if (count > 0) {
            OutputStream out = exchange.getResponseBody();
            out.write(file, from, Math.min(count, file.length - from));
            out.flush();
            if (count >= file.length - from) {
                out.close();
                return;
            }
        }
        if (hang) {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        // Closing an exchange before its announced end breaks the connection.
        exchange.close();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
