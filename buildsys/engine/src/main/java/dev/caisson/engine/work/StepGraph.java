package dev.caisson.engine.work;

import dev.caisson.engine.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The steps of one build and what each needs. Steps are added first and run together; each starts when its inputs are
 * done, none waits in another's thread. The first failure stops what has not begun and is thrown.
 */
public final class StepGraph {
    private final WorkPool pool;
    private final Progress progress;
    private final List<Step<?>> steps = new ArrayList<>();

    /** A graph that runs on {@code pool} and tells {@code progress} when steps begin and end. */
    public StepGraph(WorkPool pool, Progress progress) {
        this.pool = pool;
        this.progress = progress;
    }

    /** Adds a step that computes. Its inputs must have been added before. */
    public <T> Step<T> compute(String name, List<? extends Step<?>> inputs, StepBody<T> body) {
        return add(new Step<>(name, inputs, body, pool.workers()));
    }

    /** Adds a step that mostly waits for the network or another machine. */
    public <T> Step<T> transfer(String name, List<? extends Step<?>> inputs, StepBody<T> body) {
        return add(new Step<>(name, inputs, body, pool.transfers()));
    }

    private <T> Step<T> add(Step<T> step) {
        steps.add(step);
        return step;
    }

    /** Runs all steps; called from outside the pool. */
    public void run() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch open = new CountDownLatch(steps.size());
        for (Step<?> step : steps) {
            step.remaining.set(step.inputs.size());
            for (Step<?> input : step.inputs) {
                input.dependants.add(step);
            }
        }
        for (Step<?> step : steps) {
            if (step.inputs.isEmpty()) {
                start(step, failure, open);
            }
        }
        open.await();
        if (failure.get() != null) {
            throw Failures.rethrow(failure.get());
        }
    }

    private void start(Step<?> step, AtomicReference<Throwable> failure, CountDownLatch open) {
        step.executor.execute(() -> {
            try {
                if (failure.get() == null) {
                    progress.begin(step.name);
                    pool.within(step.name, step::compute);
                    progress.end(step.name);
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            } finally {
                for (Step<?> dependant : step.dependants) {
                    if (dependant.remaining.decrementAndGet() == 0) {
                        start(dependant, failure, open);
                    }
                }
                open.countDown();
            }
        });
    }

    /** What a step does. */
    @FunctionalInterface
    public interface StepBody<T> {
        /** Computes the step's result from the results of its inputs. */
        T run() throws Exception;
    }

    /** A node of the graph, and after the run its result. */
    public static final class Step<T> {
        private final String name;
        private final List<? extends Step<?>> inputs;
        private final StepBody<T> body;
        private final Executor executor;
        private final List<Step<?>> dependants = new ArrayList<>();
        private final AtomicInteger remaining = new AtomicInteger();
        private volatile T result;

        private Step(String name, List<? extends Step<?>> inputs, StepBody<T> body, Executor executor) {
            this.name = name;
            this.inputs = List.copyOf(inputs);
            this.body = body;
            this.executor = executor;
        }

        private T compute() throws Exception {
            result = body.run();
            return result;
        }

        /** The result, once the step is done. */
        public T result() {
            return result;
        }
    }
}
