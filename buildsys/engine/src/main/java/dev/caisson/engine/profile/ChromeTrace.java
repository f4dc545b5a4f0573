package dev.caisson.engine.profile;

import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** A profile as trace events, for chrome://tracing, Perfetto or speedscope. */
public final class ChromeTrace {
    private static final long NANOS_PER_MICRO = 1000;
    private static final int PROCESS = 1;

    private ChromeTrace() {}

    /** The file's bytes: an object with the array {@code traceEvents}. */
    public static byte[] of(BuildProfile profile) {
        Map<String, Integer> threads = new TreeMap<>();
        profile.spans().forEach(span -> threads.putIfAbsent(span.thread(), 0));
        JsonArray events = JsonArray.of();
        int number = 0;
        for (Map.Entry<String, Integer> thread : threads.entrySet()) {
            thread.setValue(++number);
            events.add(JsonObject.of()
                    .put("name", "thread_name")
                    .put("ph", "M")
                    .put("pid", PROCESS)
                    .put("tid", number)
                    .put("args", JsonObject.of().put("name", thread.getKey())));
        }
        for (BuildProfile.Span span : profile.spans()) {
            events.add(event(profile, span, threads.get(span.thread())));
        }
        return Json.canonicalBytes(JsonObject.of().put("displayTimeUnit", "ms").put("traceEvents", events));
    }

    private static JsonObject event(BuildProfile profile, BuildProfile.Span span, int thread) {
        JsonObject arguments = JsonObject.of().put("ownCpuMicros", span.ownCpuNanos() / NANOS_PER_MICRO);
        BuildProfile.Amount amount = profile.amount(span.name());
        if (span.kind() == BuildProfile.Kind.STEP && (amount.in() > 0 || amount.out() > 0)) {
            arguments.put("bytesIn", amount.in()).put("bytesOut", amount.out());
        }
        // Ends are rounded, not lengths: so spans that nest keep doing so.
        long begin = span.beginNanos() / NANOS_PER_MICRO;
        return JsonObject.of()
                .put("name", span.name())
                .put("cat", span.kind() == BuildProfile.Kind.STEP ? "step" : "item")
                .put("ph", "X")
                .put("ts", begin)
                .put("dur", span.endNanos() / NANOS_PER_MICRO - begin)
                .put("pid", PROCESS)
                .put("tid", thread)
                .put("args", arguments);
    }
}
