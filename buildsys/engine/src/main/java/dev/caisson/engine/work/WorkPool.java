package dev.caisson.engine.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * The threads of one build: as many workers as {@code --jobs} says for computing, and a few more that only wait for the
 * network. Closing it interrupts what still runs.
 */
public final class WorkPool implements AutoCloseable {
    private static final int TRANSFERS = 8;

    private final int jobs;
    private final ForkJoinPool workers;
    private final ExecutorService transfers;
    private final Optional<Observer> observer;
    private final ThreadLocal<String> owner = ThreadLocal.withInitial(() -> "");

    /** Learns of every work item in the thread that does it, for measuring. Called from any thread. */
    public interface Observer {
        /** An item begins. {@code owner} is the step that asked for it. */
        void beginItem(String owner);

        /** The item has ended, well or not. */
        void endItem(String owner);
    }

    /** A pool of {@code jobs} (at least 1) workers. */
    public WorkPool(int jobs) {
        this(jobs, Optional.empty());
    }

    /** As above, with somebody who learns of all work items. */
    public WorkPool(int jobs, Optional<Observer> observer) {
        this.observer = observer;
        if (jobs < 1) {
            throw new IllegalArgumentException("jobs " + jobs);
        }
        this.jobs = jobs;
        this.workers = new ForkJoinPool(jobs, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        this.transfers = Executors.newFixedThreadPool(TRANSFERS, task -> {
            Thread thread = new Thread(task, "caisson-transfer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Number of workers. */
    public int jobs() {
        return jobs;
    }

    ForkJoinPool workers() {
        return workers;
    }

    ExecutorService transfers() {
        return transfers;
    }

    /** Does something in this thread, under whose name the work items that it starts are counted. */
    public <T> T within(String step, Callable<T> body) throws Exception {
        String before = owner.get();
        owner.set(step);
        try {
            return body.call();
        } finally {
            owner.set(before);
        }
    }

    private <T> Callable<T> observed(Callable<T> body) {
        if (observer.isEmpty()) {
            return body;
        }
        String step = owner.get();
        return () -> {
            observer.get().beginItem(step);
            try {
                return within(step, body);
            } finally {
                observer.get().endItem(step);
            }
        };
    }

    /** Starts a work item that waits for nothing; {@link Item#get} runs it right there when no worker has taken it yet. */
    public <T> Item<T> fork(Callable<T> body) {
        Callable<T> measured = observed(body);
        Callable<Outcome<T>> recorded = () -> Outcome.of(measured);
        ForkJoinTask<Outcome<T>> task = ForkJoinTask.adapt(recorded);
        if (ForkJoinTask.getPool() == workers) {
            task.fork();
        } else {
            workers.execute(task);
        }
        return new Item<>(task);
    }

    /** Computes {@code body} for 0…count-1 on all workers, results by index. May be called from a step or from outside. */
    public <T> List<T> map(int count, IndexedBody<T> body) throws Exception {
        List<Item<T>> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = i;
            items.add(fork(() -> body.compute(index)));
        }
        List<T> results = new ArrayList<>(count);
        Exception first = null;
        for (Item<T> item : items) {
            try {
                results.add(item.get());
            } catch (Exception e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return results;
    }

    @Override
    public void close() {
        workers.shutdownNow();
        transfers.shutdownNow();
    }

    /** A loop body. */
    @FunctionalInterface
    public interface IndexedBody<T> {
        /** Computes the result for one index. */
        T compute(int index) throws Exception;
    }

    /** A started work item. */
    public static final class Item<T> {
        private final ForkJoinTask<Outcome<T>> task;

        private Item(ForkJoinTask<Outcome<T>> task) {
            this.task = task;
        }

        /** Whether the result is there. */
        public boolean isDone() {
            return task.isDone();
        }

        /** Waits until the item is done, well or not. */
        public void finish() {
            task.quietlyJoin();
        }

        /** The result, computed by this thread when nobody has begun; the item's own exception when it failed. */
        public T get() throws Exception {
            Outcome<T> outcome = task.get();
            if (outcome.failure != null) {
                throw Failures.rethrow(outcome.failure);
            }
            return outcome.value;
        }
    }

    /** What a body gave or threw, as a value: the executors would wrap or copy an exception, depending on which thread ran it. */
    private record Outcome<T>(T value, Throwable failure) {
        static <T> Outcome<T> of(Callable<T> body) {
            try {
                return new Outcome<>(body.call(), null);
            } catch (Throwable e) {
                return new Outcome<>(null, e);
            }
        }
    }
}
