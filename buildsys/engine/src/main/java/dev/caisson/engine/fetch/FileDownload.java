package dev.caisson.engine.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Brings one file: address after address, attempt after attempt, each going on where the last one broke off. For one thread. */
final class FileDownload {
    private static final Duration MAX_DELAY = Duration.ofSeconds(30);
    /** Even an address that brings a few bytes each time is given up at some point. */
    private static final int MAX_ATTEMPTS = 100;

    private final DownloadRequest request;
    private final DownloadOptions options;
    private final HttpTransport http;
    private final List<FetchException> failures = new ArrayList<>();
    private PartFile part;
    private URI validatorsSource;
    private DownloadRequest.Validators validators = DownloadRequest.Validators.NONE;
    private boolean restarted;

    private FileDownload(DownloadRequest request, DownloadOptions options, HttpTransport http) {
        this.request = request;
        this.options = options;
        this.http = http;
    }

    static DownloadResult run(
            DownloadRequest request,
            DownloadOptions options,
            HttpTransport http,
            Path folder,
            FileChannel lockFile,
            LongConsumer progress)
            throws IOException {
        FileDownload download = new FileDownload(request, options, http);
        try (PartFile part = PartFile.open(request, folder, lockFile, progress)) {
            download.part = part;
            return download.run();
        } catch (TransferException e) {
            throw download.failure(folder.toUri(), e);
        }
    }

    private DownloadResult run() throws IOException {
        if (request.sources().isEmpty()) {
            throw new FetchException(
                    FetchException.Kind.OFFLINE,
                    request.name(),
                    "is not in the store and there is no address for it",
                    "build once without --offline");
        }
        if (part.isComplete()) {
            // A run was killed between the last byte and the final name.
            try {
                return part.finish(request.sources().get(0), DownloadRequest.Validators.NONE);
            } catch (TransferException e) {
                part.restart();
            }
        }
        for (URI source : request.sources()) {
            DownloadResult result = from(source);
            if (result != null) {
                return result;
            }
        }
        throw worst();
    }

    /** The result, or null when this address cannot give it. */
    private DownloadResult from(URI source) throws IOException {
        if (!"file".equals(source.getScheme()) && options.offline()) {
            failures.add(new FetchException(
                    FetchException.Kind.OFFLINE,
                    FetchException.display(source),
                    "is not in the store and the network may not be used",
                    "build once without --offline"));
            return null;
        }
        restarted = false;
        int fruitless = 0;
        for (int attempt = 1; ; attempt++) {
            long before = part.position();
            try {
                return attempt(source);
            } catch (TransferException e) {
                boolean progressed = part.position() > before && e.next() == TransferException.Next.RETRY;
                fruitless = progressed ? 0 : fruitless + 1;
                if (!again(source, e, fruitless, attempt)) {
                    return null;
                }
            }
        }
    }

    private boolean again(URI source, TransferException e, int fruitless, int attempt) throws IOException {
        switch (e.next()) {
            case RETRY -> {
                if (fruitless < options.attempts() && attempt < MAX_ATTEMPTS) {
                    pause(e, fruitless);
                    return true;
                }
            }
            case RESTART -> {
                part.restart();
                if (!restarted) {
                    // Perhaps a proxy kept an old copy, or the part came from another version.
                    restarted = true;
                    return true;
                }
            }
            case NEXT_SOURCE -> {}
            case GIVE_UP -> throw failure(source, e);
        }
        failures.add(failure(source, e));
        return false;
    }

