package dev.caisson.publish.aws;

/**
 * How many requests may be under way: one more after as many successes as there are places, a third fewer after a refusal for
 * the load. So it settles at what the service takes, whatever its quota is.
 */
final class Pace {
    private static final double FIRST = 16;
    private static final double SLOWER = 2.0 / 3;

    private final int most;
    private double places;
    private int under;

    /**
     * @param most places that there will ever be
     */
    Pace(int most) {
        this.most = most;
        this.places = Math.min(FIRST, most);
    }

    /** Waits for a place. */
    synchronized void take() throws InterruptedException {
        while (under >= (int) places) {
            wait();
        }
        under++;
    }

    /** Gives the place back. */
    synchronized void give(boolean success) {
        under--;
        if (success) {
            places = Math.min(most, places + 1 / places);
        }
        notifyAll();
    }

    /** The service asked for less. */
    synchronized void slower() {
        places = Math.max(1, places * SLOWER);
    }

    synchronized int places() {
        return (int) places;
    }
}
