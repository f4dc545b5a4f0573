package dev.caisson.engine.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.engine.Progress;
import dev.caisson.engine.work.StepGraph;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BuildProfileTest {
    private final List<String> heard = new ArrayList<>();
    private final BuildProfile profile = new BuildProfile(new Progress() {
        @Override
        public synchronized void begin(String step) {
            heard.add("+" + step);
        }

        @Override
        public synchronized void end(String step) {
            heard.add("-" + step);
        }
    });

    private static int work(int seed) {
        int sum = 0;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            sum += random.nextInt();
        }
        return sum;
    }

    private void record() throws Exception {
        try (WorkPool pool = new WorkPool(3, Optional.of(profile))) {
            profile.begin("stage");
            StepGraph graph = new StepGraph(pool, profile);
            for (String name : List.of("x", "y")) {
                graph.compute(name, List.of(), () -> pool.map(20, BuildProfileTest::work));
            }
            graph.run();
            profile.bytes("x", 1000, 2000);
            profile.end("stage");
        }
    }

    @Test
    void itemsBelongToTheirSteps() throws Exception {
        record();
        Map<String, Integer> items = new HashMap<>();
        for (BuildProfile.Span span : profile.spans()) {
            assertThat(span.nanos()).isNotNegative();
            assertThat(span.ownCpuNanos()).isNotNegative();
            if (span.kind() == BuildProfile.Kind.ITEM) {
                items.merge(span.name(), 1, Integer::sum);
            }
        }
        assertThat(items).isEqualTo(Map.of("x", 20, "y", 20));
        assertThat(heard).contains("+stage", "-stage", "+x", "-x", "+y", "-y").hasSize(6);
    }

    @Test
    void report_namesStepsBytesAndMemory() throws Exception {
        record();
        String report = ProfileReport.of(profile, new ProcessUsage(2_500_000_000L, 30, 64_000_000, 99_000_000), false);
        assertThat(report)
                .contains("2.50 s CPU of the process", "peak heap 64 MB", "peak RSS 99 MB", "stage")
                .containsPattern("0\\.00\\s+0\\.00\\s+x\\R");
    }

    @Test
    void trace_isJsonWhoseSpansNest() throws Exception {
        record();
        JsonObject trace = Json.parseObject(ChromeTrace.of(profile));
        Map<Long, List<long[]>> open = new HashMap<>();
        int complete = 0;
        for (JsonObject event : trace.objects("traceEvents")) {
            assertThat(event.longValue("pid")).isEqualTo(1);
            if (event.string("ph").equals("M")) {
                assertThat(event.object("args").string("name")).isNotEmpty();
                continue;
            }
            assertThat(event.string("ph")).isEqualTo("X");
            complete++;
            long begin = event.longValue("ts");
            long end = begin + event.longValue("dur");
            assertThat(end).isGreaterThanOrEqualTo(begin);
            List<long[]> stack = open.computeIfAbsent(event.longValue("tid"), tid -> new ArrayList<>());
            while (!stack.isEmpty() && stack.get(stack.size() - 1)[1] <= begin) {
                stack.remove(stack.size() - 1);
            }
            if (!stack.isEmpty()) {
                assertThat(end).isLessThanOrEqualTo(stack.get(stack.size() - 1)[1]);
            }
            stack.add(new long[] {begin, end});
        }
        assertThat(complete).isEqualTo(43);
    }

    @Test
    void whatFailed_doesNotDisturbTheRest() {
        profile.begin("outer");
        profile.begin("fails");
        profile.end("outer");
        profile.end("never begun");
        assertThat(profile.spans()).extracting(BuildProfile.Span::name).containsExactly("outer");
    }

    @Test
    void usage_isPlausible() {
        ProcessUsage usage = ProcessUsage.now();
        assertThat(usage.peakHeapBytes()).isPositive();
        assertThat(usage.peakResidentBytes()).isNotNegative();
    }
}
