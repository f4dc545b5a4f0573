package dev.caisson.engine.fetch;

import java.time.Duration;
import java.util.Map;

/**
 * How to download.
 *
 * @param parallel downloads at a time, at least 1
 * @param attempts tries per address that bring no byte further, at least 1
 * @param firstDelay pause before the second try; doubled each time, up to 30 s
 * @param connectTimeout for a connection
 * @param stallTimeout how long a connection may bring nothing
 * @param offline never touch the network; {@code file:} addresses work
 * @param environment for the proxy variables
 * @param sleeper pauses
 * @param credentials where users and passwords are, read when the first request is made
 */
public record DownloadOptions(
        int parallel,
        int attempts,
        Duration firstDelay,
        Duration connectTimeout,
        Duration stallTimeout,
        boolean offline,
        Map<String, String> environment,
        Sleeper sleeper,
        Credentials.Sources credentials) {
    /** Pauses, or in tests pretends to. */
    @FunctionalInterface
    public interface Sleeper {
        /** Returns after about {@code pause}. */
        void sleep(Duration pause) throws InterruptedException;
    }

    /** Copies the map. */
    public DownloadOptions {
        environment = Map.copyOf(environment);
        if (parallel < 1 || attempts < 1) {
            throw new IllegalArgumentException("parallel and attempts are at least 1");
        }
    }

    /** The usual: 8 at a time, 4 tries from half a second on, 20 s to connect, 30 s of silence. */
    public static DownloadOptions standard(Map<String, String> environment) {
        return new DownloadOptions(
                8,
                4,
                Duration.ofMillis(500),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                false,
                environment,
                pause -> Thread.sleep(pause.toMillis()),
                Credentials.Sources.netrc(environment));
    }

    /** The same without network. */
    public DownloadOptions withOffline(boolean value) {
        return new DownloadOptions(
                parallel, attempts, firstDelay, connectTimeout, stallTimeout, value, environment, sleeper, credentials);
    }

    /** The same with credentials from elsewhere. */
    public DownloadOptions withCredentials(Credentials.Sources value) {
        return new DownloadOptions(
                parallel, attempts, firstDelay, connectTimeout, stallTimeout, offline, environment, sleeper, value);
    }
}
