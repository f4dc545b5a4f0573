package dev.caisson.engine.fetch;

import java.io.IOException;
import java.time.Duration;

/** One attempt at one address failed; says whether another attempt at the same address makes sense. */
final class TransferException extends IOException {
    /** What to do next. */
    enum Next {
        /** Try again after a pause, with what is there. */
        RETRY,
        /** Try again from the first byte, once. */
        RESTART,
        /** Try the next address. */
        NEXT_SOURCE,
        /** Give up: no address can help. */
        GIVE_UP
    }

    private final FetchException.Kind kind;
    private final Next next;
    private final Duration pause;

    TransferException(FetchException.Kind kind, Next next, String what) {
        this(kind, next, what, Duration.ZERO, null);
    }

    TransferException(FetchException.Kind kind, Next next, String what, Duration pause, Throwable cause) {
        super(what, cause);
        this.kind = kind;
        this.next = next;
        this.pause = pause;
    }

    FetchException.Kind kind() {
        return kind;
    }

    Next next() {
        return next;
    }

    /** What the server asked for; zero when it did not. */
    Duration pause() {
        return pause;
    }
}
