package dev.caisson.engine.store;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How much of a build's time a remote cache may cost in one direction. A cache that fails several times running, or that brings
 * less than it costs, is not asked again in this build. For any number of threads.
 */
final class RemoteBudget {
    /** So many failures one after another end it. */
    private static final int MAX_FAILURES = 3;
    /** A cache slower than this over a longer time is slower than doing the work. */
    private static final long BYTES_PER_SECOND = 1 << 20;
    /** What one of several transfers at a time may fall to. */
    private static final long BYTES_PER_SECOND_EACH = BYTES_PER_SECOND / 8;

    private final long grace;
    private final LongSupplier nanos;
    private int failures;
    private int lies;
    private int active;
    private long activeSince;
    private long spent;
    private long bytes;
    private boolean over;

    /**
     * @param grace how long one request may take apart from its bytes; all together may waste twice as much
     * @param nanos a clock that only goes forward
     */
    RemoteBudget(Duration grace, LongSupplier nanos) {
        this.grace = grace.toNanos();
        this.nanos = nanos;
    }

    /** One request. */
    final class Request {
        private final long begin = nanos.getAsLong();
        private final long limit;

        private Request(long expectedBytes) {
            this.limit = grace + toNanos(expectedBytes, BYTES_PER_SECOND_EACH);
        }

        /** Why it should be given up, if so. */
        Optional<String> stop() {
            synchronized (RemoteBudget.this) {
                if (over) {
                    return Optional.of("the cache is no longer used");
                }
                if (isWasted()) {
                    return Optional.of("waiting for it has cost more than " + 2 * grace / 1_000_000 + " ms");
                }
                return nanos.getAsLong() - begin > limit
                        ? Optional.of("it took more than " + limit / 1_000_000 + " ms")
                        : Optional.empty();
            }
        }
    }

    private static long toNanos(long bytes, long bytesPerSecond) {
        return (long) (bytes * (1e9 / bytesPerSecond));
    }

    private boolean isWasted() {
        long now = spent + (active > 0 ? nanos.getAsLong() - activeSince : 0);
        return now > 2 * grace + toNanos(bytes, BYTES_PER_SECOND);
    }

    /** Begins a request; empty when there are to be no more. Each one begun is to be ended. */
    synchronized Optional<Request> begin(long expectedBytes) {
        if (over) {
            return Optional.empty();
        }
        if (active++ == 0) {
            activeSince = nanos.getAsLong();
        }
        return Optional.of(new Request(expectedBytes));
    }

    private void end() {
        if (--active == 0) {
            spent += nanos.getAsLong() - activeSince;
        }
    }

    /** A request ended well, with so many bytes. */
    synchronized void done(long transferred) {
        end();
        failures = 0;
        bytes += transferred;
    }

    /** A request ended badly. */
    synchronized void failed() {
        end();
        failures++;
        over |= failures >= MAX_FAILURES || isWasted();
    }

    /** What came was not what it should be, although the request ended well; that is not made good by a later answer. */
    synchronized void lied() {
        lies++;
        over |= lies >= MAX_FAILURES;
    }

    /** Allows no more requests. */
    synchronized void close() {
        over = true;
    }

    /** Bytes transferred so far. */
    synchronized long bytes() {
        return bytes;
    }

    /** Counts bytes that somebody else has transferred meanwhile. */
    synchronized void earned(long transferred) {
        bytes += transferred;
    }

    synchronized boolean isOver() {
        return over;
    }
}
