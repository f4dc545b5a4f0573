package dev.caisson.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the body of every benchmark once, with little data and without measuring anything. */
class BenchmarksRunTest {
    @Test
    void everyBenchmark_runs() throws Exception {
        Options options = new OptionsBuilder()
                .include("^dev\\.caisson\\.benchmark\\.")
                .mode(Mode.SingleShotTime)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .param("sizeKib", "256")
                .param("kernelKib", "256")
                .param("files", "100")
                .param("packages", "500")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        assertThat(results)
                .extracting(result -> result.getParams().getBenchmark())
                .contains(
                        Lz4Benchmark.class.getName() + ".compress",
                        DecodeBenchmark.class.getName() + ".decode",
                        HashBenchmark.class.getName() + ".blocks",
                        FileSystemBenchmark.class.getName() + ".planErofs",
                        ResolverBenchmark.class.getName() + ".resolve");
    }
}
