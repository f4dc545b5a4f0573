package dev.caisson.engine.profile;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this process has used since it started.
 *
 * @param cpuNanos CPU time of all threads, compilers and garbage collectors included; 0 where unknown
 * @param collectionMillis time in which garbage was collected
 * @param peakHeapBytes sum of the heap pools' peaks: never less than the heap's own peak
 * @param peakResidentBytes most memory that was resident at once (VmHWM of proc(5)); 0 where unknown
 */
public record ProcessUsage(long cpuNanos, long collectionMillis, long peakHeapBytes, long peakResidentBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

    /** The usage until now. */
    public static ProcessUsage now() {
        long heap = 0;
        for (MemoryPoolMXBean memory : ManagementFactory.getMemoryPoolMXBeans()) {
            if (memory.getType() == MemoryType.HEAP) {
                heap += memory.getPeakUsage().getUsed();
            }
        }
        long collection = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collection += Math.max(0, collector.getCollectionTime());
        }
        return new ProcessUsage(
                ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .map(Duration::toNanos)
                        .orElse(0L),
                collection,
                heap,
                resident());
    }

    private static long resident() {
        try {
            Matcher found = PEAK.matcher(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
            return found.find() ? Long.parseLong(found.group(1)) << 10 : 0;
        } catch (IOException e) {
            return 0; // not Linux
        }
    }
}
