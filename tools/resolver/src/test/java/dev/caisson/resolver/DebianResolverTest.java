package dev.caisson.resolver;

import static dev.caisson.resolver.Packages.deb;
import static dev.caisson.resolver.Packages.debian;
import static dev.caisson.resolver.Packages.solve;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DebianResolverTest {
    @Test
    void alternatives_firstInstallableOne() {
        List<Candidate> pool = List.of(
                deb("app 1", "Depends: missing | broken | second | third"),
                deb("broken 1", "Depends: nowhere"),
                deb("second 1"),
                deb("third 1"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "second 1");
    }

    @Test
    void alternatives_oneChosenBeforeWins() {
        List<Candidate> pool = List.of(deb("app 1", "Depends: later, first | later"), deb("first 1"), deb("later 1"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "later 1");
    }

    @Test
    void alternatives_requestedCountsAsChosen() {
        List<Candidate> pool = List.of(deb("app 1", "Depends: first | asked"), deb("first 1"), deb("asked 1"));
        assertThat(solve(debian(pool, "app", "asked"))).containsExactly("app 1", "asked 1");
    }

    @Test
    void alternatives_whatComesLaterDoesNotCount() {
        List<Candidate> pool = List.of(deb("app 1", "Depends: first | later, later"), deb("first 1"), deb("later 1"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "first 1", "later 1");
    }

    @Test
    void virtual_realPackageBeforeProviders() {
        List<Candidate> pool =
                List.of(deb("app 1", "Depends: mta"), deb("a-mta 1", "Provides: mta", "Priority: 1"), deb("mta 1"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "mta 1");
    }

    @Test
    void virtual_moreImportantProviderThenLastName() {
        Candidate app = deb("app 1", "Depends: mta");
        Candidate b = deb("b 1", "Provides: mta");
        Candidate c = deb("c 1", "Provides: mta");
        assertThat(solve(debian(List.of(app, c, b), "app"))).containsExactly("app 1", "c 1");
        assertThat(solve(debian(List.of(app, b, c, deb("a 1", "Provides: mta", "Priority: 2")), "app")))
                .containsExactly("a 1", "app 1");
        assertThat(solve(debian(List.of(app, b, c, deb("a 1", "Provides: mta", "Essential: yes")), "app")))
                .containsExactly("a 1", "app 1");
    }

    @Test
    void virtual_versionedDependencyNeedsVersionedProvides() {
        List<Candidate> pool = List.of(
                deb("app 1", "Depends: lib (>= 2)"),
                deb("plain 1", "Provides: lib"),
                deb("old 1", "Provides: lib (= 1)"),
                deb("zz 1", "Provides: lib (= 2.1)"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "zz 1");
    }

    @Test
    void versions_highestOfTheHighestPriority() {
        List<Candidate> pool =
                List.of(deb("a 1.9 amd64 main 500"), deb("a 1.10 amd64 main 500"), deb("a 3 amd64 backports 100"));
        assertThat(solve(debian(pool, "a"))).containsExactly("a 1.10");
        assertThat(solve(debian(pool, "a (= 3)"))).containsExactly("a 3");
        assertThat(solve(debian(pool, "a").preferring(Map.of("a", "1.9")))).containsExactly("a 1.9");
        assertThat(solve(debian(pool, "a").locking(Map.of("a", "3")))).containsExactly("a 3");
    }

    @Test
    void versions_alternativeWithItsUsualVersionComesFirst() {
        List<Candidate> pool = List.of(deb("app 1", "Depends: a (<< 2) | b"), deb("a 1"), deb("a 2"), deb("b 1"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "b 1");
    }

    @Test
    void conflicts_leadToAnotherAlternative() {
        List<Candidate> pool = List.of(
                deb("app 1", "Depends: mta, other"),
                deb("a 1", "Provides: mta", "Conflicts: other"),
                deb("b 1", "Provides: mta", "Priority: 5"),
                deb("other 1"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "b 1", "other 1");
    }

    @Test
    void conflicts_notWithWhatThePackageProvidesItself() {
        List<Candidate> pool =
                List.of(deb("a 1", "Provides: mta", "Conflicts: mta"), deb("b 1", "Provides: mta", "Breaks: mta"));
        assertThat(solve(debian(pool, "a"))).containsExactly("a 1");
        assertThat(Resolver.resolve(debian(pool, "a", "b"))).isInstanceOf(Unsolvable.class);
    }

    @Test
    void recommends_onRequestDepthFirst() {
        List<Candidate> pool = List.of(
                deb("app 1", "Depends: lib", "Recommends: extra, missing, bad | worse"),
                deb("lib 1", "Recommends: docs"),
                deb("docs 1"),
                deb("extra 1", "Depends: extra-data"),
                deb("extra-data 1"),
                deb("bad 1", "Conflicts: lib"),
                deb("worse 1", "Depends: nowhere"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1", "lib 1");
        assertThat(solve(debian(pool, "app").withRecommends(true)))
                .containsExactly("app 1", "docs 1", "extra 1", "extra-data 1", "lib 1");
    }

    @Test
    void essential_onlyOnRequest() {
        List<Candidate> pool = List.of(
                deb("app 1"), deb("base-files 1", "Essential: yes", "Depends: awk"), deb("mawk 1", "Provides: awk"));
        assertThat(solve(debian(pool, "app"))).containsExactly("app 1");
        assertThat(solve(debian(pool, "app").withEssential(true))).containsExactly("app 1", "base-files 1", "mawk 1");
    }

    @Test
    void excluded_meetsWhatItWouldHaveMet() {
        List<Candidate> pool = List.of(
                deb("app 1", "Depends: debconf (>= 0.5) | debconf-2.0, cdebconf-api, lib"),
                deb("debconf 1", "Provides: debconf-2.0, cdebconf-api", "Depends: perl"),
                deb("perl 5"),
                deb("lib 1"));
        assertThat(solve(debian(pool, "app").excluding(Set.of("debconf")))).containsExactly("app 1", "lib 1");
    }

    @Test
    void architectures_qualifiersAndMultiArch() {
        List<Candidate> pool = List.of(
                deb("app 1", "Depends: python3:any, tool, lib"),
                deb("python3 3 i386", "Multi-Arch: allowed"),
                deb("tool 1 i386", "Multi-Arch: foreign"),
                deb("lib 1 i386", "Multi-Arch: same"),
                deb("lib 1 amd64", "Multi-Arch: same"));
        Problem both = debian(pool, "app").forArchitectures(List.of("amd64", "i386"));
        assertThat(((Solution) Resolver.resolve(both)).candidates())
                .extracting(c -> c.name() + ":" + c.architecture())
                .containsExactlyInAnyOrder("app:amd64", "python3:i386", "tool:i386", "lib:amd64");
        assertThat(Resolver.resolve(debian(pool, "app"))).isInstanceOf(Unsolvable.class);
        Problem twice = debian(pool, "lib:i386", "lib:amd64").forArchitectures(List.of("amd64", "i386"));
        assertThat(((Solution) Resolver.resolve(twice)).candidates()).hasSize(2);
    }

    @Test
    void reasons_nameTheWayFromTheRequest() {
        List<Candidate> pool =
                List.of(deb("app 1", "Depends: lib | other", "Recommends: docs"), deb("lib 1"), deb("docs 1"));
        Solution solution = (Solution) Resolver.resolve(debian(pool, "app").withRecommends(true));
        assertThat(solution.packages())
                .extracting(e -> e.candidate().name() + ": " + e.reason())
                .containsExactly(
                        "lib: required by app through (lib or other)",
                        "app: requested as app",
                        "docs: recommended by app through docs");
    }

    @Test
    void answer_doesNotDependOnTheOrderOfThePool() {
        List<Candidate> pool = new ArrayList<>(List.of(
                deb("app 1", "Depends: mta, lib (>= 2) | other"),
                deb("b 1", "Provides: mta"),
                deb("a 1", "Provides: mta"),
                deb("lib 1"),
                deb("lib 2"),
                deb("other 1")));
        Set<String> first = solve(debian(pool, "app"));
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(pool, new java.util.Random(i));
            assertThat(solve(debian(pool, "app"))).isEqualTo(first);
        }
    }
}
