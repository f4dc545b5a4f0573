package dev.caisson.engine.profile;

import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records what runs when in which thread, and passes progress on. What begins in a thread ends there before what was begun
 * earlier, so a thread's spans nest. Thread-safe.
 */
public final class BuildProfile implements Progress, WorkPool.Observer {
    private final Progress listener;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean measuresCpu = threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
    private final long startNanos = System.nanoTime();
    private final ThreadLocal<Deque<Open>> open = ThreadLocal.withInitial(ArrayDeque::new);
    private final List<Span> spans = new ArrayList<>();
    private final Map<String, Amount> amounts = new HashMap<>();

    /** A profile that tells {@code listener} what it is told. */
    public BuildProfile(Progress listener) {
        this.listener = listener;
    }

    /** What a span is. */
    public enum Kind {
        /** A stage or step, which has a name of its own. */
        STEP,
        /** A part of a step that any thread may have done. */
        ITEM
    }

    /**
     * Something that ran in one thread from its begin to its end.
     *
     * @param name the step's, for an item that of the step that it belongs to
     * @param thread name of the thread
     * @param beginNanos since the profile began
     * @param nanos wall time
     * @param ownCpuNanos CPU time without that of spans within this one; 0 where the JVM cannot tell
     */
    public record Span(Kind kind, String name, String thread, long beginNanos, long nanos, long ownCpuNanos) {
        long endNanos() {
            return beginNanos + nanos;
        }
    }

    /** How many bytes a step took in, and how many came out. */
    public record Amount(long in, long out) {}

    private static final class Open {
        final Kind kind;
        final String name;
        final long beginNanos;
        final long cpuNanos;
        long innerCpuNanos;

        Open(Kind kind, String name, long beginNanos, long cpuNanos) {
            this.kind = kind;
            this.name = name;
            this.beginNanos = beginNanos;
            this.cpuNanos = cpuNanos;
        }
    }

    private long cpuNanos() {
        return measuresCpu ? threads.getCurrentThreadCpuTime() : 0;
    }

    private void open(Kind kind, String name) {
        open.get().push(new Open(kind, name, System.nanoTime() - startNanos, cpuNanos()));
    }

    private void close(Kind kind, String name) {
        long now = System.nanoTime() - startNanos;
        long cpu = cpuNanos();
        Deque<Open> stack = open.get();
        // What failed has begun and not ended; it and its time count as part of what holds it.
        while (!stack.isEmpty()
                && (stack.peek().kind != kind || !stack.peek().name.equals(name))) {
            stack.pop();
        }
        if (stack.isEmpty()) {
            return;
        }
        Open ended = stack.pop();
        long used = cpu - ended.cpuNanos;
        if (!stack.isEmpty()) {
            stack.peek().innerCpuNanos += used;
        }
        Span span = new Span(
                kind,
                name,
                Thread.currentThread().getName(),
                ended.beginNanos,
                now - ended.beginNanos,
                Math.max(0, used - ended.innerCpuNanos));
        synchronized (this) {
            spans.add(span);
        }
    }

    @Override
    public void begin(String step) {
        listener.begin(step);
        open(Kind.STEP, step);
    }

    @Override
    public void end(String step) {
        close(Kind.STEP, step);
        listener.end(step);
    }

    @Override
    public void beginItem(String owner) {
        open(Kind.ITEM, owner);
    }

    @Override
    public void endItem(String owner) {
        close(Kind.ITEM, owner);
    }

    @Override
    public void bytes(String step, long in, long out) {
        listener.bytes(step, in, out);
        synchronized (this) {
            amounts.put(step, new Amount(in, out));
        }
    }

    @Override
    public void count(String what, long done, long total, boolean bytes) {
        listener.count(what, done, total, bytes);
    }

    @Override
    public void note(String text) {
        listener.note(text);
    }

    @Override
    public void warning(String text) {
        listener.warning(text);
    }

    /** All that has ended, by begin; of those that began at once the longest, which holds the others, first. */
    public synchronized List<Span> spans() {
        return spans.stream()
                .sorted(Comparator.comparingLong(Span::beginNanos)
                        .thenComparing(Comparator.comparingLong(Span::nanos).reversed()))
                .toList();
    }

    /** What went in and out of a step, if it said so. */
    public synchronized Amount amount(String step) {
        return amounts.getOrDefault(step, new Amount(0, 0));
    }

    /** Wall time since the profile began, in nanoseconds. */
    public long nanos() {
        return System.nanoTime() - startNanos;
    }
}
