package dev.caisson.engine.fetch;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Hands a response body to a consumer as it arrives. After {@link #stop()} no byte reaches the consumer any more, whatever the
 * client's threads still do: a file may be used by the next attempt.
 */
final class BodySink implements HttpResponse.BodySubscriber<Void> {
    /** Takes bytes. */
    interface Consumer {
        /** Takes all of {@code bytes}. */
        void accept(ByteBuffer bytes) throws TransferException;
    }

    private final Consumer consumer;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private Flow.Subscription subscription;
    private boolean stopped;
    private TransferException failure;
    private long received;

    BodySink(Consumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return result;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription value) {
        subscription = value;
        if (stopped) {
            value.cancel();
        } else {
            value.request(1);
        }
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        if (stopped) {
            return;
        }
        try {
            for (ByteBuffer buffer : buffers) {
                received += buffer.remaining();
                consumer.accept(buffer);
            }
            subscription.request(1);
        } catch (TransferException e) {
            failure = e;
            stop();
            result.completeExceptionally(e);
        }
    }

    @Override
    public void onError(Throwable cause) {
        result.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        result.complete(null);
    }

    /** Ends the transfer. */
    synchronized void stop() {
        stopped = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    /** Grows while the transfer lives. */
    synchronized long received() {
        return received;
    }

    /** Why the consumer refused, or null. */
    synchronized TransferException failure() {
        return failure;
    }
}
