package dev.caisson.engine.store;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.fetch.CacheServer;
import dev.caisson.engine.fetch.Credentials;
import dev.caisson.engine.fetch.DownloadOptions;
import dev.caisson.engine.fetch.FetchException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Results that other machines have made. Nothing in it can fail a build: what does not come, comes late or is not what it
 * should be counts as absent, with one warning, and after a few such cases the cache is left alone. Results are believed only
 * for the key that they were made for, contents only with their digest; where a secret is shared, only those who know it can
 * have made a result. Uploads run beside the build in threads of their own.
 */
public final class RemoteCache implements AutoCloseable {
    private static final int UPLOADS = 4;
    /** Smaller contents are sent without asking first. */
    private static final int ASK_FROM_BYTES = 1 << 16;

    private final Settings settings;
    private final Progress progress;
    private final CacheServer server;
    private final RemoteBudget reading;
    private final RemoteBudget writing;
    private final ExecutorService uploads;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger results = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private boolean warned;

    /**
     * How a cache is used.
     *
     * @param address folder that holds {@code ac/} and {@code cas/}
     * @param upload whether results are stored there, too
     * @param headers sent with each request
     * @param secret what makers of results must know; empty: whoever can write to the cache is believed
     * @param grace the longest wait for an answer; all waiting in vain together ends after twice that
     * @param environment for proxies and netrc
     */
    public record Settings(
            URI address,
            boolean upload,
            Map<String, String> headers,
            Optional<byte[]> secret,
            Duration grace,
            Map<String, String> environment) {
        /** Shows no secret. */
        @Override
        public String toString() {
            return FetchException.display(address) + (upload ? "" : ", read only");
        }
    }

