package dev.caisson.engine.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.store.ArtifactStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectResolutionTest {
    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    private static String entry(String name, String version, String more) {
        return "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\nFilename: ./" + name
                + ".deb\nSize: 1\nSHA256: " + "0".repeat(64) + "\n" + more + "\n";
    }

    private static final String PACKAGES = entry("app", "2:1.0-3", "Depends: lib (>= 1)\nRecommends: extra\n")
            + entry("lib", "1.5", "")
            + entry("extra", "1-1", "")
            + entry("broken", "1", "Depends: nothing\n")
            + entry("alien", "1", "").replace("amd64", "arm64");

    private Path repository(String name, String packages) throws IOException {
        Path repository = Files.createDirectories(folder.resolve(name));
        Files.writeString(repository.resolve("Packages"), packages);
        return repository;
    }

    private DirectResolution.Answer answer(List<String> repositories, boolean weak, String... packages)
            throws BuildException, IOException {
        List<NamedRepository> named = new ArrayList<>();
        for (String repository : repositories) {
            named.add(NamedRepository.parse(repository));
        }
        Progress progress = new Progress() {
            @Override
            public void note(String text) {
                notes.add(text);
            }
        };
        return DirectResolution.answer(
                new DirectResolution.Question(named, "x86_64", List.of(packages), Set.of(), weak),
                new DirectResolution.Surroundings(
                        ArtifactStore.open(folder.resolve("store")), Map.of(), false, Instant.EPOCH, progress));
    }

    private static List<String> names(DirectResolution.Answer answer) {
        return answer.packages().stream()
                .map(p -> p.name() + "=" + p.version() + "@" + p.repository())
                .sorted()
                .toList();
    }

    private BuildException failure(List<String> repositories, String... packages) {
        BuildException e = catchThrowableOfType(BuildException.class, () -> answer(repositories, true, packages));
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    void aFolderWithAPackagesFile() throws Exception {
        String address = "mine=" + repository("r", PACKAGES).toUri();
        assertThat(names(answer(List.of(address), true, "app")))
                .containsExactly("app=2:1.0-3@mine", "extra=1-1@mine", "lib=1.5@mine");
        assertThat(names(answer(List.of(address), false, "app"))).containsExactly("app=2:1.0-3@mine", "lib=1.5@mine");
        assertThat(notes).hasSize(2).allMatch(note -> note.contains("without looking for a signature"));
    }

    @Test
    void aPath_andAFile_andACompressedFile() throws Exception {
        Path repository = repository("r", PACKAGES);
        assertThat(names(answer(List.of("mine=" + repository), false, "lib"))).hasSize(1);
        assertThat(names(answer(List.of("mine=" + repository.resolve("Packages")), false, "lib")))
                .hasSize(1);
        Files.delete(repository.resolve("Packages"));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(repository.resolve("Packages.gz")))) {
            out.write(PACKAGES.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(names(answer(List.of("mine=" + repository), false, "lib"))).hasSize(1);
        assertThat(names(answer(List.of("mine=" + repository.resolve("Packages.gz")), false, "lib")))
                .hasSize(1);
        assertThat(folder.resolve("store/downloads")).isDirectoryNotContaining("glob:**.done");
    }

    @Test
    void suitesAndComponents() throws Exception {
        repository("a/dists/stable/main/binary-amd64", entry("one", "1", ""));
        repository("a/dists/stable/extra/binary-amd64", entry("two", "1", ""));
        String address = "a=" + folder.resolve("a").toUri() + ",suite=stable";
        assertThat(names(answer(List.of(address), false, "one"))).hasSize(1);
        assertThat(answer(List.of(address), false, "two").solvable()).isFalse();
        assertThat(names(answer(List.of(address + ",component=main,component=extra"), false, "one", "two")))
                .hasSize(2);
    }

    @Test
    void theHigherPriorityWins_thenTheNewerVersion() throws Exception {
        String old = "old=" + repository("old", entry("lib", "1", ""));
        String fresh = "new=" + repository("new", entry("lib", "2", ""));
        assertThat(names(answer(List.of(old, fresh), false, "lib"))).containsExactly("lib=2@new");
        assertThat(names(answer(List.of(old + ",priority=5", fresh), false, "lib")))
                .containsExactly("lib=1@old");
        assertThat(names(answer(List.of(old, fresh + ",priority=-5"), false, "lib")))
                .containsExactly("lib=1@old");
    }

    @Test
    void versionsCanBeAskedFor() throws Exception {
        String address = "r=" + repository("r", entry("lib", "1", "") + entry("lib", "2", ""));
        assertThat(names(answer(List.of(address), false, "lib=1"))).containsExactly("lib=1@r");
        assertThat(names(answer(List.of(address), false, "lib (<< 2)"))).containsExactly("lib=1@r");
        assertThat(failure(List.of(address), "lib (").code()).isEqualTo(FailureCode.USAGE);
    }

    @Test
    void whatCannotBe_isExplained() throws Exception {
        DirectResolution.Answer answer = answer(List.of("r=" + repository("r", PACKAGES)), true, "broken");
        assertThat(answer.solvable()).isFalse();
        assertThat(answer.problems().get(0).message()).contains("nothing");
        assertThat(answer(List.of("r=" + folder.resolve("r")), true, "alien").solvable())
                .isFalse();
    }

    @Test
    void mistakes() throws Exception {
        Path repository = repository("r", PACKAGES);
        assertThat(failure(List.of("r=http://127.0.0.1:1/"), "a"))
                .hasMessageContaining("keyring")
                .extracting(BuildException::code)
                .isEqualTo(FailureCode.USAGE);
        assertThat(failure(List.of("r=" + folder.resolve("none")), "a").code()).isEqualTo(FailureCode.SOURCE);
        assertThat(failure(List.of("r=" + repository, "r=" + repository), "a").code())
                .isEqualTo(FailureCode.USAGE);
        assertThat(failure(List.of("r=" + repository + ",keyring=" + folder.resolve("none")), "a")
                        .code())
                .isEqualTo(FailureCode.SOURCE);
        Files.createDirectories(repository.resolve("repodata"));
        Files.writeString(repository.resolve("repodata/repomd.xml"), "<repomd/>");
        assertThat(failure(List.of("r=" + repository), "a")).hasMessageContaining("repomd.xml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "=http://h/", "a b=http://h/", "a=ftp://h/", "a=http:", "a=file://h", "a=/p,priority=x"
            })
    void repositoriesThatAreNotWellFormed(String text) {
        BuildException e = catchThrowableOfType(BuildException.class, () -> NamedRepository.parse(text));
        assertThat(e.code()).isEqualTo(FailureCode.USAGE);
        assertThat(e.hint()).contains("NAME=URL");
    }

    @Test
    void parse_all() throws Exception {
        NamedRepository parsed = NamedRepository.parse(
                "a.b=https://u:p@h/x,y/?,priority=-3,suite=s,suite=t,component=c,keyring=/k,unsigned");
        assertThat(parsed.priority()).isEqualTo(-3);
        assertThat(parsed.suites()).containsExactly("s", "t");
        assertThat(parsed.components()).containsExactly("c");
        assertThat(parsed.keyring()).contains(Path.of("/k"));
        assertThat(parsed.unsigned()).isTrue();
        assertThat(parsed.address().getPath()).isEqualTo("/x,y/");
        assertThat(parsed.toString()).doesNotContain("u:p");
    }
}
