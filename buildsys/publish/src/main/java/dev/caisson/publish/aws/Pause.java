package dev.caisson.publish.aws;

import java.time.Duration;

/** How one waits. */
interface Pause {
    /** By the clock. */
    Pause REAL = time -> Thread.sleep(time.toMillis());

    /** Comes back after about this time. */
    void sleep(Duration time) throws InterruptedException;
}
