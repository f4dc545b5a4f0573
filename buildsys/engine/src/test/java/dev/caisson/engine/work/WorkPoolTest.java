package dev.caisson.engine.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.Progress;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every promise holds for one worker, too. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkPoolTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void map_resultsByIndex(int jobs) throws Exception {
        try (WorkPool pool = new WorkPool(jobs)) {
            List<Integer> results = pool.map(500, i -> i * i);
            for (int i = 0; i < 500; i++) {
                assertThat(results.get(i)).isEqualTo(i * i);
            }
            assertThat(pool.map(0, i -> i)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void map_withinMapWithinSteps(int jobs) throws Exception {
        try (WorkPool pool = new WorkPool(jobs)) {
            StepGraph graph = new StepGraph(pool, Progress.NONE);
            List<StepGraph.Step<Integer>> steps = new ArrayList<>();
            for (int s = 0; s < 6; s++) {
                int step = s;
                steps.add(graph.compute(
                        "step " + s,
                        List.of(),
                        () -> pool.map(20, i -> sum(pool, step + i)).stream()
                                .mapToInt(Integer::intValue)
                                .sum()));
            }
            StepGraph.Step<Integer> all = graph.transfer(
                    "all",
                    steps,
                    () -> steps.stream().mapToInt(StepGraph.Step::result).sum());
            graph.run();
            int expected = 0;
            for (int s = 0; s < 6; s++) {
                for (int i = 0; i < 20; i++) {
                    expected += 30 * (s + i);
                }
            }
            assertThat(all.result()).isEqualTo(expected);
        }
    }

    private static int sum(WorkPool pool, int value) throws Exception {
        return pool.map(30, i -> value).stream().mapToInt(Integer::intValue).sum();
    }

    /** The very exception, with the message that it had, whichever thread ran the body. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void exceptions_comeAsTheyWere(int jobs) throws Exception {
        List<Exception> failures = List.of(
                new IOException("io"),
                new IllegalStateException("state"),
                new RuntimeException("outer", new FileNotFoundException("inner")),
                new FileNotFoundException("file"));
        try (WorkPool pool = new WorkPool(jobs)) {
            for (Exception failure : failures) {
                assertThatThrownBy(() -> pool.map(3, i -> {
                            if (i == 1) {
                                throw failure;
                            }
                            return i;
                        }))
                        .isSameAs(failure);
                WorkPool.Item<Integer> item = pool.fork(() -> {
                    throw failure;
                });
                assertThatThrownBy(item::get).isSameAs(failure);
                assertThatThrownBy(item::get).isSameAs(failure);
                StepGraph graph = new StepGraph(pool, Progress.NONE);
                graph.compute("fails", List.of(), () -> {
                    throw failure;
                });
                assertThatThrownBy(graph::run).isSameAs(failure);
            }
            assertThatThrownBy(() -> pool.map(1, i -> {
                        throw new AssertionError("bug");
                    }))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("bug");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void map_firstFailureByIndex(int jobs) throws Exception {
        try (WorkPool pool = new WorkPool(jobs)) {
            assertThatThrownBy(() -> pool.map(50, i -> {
                        if (i % 10 == 7) {
                            throw new IOException("at " + i);
                        }
                        return i;
                    }))
                    .hasMessage("at 7");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void graph_runsInOrderOfInputs(int jobs) throws Exception {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        Progress progress = new Progress() {
            @Override
            public void begin(String step) {
                events.add("begin " + step);
            }

            @Override
            public void end(String step) {
                events.add("end " + step);
            }
        };
        try (WorkPool pool = new WorkPool(jobs)) {
            StepGraph graph = new StepGraph(pool, progress);
            StepGraph.Step<Integer> one = graph.compute("one", List.of(), () -> 1);
            StepGraph.Step<Integer> two = graph.transfer("two", List.of(one), () -> one.result() + 1);
            StepGraph.Step<Integer> three =
                    graph.compute("three", List.of(one, two), () -> one.result() + two.result());
            graph.run();
            assertThat(three.result()).isEqualTo(3);
            assertThat(events)
                    .containsExactly("begin one", "end one", "begin two", "end two", "begin three", "end three");
            new StepGraph(pool, progress).run();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void graph_failureStopsWhatHasNotBegun(int jobs) throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        try (WorkPool pool = new WorkPool(jobs)) {
            StepGraph graph = new StepGraph(pool, Progress.NONE);
            StepGraph.Step<Object> fails = graph.transfer("fails", List.of(), () -> {
                throw new IOException("no");
            });
            StepGraph.Step<Object> after = graph.compute("after", List.of(fails), () -> {
                ran.set(true);
                return null;
            });
            graph.compute("last", List.of(after, fails), () -> null);
            assertThatThrownBy(graph::run).isInstanceOf(IOException.class).hasMessage("no");
            assertThat(ran).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void pool_needsAWorker(int jobs) {
        assertThatThrownBy(() -> new WorkPool(jobs)).isInstanceOf(IllegalArgumentException.class);
    }
}
