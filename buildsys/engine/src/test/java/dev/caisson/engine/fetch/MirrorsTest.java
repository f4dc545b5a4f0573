package dev.caisson.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorsTest {
    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Mirrors mirrors(List<String> options, Map<String, String> environment, List<Path> files)
            throws IOException {
        return Mirrors.of(options, environment, files, folder.resolve("apt"));
    }

    private static List<URI> uris(String... texts) {
        return java.util.Arrays.stream(texts).map(URI::create).toList();
    }

    @Test
    void theNearestSourceDecides() throws Exception {
        file("apt/sources.list", "deb http://machine.example/debian trixie main\n");
        Path user = file("user.yaml", "debian: http://user.example/debian\n");
        Path project = file("project.yaml", "debian: http://project.example/debian\n");
        Map<String, String> environment = Map.of("CAISSON_MIRROR_DEBIAN", "http://env.example/debian");
        List<Path> files = List.of(project, user);
        assertThat(mirrors(List.of("debian=file:///srv/debian"), environment, files)
                        .resolve("debian"))
                .isEqualTo(uris("file:///srv/debian/"));
        assertThat(mirrors(List.of("other=file:///x"), environment, files).resolve("debian"))
                .isEqualTo(uris("http://env.example/debian/"));
        assertThat(mirrors(List.of(), Map.of(), files).resolve("debian"))
                .isEqualTo(uris("http://project.example/debian/"));
        assertThat(mirrors(List.of(), Map.of(), List.of(folder.resolve("absent"), user))
                        .resolve("debian"))
                .isEqualTo(uris("http://user.example/debian/"));
        assertThat(mirrors(List.of(), Map.of(), List.of()).resolve("debian"))
                .isEqualTo(uris("http://machine.example/debian/"));
    }

    @Test
    void environmentNamesAreUpperCaseWithUnderscores() throws Exception {
        Map<String, String> environment =
                Map.of("CAISSON_MIRROR_DEBIAN_SECURITY", "https://a.example/s https://b.example/s/");
        assertThat(mirrors(List.of(), environment, List.of()).resolve("debian-security"))
                .isEqualTo(uris("https://a.example/s/", "https://b.example/s/"));
    }

    @Test
    void bothFormatsOfTheMachinesSourcesAreRead() throws Exception {
        file("apt/sources.list", """
                # deb http://commented.example/debian trixie main
                deb-src http://source.example/debian trixie main
                deb [arch=amd64 signed-by=/k.gpg] http://one.example/mirror/debian/ bookworm main # note
                deb cdrom:[Debian]/ trixie main
                """);
        file("apt/sources.list.d/debian.sources", """
                # comment
                Types: deb deb-src
                URIs: http://two.example/debian
                 https://three.example/archive/debian/20250520T000000Z
                Suites: trixie trixie-updates
                # another
                Components: main

                Types: deb
                Enabled: no
                URIs: http://disabled.example/debian
                Suites: trixie

                Types: deb
                URIs: http://two.example/debian-security
                Suites: trixie-security
                """);
        file("apt/sources.list.d/readme.txt", "deb http://ignored.example/debian x y\n");
        file("apt/sources.list.d/broken.sources", "no colon here\n");
        Mirrors mirrors = mirrors(List.of(), Map.of(), List.of());
        assertThat(mirrors.resolve("debian"))
                .isEqualTo(uris(
                        "http://one.example/mirror/debian/",
                        "http://two.example/debian/",
                        "https://three.example/archive/debian/20250520T000000Z/"));
        assertThat(mirrors.resolve("debian-security")).isEqualTo(uris("http://two.example/debian-security/"));
    }

    @Test
    void oneArchiveIsNeverDerivedFromAnother() throws Exception {
        file("apt/sources.list", "deb http://machine.example/debian trixie main\n");
        Mirrors mirrors = mirrors(List.of(), Map.of(), List.of());
        FetchException e = catchThrowableOfType(FetchException.class, () -> mirrors.resolve("debian-security"));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.NO_MIRROR);
        assertThat(e.getMessage())
                .contains("--mirror debian-security=URL")
                .contains("CAISSON_MIRROR_DEBIAN_SECURITY=URL")
                .contains("mirrors.yaml")
                .contains("known: debian");
    }

    @Test
    void mirrorFilesMayHaveListsQuotesAndComments() throws Exception {
        Path file = file("mirrors.yaml", """
                ---
                # ours
                debian: "http://a.example/debian"   # first
                security: [http://a.example/s, 'file:///srv/s']
                third:
                  - http://c.example/x
                  - http://d.example/x
                """);
        Mirrors mirrors = mirrors(List.of(), Map.of(), List.of(file));
        assertThat(mirrors.resolve("debian")).isEqualTo(uris("http://a.example/debian/"));
        assertThat(mirrors.resolve("security")).isEqualTo(uris("http://a.example/s/", "file:///srv/s/"));
        assertThat(mirrors.resolve("third")).isEqualTo(uris("http://c.example/x/", "http://d.example/x/"));
    }

    @Test
    void mistakesInMirrorFilesHaveTheirLine() throws Exception {
        for (String bad : List.of(
                "debian http://a/",
                "debian: ftp://a/",
                "debian: http://user:pw@/x",
                "debian:http://a/",
                "- http://a/",
                " debian: http://a/",
                "debian: http://a/\ndebian: http://b/",
                "debian:\nother: http://a/",
                "debian: /srv/debian",
                "debian: http://a/?x")) {
            Path file = file("bad.yaml", bad + "\n");
            FetchException e =
                    catchThrowableOfType(FetchException.class, () -> mirrors(List.of(), Map.of(), List.of(file)));
            assertThat(e).as(bad).isNotNull();
            assertThat(e.kind()).isEqualTo(FetchException.Kind.BAD_CONFIGURATION);
            assertThat(e.getMessage()).contains("bad.yaml:").doesNotContain("pw");
        }
    }

    @Test
    void optionsWithoutNameOrSchemeAreRefused() {
        for (String bad : List.of("http://a/", "=http://a/", "debian=/srv", "debian=file:relative")) {
            FetchException e =
                    catchThrowableOfType(FetchException.class, () -> mirrors(List.of(bad), Map.of(), List.of()));
            assertThat(e).as(bad).isNotNull();
            assertThat(e.kind()).isEqualTo(FetchException.Kind.BAD_CONFIGURATION);
        }
    }
}
