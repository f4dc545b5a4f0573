package dev.caisson.engine.layer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A remote cache on the loopback interface, strict about what it takes, that misbehaves as it is told. */
final class CacheHttpServer implements AutoCloseable {
    /** Answers a request in place of the server; false leaves it to the server. */
    interface Fault {
        boolean answer(CacheHttpServer server, HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> objects = new TreeMap<>();
    private final List<String> requests = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private String violation = "";
    private Fault fault = (own, exchange) -> false;

    CacheHttpServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/cache/");
    }

    synchronized void misbehave(Fault value) {
        fault = value;
    }

    /** Objects by path, such as {@code ac/…}; a copy. */
    synchronized Map<String, byte[]> objects() {
        return new TreeMap<>(objects);
    }

    synchronized void replace(Map<String, byte[]> others) {
        objects.clear();
        objects.putAll(others);
    }

    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    synchronized void forget() {
        requests.clear();
    }

    /** What a client did that it must not. */
    synchronized String violation() {
        return violation;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        Fault current;
        synchronized (this) {
            requests.add(method + " " + path.replaceAll("(/..)[^/]*$", "$1"));
            current = fault;
        }
        if (current.answer(this, exchange)) {
            return;
        }
        String name = path.replaceFirst("^/cache/", "");
        byte[] body = exchange.getRequestBody().readAllBytes();
        int status = name.matches("(ac|cas)/[0-9a-f]{64}") ? 200 : 400;
        byte[] object;
        synchronized (this) {
            if (status == 400) {
                violation = method + " " + path;
            }
            if (method.equals("PUT")) {
                boolean right = !name.startsWith("cas/")
                        || DigestAlgorithm.SHA256.of(body).hex().equals(name.substring("cas/".length()));
                violation = right ? violation : "wrong digest in " + name;
                objects.put(name, body);
            }
            object = objects.get(name);
        }
        if (method.equals("PUT") || status != 200) {
            exchange.sendResponseHeaders(status, -1);
        } else if (object == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(object.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, object.length == 0 ? -1 : object.length);
            exchange.getResponseBody().write(object);
        }
        exchange.close();
    }

    static Fault status(int status) {
        return (server, exchange) -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            return true;
        };
    }

    /** Takes the request and never answers. */
    static Fault silence() {
        return (server, exchange) -> {
            server.sleep();
            exchange.close();
            return true;
        };
    }

    /** Begins an answer and sends a byte now and then. */
    static Fault trickle() {
        return (server, exchange) -> {
            exchange.sendResponseHeaders(200, 1 << 20);
            for (int i = 0; i < 1 << 20 && !server.sleep(20); i++) {
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
            }
            exchange.close();
            return true;
        };
    }

    private void sleep() {
        while (!sleep(1000)) {
            // until the server is closed
        }
    }

    private boolean sleep(long millis) {
        try {
            return end.await(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
