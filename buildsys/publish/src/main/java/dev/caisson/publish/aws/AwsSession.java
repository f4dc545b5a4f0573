package dev.caisson.publish.aws;

import dev.caisson.engine.Progress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What everything that talks to AWS needs.
 *
 * @param clients the SDK's clients
 * @param calls sends their requests
 * @param progress hears what happens
 */
record AwsSession(AwsClients clients, AwsCalls calls, Progress progress) {
    /** Threads that wait for answers; they hold no process back from ending. */
    static ExecutorService threads(int count) {
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "caisson-aws");
            thread.setDaemon(true);
            return thread;
        });
    }
}
