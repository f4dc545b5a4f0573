package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.conformance.SmallProject.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several builds at once with one store. */
class SideBySideTest {
    @TempDir
    private Path folder;

    @Test
    void twoVariantsAtOnce_shareTheStore_andEachIsWhatItIsAlone() throws Exception {
        SmallProject project = new SmallProject(folder.resolve("together"));
        String other = SmallProject.VARIANT.replace("name: small", "name: other") + "hostname: other\n";
        project.variant("other", other);
        List<Run> runs = together(List.of(() -> project.build("small"), () -> project.build("other")));
        assertThat(runs).allSatisfy(run -> assertThat(run.code()).as(run.err()).isZero());
        Path artifacts = project.folder.resolve("out");
        String small = Files.readString(artifacts.resolve("small/x86_64/SHA256SUMS"));
        String second = Files.readString(artifacts.resolve("other/x86_64/SHA256SUMS"));
        clear(artifacts);
        clear(project.folder.resolve("cache"));
        assertThat(project.build("other").code()).isZero();
        assertThat(project.build("small").code()).isZero();
        assertThat(Files.readString(artifacts.resolve("small/x86_64/SHA256SUMS")))
                .isEqualTo(small);
        assertThat(Files.readString(artifacts.resolve("other/x86_64/SHA256SUMS")))
                .isEqualTo(second);
    }

    @Test
    void theSameVariantTwiceAtOnce_endsWithOneWholeSetOfArtifacts() throws Exception {
        SmallProject project = new SmallProject(folder);
        // The keys are made by the first build that wants them; here both only use them.
        assertThat(project.build("small").code()).isZero();
        clear(project.folder.resolve("out"));
        clear(project.folder.resolve("cache"));
        List<Run> runs = together(List.of(() -> project.build("small"), () -> project.build("small")));
        assertThat(runs).allSatisfy(run -> assertThat(run.code()).as(run.err()).isZero());
        Run verify = project.verify(project.artifact(".raw").getParent());
        assertThat(verify.code()).as(verify.out()).isZero();
        assertThat(project.output()).doesNotContain(".building");
    }

    private static List<Run> together(List<java.util.concurrent.Callable<Run>> builds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(builds.size());
        try {
            List<Run> runs = new ArrayList<>();
            for (Future<Run> run : threads.invokeAll(builds)) {
                runs.add(run.get());
            }
            return runs;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void clear(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
