package dev.caisson.repository.rpmmd;

import static dev.caisson.repository.rpmmd.PackagesForTests.pkg;
import static dev.caisson.repository.rpmmd.PackagesForTests.served;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.RpmSemantics;
import dev.caisson.resolver.Solution;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RpmMdPoolTest {
    private static List<String> solve(RpmMdPool pool, String... names) throws IOException {
        List<Dependency> requests = List.of(names).stream().map(Dependency::of).toList();
        Resolution resolution = pool.resolve(p -> Problem.of(p, requests)
                .forArchitectures(RpmSemantics.compatibleWith("x86_64"))
                .withRecommends(true));
        return resolution instanceof Solution solution
                ? solution.candidates().stream()
                        .map(c -> c.name() + " " + c.version() + " " + c.repository())
                        .sorted()
                        .toList()
                : List.of();
    }

    @Test
    void files_listsAreReadOnlyWhenADependencyAsks() throws IOException {
        PackagesForTests.Served one = served(
                pkg("app 1-1", "requires: /usr/bin/sh", "requires: /usr/share/data"),
                pkg("plain 1-1", "requires: /usr/bin/sh"));
        PackagesForTests.Served two =
                served(pkg("bash 5-1", "file: /usr/bin/sh"), pkg("data 1-1", "file: /usr/share/data"));
        RpmMdPool pool = RpmMdPool.of(
                List.of(one.repository(RpmMdSettings.of("one", 0)), two.repository(RpmMdSettings.of("two", 0))));
        assertThat(solve(pool, "plain")).containsExactly("bash 5-1 two", "plain 1-1 one");
        assertThat(two.asked).containsExactly("primary");
        assertThat(solve(pool, "app")).containsExactly("app 1-1 one", "bash 5-1 two", "data 1-1 two");
        assertThat(two.asked).containsExactly("primary", "filelists");
        assertThat(solve(pool, "app")).hasSize(3);
        assertThat(two.asked).hasSize(2);
    }

    @Test
    void filter_includesAndExcludes() throws IOException {
        PackagesForTests.Served files =
                served(pkg("a 1-1"), pkg("a 2-1"), pkg("ab 1-1"), pkg("b 1:1-1 x86_64"), pkg("c 1-1"));
        assertThat(names(files, List.of("a*", "b.x86_64"), List.of("a-2-*")))
                .containsExactly("a 1-1", "ab 1-1", "b 1:1-1");
        assertThat(names(files, List.of(), List.of("[ab]", "c-0:1-1.noarch"))).containsExactly("ab 1-1");
        assertThat(names(files, List.of("?"), List.of("[!a]"))).containsExactly("a 1-1", "a 2-1");
        assertThat(names(files, List.of(), List.of("b-1:1-1"))).doesNotContain("b 1:1-1");
    }

    private static List<String> names(PackagesForTests.Served files, List<String> includes, List<String> excludes)
            throws IOException {
        return files
                .repository(RpmMdSettings.of("r", 0).filtered(new PackageFilter(includes, excludes)))
                .candidates()
                .stream()
                .map(c -> c.name() + " " + c.version())
                .toList();
    }

    @Test
    void candidates_standForTheirPackage() throws IOException {
        RpmMdRepository repository = served(pkg("a 1:2-3 x86_64", "provides: installonlypkg(kernel)"))
                .repository(RpmMdSettings.of("r", 7));
        assertThat(repository.candidates()).singleElement().satisfies(c -> {
            assertThat(c.version()).isEqualTo("1:2-3");
            assertThat(c.repositoryPriority()).isEqualTo(7);
            assertThat(c.installOnly()).isTrue();
            assertThat(repository.find(c).orElseThrow().location()).isEqualTo("Packages/a-2-3.x86_64.rpm");
        });
    }

    @Test
    void brokenRichDependency_losesItsPackageAlone() throws IOException {
        RpmMdPool pool = RpmMdPool.of(
                List.of(served(pkg("a 1-1", "requires: (b or"), pkg("b 1-1")).repository(RpmMdSettings.of("r", 0))));
        assertThat(solve(pool, "a")).isEmpty();
        assertThat(solve(pool, "b")).containsExactly("b 1-1 r");
    }

    @Test
    void requests_asPeopleWriteThem() throws IOException {
        RpmMdPool pool = RpmMdPool.of(List.of(served(
                        pkg("a 1:1.2-3.el9 x86_64"),
                        pkg("a 1:1.1-3.el9 i686"),
                        pkg("a-devel 1-1"),
                        pkg("python3.9 3.9.1-2", "provides: python(abi) = 3.9"))
                .repository(RpmMdSettings.of("r", 0))));
        assertThat(pool.request("a")).hasToString("a");
        assertThat(pool.request("a.i686")).hasToString("a:i686");
        assertThat(pool.request("a-devel")).hasToString("a-devel");
        assertThat(pool.request("a-devel-1")).hasToString("a-devel = 1");
        assertThat(pool.request("a-1:1.2-3.el9")).hasToString("a = 1:1.2-3.el9");
        assertThat(pool.request("a-1:1.1-3.el9.i686")).hasToString("a:i686 = 1:1.1-3.el9");
        assertThat(pool.request("python3.9")).hasToString("python3.9");
        assertThat(pool.request("python(abi)")).hasToString("python(abi)");
        assertThat(pool.request("a >= 1.2")).hasToString("a >= 1.2");
        assertThat(pool.request("(a or b)")).hasToString("(a or b)");
        assertThat(pool.request("/usr/bin/x")).hasToString("/usr/bin/x");
        assertThat(solve(pool, "a")).containsExactly("a 1:1.2-3.el9 r");
        assertThat(pool.requests("a*")).hasToString("[a, a-devel]");
        assertThat(pool.requests("a.i?86")).hasToString("[a:i686]");
        assertThat(pool.requests("a-1.2-*")).hasToString("[a:x86_64 = 1:1.2-3.el9]");
        assertThat(pool.requests("a-1:1.[12]-3.el9.x86*")).hasToString("[a:x86_64 = 1:1.2-3.el9]");
        assertThat(pool.requests("nothing*")).isEmpty();
        assertThat(pool.requests("(a or b)")).hasToString("[(a or b)]");
        assertThat(pool.requests("python(abi)")).hasToString("[python(abi)]");
    }

    @Test
    void packagesAlone_areARepository() throws IOException {
        RpmMdIndex index = RpmMdIndex.of(
                List.of(pkg("app 1-1", "requires: /usr/share/data"), pkg("data 1-1", "file: /usr/share/data")));
        RpmMdRepository repository =
                RpmMdRepository.of(RpmMdSettings.of("r", 0), index, dev.caisson.bytes.Digest.sha256("0".repeat(64)));
        RpmMdPool pool = RpmMdPool.of(List.of(repository));
        assertThat(solve(pool, "app")).containsExactly("app 1-1 r", "data 1-1 r");
        assertThat(repository.complete()).hasSize(2);
        assertThat(repository.comps()).isEqualTo(Comps.NONE);
        assertThat(repository.advisories()).isEmpty();
    }

    @Test
    void groups_membersThatExist() throws IOException {
        Comps comps = new Comps(
                List.of(new Comps.Group(
                        "core",
                        "Core",
                        "",
                        true,
                        true,
                        List.of(
                                new Comps.Member("a", Comps.Kind.MANDATORY, ""),
                                new Comps.Member("gone", Comps.Kind.MANDATORY, ""),
                                new Comps.Member("b", Comps.Kind.OPTIONAL, ""),
                                new Comps.Member("c", Comps.Kind.CONDITIONAL, "b")))),
                List.of(new Comps.Environment("env", "Env", List.of("core"), List.of())));
        PackagesForTests.Served files = new PackagesForTests.Served(RpmMdWriter.write(
                List.of(pkg("a 1-1"), pkg("b 1-1"), pkg("c 1-1")),
                new RpmMdWriter.Options(dev.caisson.compression.Codec.GZIP, 1, 10, comps, List.of())));
        RpmMdPool pool = RpmMdPool.of(List.of(files.repository(RpmMdSettings.of("r", 0))));
        assertThat(pool.group("core", false)).hasToString("[a, (c if b)]");
        assertThat(pool.group("env", true)).hasToString("[a, b, (c if b)]");
        assertThat(pool.group("none", true)).isEmpty();
    }
}