    private void pause(TransferException e, int fruitless) throws IOException {
        Duration delay = options.firstDelay().multipliedBy(1L << Math.min(Math.max(fruitless - 1, 0), 10));
        delay = delay.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : delay;
        try {
            options.sleeper().sleep(delay.compareTo(e.pause()) > 0 ? delay : e.pause());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private DownloadResult attempt(URI source) throws IOException {
        return "file".equals(source.getScheme()) ? copy(source) : get(source);
    }

    private DownloadResult copy(URI source) throws IOException {
        part.restart();
        try (InputStream in = Files.newInputStream(Path.of(source))) {
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                part.append(ByteBuffer.wrap(buffer, 0, count));
            }
        } catch (NoSuchFileException e) {
            throw new TransferException(
                    FetchException.Kind.NOT_FOUND, TransferException.Next.NEXT_SOURCE, "there is no such file");
        } catch (TransferException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new TransferException(
                    FetchException.Kind.NETWORK,
                    TransferException.Next.NEXT_SOURCE,
                    "cannot be read (" + e.getMessage() + ")",
                    Duration.ZERO,
                    e);
        }
        restarted = true;
        return part.finish(source, DownloadRequest.Validators.NONE);
    }

    private DownloadResult get(URI source) throws IOException {
        boolean same = source.equals(validatorsSource);
        if (!same && part.position() > 0) {
            validators = part.noted(source);
            same = !validators.isEmpty();
            validatorsSource = same ? source : validatorsSource;
        }
        if (request.sha256().isEmpty()
                && part.position() > 0
                && (!same || validators.forRange().isEmpty())) {
            // Without a digest nothing would show that two halves are of different versions.
            part.restart();
        }
        long from = part.position();
        DownloadRequest.Validators ifChanged = from > 0
                ? DownloadRequest.Validators.NONE
                : request.validators().orElse(DownloadRequest.Validators.NONE);
        HttpTransport.Response response = http.get(
                source,
                new HttpTransport.Conditions(from, same ? validators.forRange() : "", ifChanged, restarted),
                (status, headers) -> body(status, headers, source));
        if (response.status() == 304) {
            if (ifChanged.isEmpty()) {
                throw new TransferException(
                        FetchException.Kind.NETWORK,
                        TransferException.Next.NEXT_SOURCE,
                        "the server answers 304 without having been asked");
            }
            return new DownloadResult.NotModified();
        }
        if (response.status() == 416) {
            throw new TransferException(
                    FetchException.Kind.SIZE_MISMATCH,
                    TransferException.Next.RESTART,
                    "the file is shorter than the part that is there");
        }
        return part.finish(source, response.validators());
    }

    private BodySink.Consumer body(int status, HttpHeaders headers, URI source) throws TransferException {
        if (status == 206) {
            String range = headers.firstValue("Content-Range").orElse("");
            if (!range.startsWith("bytes " + part.position() + "-")) {
                throw new TransferException(
                        FetchException.Kind.NETWORK,
                        TransferException.Next.RESTART,
                        "the server sends another range than asked for");
            }
        } else if (status == 200) {
            if (part.position() > 0) {
                part.restart();
            }
        } else {
            return null;
        }
        validatorsSource = source;
        validators = new DownloadRequest.Validators(
                headers.firstValue("ETag").orElse(""),
                headers.firstValue("Last-Modified").orElse(""));
        part.note(source, validators);
        return part::append;
    }

    private FetchException failure(URI source, TransferException e) {
        return new FetchException(e.kind(), FetchException.display(source), e.getMessage(), advice(e.kind()), e);
    }

    private static String advice(FetchException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> "the archive may have changed: try again, update the lock, or give another mirror";
            case NETWORK -> "check the network and the proxy variables, or give another mirror; what came is kept";
            case FORBIDDEN ->
                "give another mirror, or the right user and password in ~/.netrc (or the file that NETRC names)";
            case DIGEST_MISMATCH, SIZE_MISMATCH ->
                "the mirror or a proxy on the way serves other bytes than the signed"
                        + " metadata promise: try again later or give another mirror";
            case STORAGE -> "check the free space and the permissions of the cache folder";
            default -> "";
        };
    }

    /** Of several addresses' failures the one that explains most: a missing file only when all lack it. */
    private FetchException worst() {
        FetchException worst = failures.get(0);
        for (FetchException failure : failures) {
            if (worst.kind() == FetchException.Kind.NOT_FOUND && failure.kind() != FetchException.Kind.NOT_FOUND) {
                worst = failure;
            }
        }
        for (FetchException failure : failures) {
            if (failure != worst) {
                worst.addSuppressed(failure);
            }
        }
        return worst;
    }
}
