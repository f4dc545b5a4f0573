package dev.caisson.engine;

/**
 * The one time of a build: every timestamp in every artifact is this or earlier.
 *
 * @param seconds since 1970, 0–2^31-1 (what every format that we write can hold)
 */
public record BuildEpoch(long seconds) {
    /** Checks the range. */
    public BuildEpoch {
        if (seconds < 0 || seconds > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("epoch " + seconds);
        }
    }

    /** A time, but not later than the epoch. */
    public long clamp(long timeSeconds) {
        return Math.max(0, Math.min(timeSeconds, seconds));
    }
}