    /** A cache; nothing is sent yet. */
    public RemoteCache(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        Duration connect = settings.grace.compareTo(Duration.ofSeconds(5)) < 0 ? settings.grace : Duration.ofSeconds(5);
        DownloadOptions options = new DownloadOptions(
                1,
                1,
                Duration.ZERO,
                connect,
                settings.grace,
                false,
                settings.environment,
                pause -> {},
                Credentials.Sources.netrc(settings.environment));
        this.server = new CacheServer(settings.address, settings.headers, options);
        this.reading = new RemoteBudget(settings.grace, System::nanoTime);
        this.writing = new RemoteBudget(settings.grace, System::nanoTime);
        this.uploads = Executors.newFixedThreadPool(UPLOADS, task -> {
            Thread thread = new Thread(task, "caisson-upload");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether results are to be offered to {@link #upload}. */
    public boolean takesUploads() {
        return settings.upload && !writing.isOver();
    }

    /** A request of the server. */
    @FunctionalInterface
    private interface Call<T> {
        T run(RemoteBudget.Request request) throws IOException;
    }

    /** Runs a request within the budget; empty when it failed or was not made. Only failures of this machine are thrown. */
    private <T> Optional<T> call(RemoteBudget budget, long expectedBytes, Call<Optional<T>> call) throws IOException {
        Optional<RemoteBudget.Request> request = budget.begin(expectedBytes);
        if (request.isEmpty()) {
            return Optional.empty();
        }
        boolean ended = false;
        try {
            Optional<T> result = call.run(request.get());
            budget.done(result.isPresent() ? expectedBytes : 0);
            ended = true;
            return result;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (budget == reading && e instanceof FetchException fetch && fetch.kind() == FetchException.Kind.STORAGE) {
                // Not the cache's fault: this machine cannot store anything from elsewhere either.
                throw e;
            }
            budget.failed();
            ended = true;
            if (isHopeless(e)) {
                budget.close();
            }
            warn(budget, e.getMessage());
            return Optional.empty();
        } finally {
            if (!ended) {
                budget.failed();
            }
        }
    }

    /** Wrong credentials or settings do not become right by asking again, nor does a server come back within a build. */
    private static boolean isHopeless(IOException e) {
        return e instanceof FetchException fetch
                && (fetch.kind() == FetchException.Kind.FORBIDDEN
                        || fetch.kind() == FetchException.Kind.BAD_CONFIGURATION
                        || fetch.kind() == FetchException.Kind.NO_CONNECTION);
    }

    /** One warning says it all; a build of a thousand packages must not print a thousand. */
    private synchronized void warn(RemoteBudget budget, String what) {
        if (!warned) {
            warned = true;
            progress.warning("remote cache: " + what
                    + (budget == writing ? "; not all results are uploaded" : "; what it does not give is made here"));
        }
    }

    /** Tells that what the cache gave is not what it should be. */
    public void reject(String what) {
        reading.lied();
        warn(reading, settings + " gives something wrong: " + what);
    }

    /**
     * Looks for the result of a step.
     *
     * @param key digest of all that goes into it
     * @param step name and version of the step
     * @param inputs as they were stored with the result
     */
    public Optional<RemoteResult> find(Digest key, String step, List<String> inputs) throws IOException {
        Optional<byte[]> message =
                call(reading, 0, request -> server.get("ac/" + key.hex(), RemoteResult.MAX_BYTES, request::stop));
        if (message.isEmpty()) {
            return Optional.empty();
        }
        try {
            RemoteResult result = RemoteResult.parse(message.get());
            if (!result.key().equals(key)
                    || !result.step().equals(step)
                    || !result.inputs().equals(inputs)) {
                reject("the result for " + key.hex() + " is that of " + result.step() + " with " + result.inputs());
                return Optional.empty();
            }
            if (settings.secret.isPresent() && !MessageDigest.isEqual(code(result.signedBytes()), result.code())) {
                reject("the result for " + key.hex() + " was not made by somebody who knows the secret");
                return Optional.empty();
            }
            return Optional.of(result);
        } catch (FormatException e) {
            reject(e.getMessage());
            return Optional.empty();
        }
    }

    private byte[] code(byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(settings.secret.orElseThrow(), "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** A content of at most {@code maxBytes}, with the right digest. */
    public Optional<byte[]> bytes(RemoteResult.Content content, int maxBytes) throws IOException {
        if (content.sizeBytes() > maxBytes) {
            reject("a content of " + content.sizeBytes() + " bytes where at most " + maxBytes + " are possible");
            return Optional.empty();
        }
        Optional<byte[]> bytes = call(
                reading,
                content.sizeBytes(),
                request -> server.content(content.digest(), content.sizeBytes(), request::stop));
        bytes.ifPresent(found -> received.addAndGet(found.length));
        return bytes;
    }

    /**
     * Writes a content with the right digest into a new file.
     *
     * @return whether it is there; if not, neither is the file
     */
    public boolean file(RemoteResult.Content content, Path file) throws IOException {
        Optional<Boolean> found = Optional.empty();
        try {
            found = call(
                    reading,
                    content.sizeBytes(),
                    request -> server.content(content.digest(), content.sizeBytes(), file, request::stop)
                            ? Optional.of(true)
                            : Optional.empty());
        } finally {
            if (found.isEmpty()) {
                Files.deleteIfExists(file);
            }
        }
        if (found.isPresent()) {
            received.addAndGet(content.sizeBytes());
        }
        return found.isPresent();
    }

    /** Counts a result that was used. */
    public void used() {
        results.incrementAndGet();
    }

    /** What to upload: in memory or, when it is large, a file that stays. */
    public record Upload(Digest digest, long sizeBytes, Optional<byte[]> bytes, Optional<Path> file) {
        /** Bytes. */
        public static Upload of(byte[] bytes) {
            return new Upload(
                    DigestAlgorithm.SHA256.of(bytes),
                    bytes.length,
                    Optional.of(Arrays.copyOf(bytes, bytes.length)),
                    Optional.empty());
        }

        /** A file of the store. */
        public static Upload of(Digest digest, long sizeBytes, Path file) {
            return new Upload(digest, sizeBytes, Optional.empty(), Optional.of(file));
        }
    }

    /** Stores a result and its contents, contents first, some time before {@link #close} returns, or never. */
    public void upload(RemoteResult result, List<Upload> contents) {
        if (!takesUploads()) {
            return;
        }
        RemoteResult signed = settings.secret.isPresent() ? result.withCode(code(result.signedBytes())) : result;
        open.incrementAndGet();
        uploads.execute(() -> {
            try {
                send(signed, contents);
            } catch (InterruptedIOException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                warn(writing, e.getMessage());
            } finally {
                open.decrementAndGet();
            }
        });
    }

    private void send(RemoteResult result, List<Upload> contents) throws IOException {
        for (Upload content : contents) {
            Optional<Boolean> done = call(writing, content.sizeBytes, request -> {
                String path = CacheServer.contentPath(content.digest);
                if (content.sizeBytes < ASK_FROM_BYTES || !server.has(path, request::stop)) {
                    if (content.file.isPresent()) {
                        server.put(path, content.file.get(), request::stop);
                    } else {
                        server.put(path, content.bytes.orElseThrow(), request::stop);
                    }
                }
                return Optional.of(true);
            });
            if (done.isEmpty()) {
                return;
            }
        }
        byte[] message = result.encode();
        Optional<Boolean> done = call(writing, message.length, request -> {
            server.put("ac/" + result.key().hex(), message, request::stop);
            return Optional.of(true);
        });
        done.ifPresent(stored -> sent.incrementAndGet());
    }

    /** Waits for uploads, as long as they are worth it, and abandons the rest. */
    @Override
    public void close() {
        uploads.shutdown();
        RemoteBudget waiting = new RemoteBudget(settings.grace, System::nanoTime);
        long[] last = {0};
        RemoteBudget.Request request = waiting.begin(Long.MAX_VALUE >> 20).orElseThrow();
        boolean interrupted = false;
        try {
            while (!writing.isOver()
                    && request.stop().isEmpty()
                    && !uploads.awaitTermination(20, TimeUnit.MILLISECONDS)) {
                long now = writing.bytes();
                waiting.earned(now - last[0]);
                last[0] = now;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        writing.close();
        uploads.shutdownNow();
        int lost = open.get();
        if (lost > 0 && !interrupted) {
            progress.note("remote cache: " + lost + " results were not uploaded");
        }
        if (results.get() > 0 || sent.get() > 0) {
            progress.note("remote cache: " + results + " results used (" + received.get() / 1_000_000 + " MB), " + sent
                    + " uploaded");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
