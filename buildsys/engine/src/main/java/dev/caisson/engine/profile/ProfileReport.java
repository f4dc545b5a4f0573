package dev.caisson.engine.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A profile as text, for people. */
public final class ProfileReport {
    private static final int ROWS = 24;
    private static final double NANOS = 1e9;
    private static final double MEGABYTE = 1e6;

    private ProfileReport() {}

    private static final class Row {
        final String name;
        long nanos;
        long cpuNanos;

        Row(String name) {
            this.name = name;
        }
    }

    /**
     * Tells the whole, then steps, the most expensive first. Wall time of a step is that of its own thread; CPU time is that of
     * all threads that worked for it, without steps within it.
     *
     * @param all whether every step is told, rather than the first {@value #ROWS}
     */
    public static String of(BuildProfile profile, ProcessUsage usage, boolean all) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "profile: %.2f s wall, %.2f s CPU of the process (%.2f s in which garbage was collected), peak heap"
                        + " %.0f MB, peak RSS %.0f MB%n",
                profile.nanos() / NANOS,
                usage.cpuNanos() / NANOS,
                usage.collectionMillis() / 1e3,
                usage.peakHeapBytes() / MEGABYTE,
                usage.peakResidentBytes() / MEGABYTE));
        text.append(String.format(Locale.ROOT, "%8s %8s %9s %9s  %s%n", "wall s", "CPU s", "MB in", "MB out", "step"));
        List<Row> rows = rows(profile);
        int shown = all ? rows.size() : Math.min(ROWS, rows.size());
        for (Row row : rows.subList(0, shown)) {
            BuildProfile.Amount amount = profile.amount(row.name);
            text.append(String.format(
                    Locale.ROOT,
                    "%8.3f %8.3f %9s %9s  %s%n",
                    row.nanos / NANOS,
                    row.cpuNanos / NANOS,
                    megabytes(amount.in()),
                    megabytes(amount.out()),
                    row.name));
        }
        if (shown < rows.size()) {
            long rest = rows.subList(shown, rows.size()).stream()
                    .mapToLong(row -> row.cpuNanos)
                    .sum();
            text.append(String.format(
                    Locale.ROOT,
                    "%8s %8.3f %9s %9s  in %d more steps, which -v shows%n",
                    "",
                    rest / NANOS,
                    "",
                    "",
                    rows.size() - shown));
        }
        return text.toString();
    }

    private static String megabytes(long bytes) {
        return bytes == 0 ? "" : String.format(Locale.ROOT, "%.2f", bytes / MEGABYTE);
    }

    private static List<Row> rows(BuildProfile profile) {
        Map<String, Row> byName = new HashMap<>();
        for (BuildProfile.Span span : profile.spans()) {
            Row row = byName.computeIfAbsent(span.name(), Row::new);
            row.cpuNanos += span.ownCpuNanos();
            if (span.kind() == BuildProfile.Kind.STEP) {
                row.nanos += span.nanos();
            }
        }
        List<Row> rows = new ArrayList<>(byName.values());
        rows.sort(Comparator.comparingLong((Row row) -> -Math.max(row.cpuNanos, row.nanos))
                .thenComparing(row -> row.name));
        return rows;
    }
}
