package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caisson.bytes.SortedListing;
import dev.caisson.conformance.SmallProject.Run;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** {@code caisson resolve --repository} on the RPM repositories of the conformance data. */
class ResolveCommandTest {
    @TempDir
    private Path folder;

    @Test
    void answersTheConformanceCases() throws Exception {
        String data = System.getProperty("caisson.conformance");
        assumeTrue(data != null && Files.isDirectory(Path.of(data, "resolver")), "conformance data left out");
        List<Executable> checks = new ArrayList<>();
        for (Path place : SortedListing.of(Path.of(data, "resolver"))) {
            if (Files.exists(place.resolve("case.json"))) {
                checks.add(() -> check(place, true));
                checks.add(() -> check(place, false));
            }
        }
        assertThat(checks).isNotEmpty();
        assertAll(checks);
    }

    private void check(Path place, boolean weak) throws IOException {
        JsonObject asked = object(place.resolve("case.json"));
        List<String> words = new ArrayList<>(List.of("resolve", "--json", "--progress", "none"));
        words.addAll(List.of("--cache", folder.resolve("cache").toString()));
        words.addAll(List.of("--arch", asked.string("arch")));
        for (JsonObject repository : asked.objects("repos")) {
            words.add("--repository");
            words.add(repository.string("name") + "="
                    + place.resolve(repository.string("dir")).toUri() + ",priority=" + repository.string("priority"));
        }
        if (!weak || asked.strings("solverflags").contains("ignorerecommended")) {
            words.add("--no-recommends");
        }
        for (String job : asked.strings("jobs")) {
            words.add(
                    job.startsWith("install pkg ")
                            ? exactly(job.substring(12))
                            : job.substring("install name ".length()));
        }
        Run run = SmallProject.run(words.toArray(new String[0]));
        JsonObject expected =
                object(place.resolve("expected.json")).object(weak ? "with_recommends" : "without_recommends");
        boolean solvable = expected.bool("solvable");
        assertThat(run.code()).as("%s\n%s%s", words, run.out(), run.err()).isEqualTo(solvable ? 0 : 4);
        JsonObject answer = Json.parseObject(run.out());
        assertThat(answer.bool("solvable")).isEqualTo(solvable);
        if (solvable) {
            assertThat(packages(answer)).as(place.getFileName().toString()).isEqualTo(names(expected));
        } else {
            assertThat(answer.array("problems").size()).isPositive();
        }
    }

    /** {@code name-version-release.arch@repository}, as a request. */
    private static String exactly(String nevra) {
        String[] parts = nevra.replaceFirst("\\.[^.]+@.*", "").split("-(?=[^-]+-[^-]+$)");
        return parts[0] + " = " + parts[1];
    }

    private static JsonObject object(Path file) throws IOException {
        return Json.parseObject(Files.readAllBytes(file));
    }

    private static TreeSet<String> names(JsonObject expected) throws IOException {
        return new TreeSet<>(expected.strings("install"));
    }

    private static TreeSet<String> packages(JsonObject answer) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (JsonObject p : answer.objects("packages")) {
            String epoch = p.string("epoch").equals("0") ? "" : p.string("epoch") + ":";
            String release = p.string("release").isEmpty() ? "" : "-" + p.string("release");
            names.add(p.string("name") + "-" + epoch + p.string("version") + release + "." + p.string("arch") + "@"
                    + p.string("repository"));
        }
        return names;
    }
}
