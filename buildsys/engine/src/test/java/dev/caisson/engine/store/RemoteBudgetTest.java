package dev.caisson.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RemoteBudgetTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong();
    private final RemoteBudget budget = new RemoteBudget(Duration.ofSeconds(10), now::get);

    private RemoteBudget.Request begin(long bytes) {
        return budget.begin(bytes).orElseThrow();
    }

    @Test
    void threeFailuresRunning_endIt() {
        for (int i = 0; i < 2; i++) {
            begin(0);
            budget.failed();
        }
        begin(0);
        budget.done(0);
        for (int i = 0; i < 3; i++) {
            assertThat(budget.isOver()).isFalse();
            begin(0);
            budget.failed();
        }
        assertThat(budget.isOver()).isTrue();
        assertThat(budget.begin(0)).isEmpty();
    }

    @Test
    void threeLies_endIt_whateverElseIsTrue() {
        for (int i = 0; i < 3; i++) {
            assertThat(budget.isOver()).isFalse();
            begin(0);
            budget.done(1000);
            budget.lied();
        }
        assertThat(budget.isOver()).isTrue();
    }

    @Test
    void oneRequest_mayTakeTheGraceAndItsBytes() {
        RemoteBudget.Request small = begin(0);
        RemoteBudget.Request large = begin(1 << 20);
        now.set(10 * SECOND);
        assertThat(small.stop()).isEmpty();
        now.set(10 * SECOND + 1);
        assertThat(small.stop()).isPresent();
        assertThat(large.stop()).isEmpty();
        now.set(18 * SECOND + 1);
        assertThat(large.stop()).isPresent();
    }

    @Test
    void answersThatAlwaysTakeLong_endItToo() {
        int requests = 0;
        while (budget.begin(0).filter(r -> r.stop().isEmpty()).isPresent()) {
            now.addAndGet(5 * SECOND);
            budget.done(1 << 10);
            requests++;
        }
        assertThat(requests).isBetween(3, 6);
    }

    @Test
    void oneThatIsFastEnough_mayTakeAsLongAsItLikes() {
        for (int i = 0; i < 1000; i++) {
            assertThat(begin(5 << 20).stop()).isEmpty();
            now.addAndGet(4 * SECOND);
            budget.done(5 << 20);
        }
    }

    @Test
    void timeBetweenRequests_costsNothing() {
        for (int i = 0; i < 100; i++) {
            now.addAndGet(60 * SECOND);
            assertThat(begin(0).stop()).isEmpty();
            budget.done(0);
        }
    }
}
