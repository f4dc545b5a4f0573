package dev.caisson.resolver;

import static dev.caisson.resolver.Packages.rpm;
import static dev.caisson.resolver.Packages.rpms;
import static dev.caisson.resolver.Packages.solve;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RpmResolverTest {
    @Test
    void newest_unlessItCannotBeInstalled() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: lib = 1"),
                rpm("app 2-1", "requires: lib = 2"),
                rpm("lib 1-1"),
                rpm("lib 2-1"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 2-1", "lib 2-1");
        assertThat(solve(rpms(List.of(pool.get(0), pool.get(1), pool.get(2)), "app")))
                .containsExactly("app 1-1", "lib 1-1");
    }

    @Test
    void repositoryPriority_beforeVersion() throws Exception {
        List<Candidate> pool = List.of(rpm("a 2-1 noarch low 10"), rpm("a 1-1 noarch high 90"));
        assertThat(solve(rpms(pool, "a"))).containsExactly("a 1-1");
    }

    @Test
    void providers_obsoletedOneLoses() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: cap"),
                rpm("a 1-1", "provides: cap"),
                rpm("b 1-1", "provides: cap", "obsoletes: a"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1", "b 1-1");
    }

    @Test
    void providers_fewerPackagesWhenAnotherIsThereAnyway() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: cap", "requires: (x or y)"),
                rpm("a 1-1", "provides: cap"),
                rpm("b 1-1", "provides: cap"),
                rpm("x 1-1", "requires: b"),
                rpm("y 1-1", "requires: b"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1", "b 1-1", "x 1-1");
    }

    @Test
    void rich_conditions() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: (lang if intl else plain)"),
                rpm("app2 1-1", "requires: (lang unless intl)"),
                rpm("lang 1-1"),
                rpm("plain 1-1"),
                rpm("intl 1-1"));
        assertThat(solve(rpms(pool, "app", "intl"))).containsExactly("app 1-1", "intl 1-1", "lang 1-1");
        assertThat(solve(rpms(pool, "app", "plain"))).containsExactly("app 1-1", "plain 1-1");
        assertThat(solve(rpms(pool, "app2"))).containsExactly("app2 1-1", "lang 1-1");
        assertThat(Resolver.resolve(rpms(pool, "app2", "intl"))).isInstanceOf(Unsolvable.class);
    }

    @Test
    void rich_withAndWithoutLookAtOnePackage() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: (cap >= 1 with cap < 3)"),
                rpm("app2 1-1", "requires: (cap without cap > 2)"),
                rpm("one 1-1", "provides: cap = 4"),
                rpm("two 1-1", "provides: cap = 2"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1", "two 1-1");
        assertThat(solve(rpms(pool, "app2"))).containsExactly("app2 1-1", "two 1-1");
    }

    @Test
    void rich_conflictOfACombination() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "conflicts: (a and b)", "requires: a"), rpm("a 1-1", "recommends: b"), rpm("b 1-1"));
        assertThat(solve(rpms(pool, "app").withRecommends(true))).containsExactly("a 1-1", "app 1-1");
        assertThat(Resolver.resolve(rpms(pool, "app", "b"))).isInstanceOf(Unsolvable.class);
    }

    @Test
    void rich_productThatIsTooLargeToMultiplyOut() throws Exception {
        StringBuilder left = new StringBuilder("(a0");
        StringBuilder right = new StringBuilder("(b0");
        for (int i = 1; i < 80; i++) {
            left.append(" and a").append(i);
            right.append(" and b").append(i);
        }
        List<Candidate> pool = new java.util.ArrayList<>();
        pool.add(rpm("app 1-1", "requires: (" + left + ") or " + right + "))"));
        for (int i = 0; i < 80; i++) {
            pool.add(rpm("b" + i + " 1-1"));
        }
        assertThat(solve(rpms(pool, "app"))).hasSize(81);
    }

    @Test
    void weak_recommendsAndSupplements() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "recommends: extra", "recommends: nothing"),
                rpm("extra 1-1"),
                rpm("lang 1-1", "supplements: (app and extra)"),
                rpm("no 1-1", "supplements: other"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1");
        assertThat(solve(rpms(pool, "app").withRecommends(true))).containsExactly("app 1-1", "extra 1-1", "lang 1-1");
    }

    @Test
    void weak_suggestedDecidesBetweenEquals() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: cap", "suggests: b"),
                rpm("a 1-1", "provides: cap"),
                rpm("b 1-1", "provides: cap"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1", "b 1-1");
    }

    @Test
    void installOnly_versionsBesideEachOther() throws Exception {
        List<Candidate> pool = List.of(
                rpm("kernel 1-1", "install-only: yes"),
                rpm("kernel 2-1", "install-only: yes"),
                rpm("m1 1-1", "requires: kernel = 1-1"),
                rpm("m2 1-1", "requires: kernel = 2-1"));
        assertThat(solve(rpms(pool, "m1", "m2"))).containsExactly("kernel 1-1", "kernel 2-1", "m1 1-1", "m2 1-1");
    }

    @Test
    void architecture_bestOfANameOrNoarch() throws Exception {
        List<Candidate> pool = List.of(rpm("a 1-1 x86_64"), rpm("a 2-1 i686"), rpm("b 1-1 i686"), rpm("c 1-1 aarch64"));
        assertThat(solve(rpms(pool, "a"))).containsExactly("a 1-1");
        assertThat(solve(rpms(pool, "b"))).containsExactly("b 1-1");
        assertThat(Resolver.resolve(rpms(pool, "c"))).isInstanceOf(Unsolvable.class);
    }

    @Test
    void files_areCapabilities() throws Exception {
        List<Candidate> pool =
                List.of(rpm("app 1-1", "requires: /usr/bin/sh"), rpm("bash 5-1", "provides: /usr/bin/sh"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1", "bash 5-1");
    }

    @Test
    void rpmlib_isTheToolsBusiness() throws Exception {
        List<Candidate> pool = List.of(rpm("app 1-1", "requires: rpmlib(PayloadIsZstd) <= 5.4.18-1"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1");
    }

    @Test
    void rich_conflictWithItselfAloneDoesNotCount() throws Exception {
        List<Candidate> pool = List.of(rpm("app 1-1", "conflicts: (app or other)"), rpm("other 1-1"));
        Problem alone = rpms(pool, "app");
        assertThat(solve(alone)).containsExactly("app 1-1");
        assertThat(SolutionChecker.violations(alone, List.of(pool.get(0)))).isEmpty();
        assertThat(SolutionChecker.violations(alone, pool)).isNotEmpty();
        assertThat(Resolver.resolve(rpms(pool, "app", "other"))).isInstanceOf(Unsolvable.class);
    }

    @Test
    void weak_supplementNeedsSomethingThatIsThere() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1"), rpm("vacuous 1-1", "supplements: (x if y)"), rpm("extra 1-1", "supplements: app"));
        assertThat(solve(rpms(pool, "app").withRecommends(true))).containsExactly("app 1-1", "extra 1-1");
    }

    @Test
    void weak_impossiblePartOfARecommendationTakesTheRestAlong() throws Exception {
        List<Candidate> pool = List.of(rpm("app 1-1", "recommends: (a and nowhere)"), rpm("a 1-1"));
        assertThat(solve(rpms(pool, "app").withRecommends(true))).containsExactly("app 1-1");
    }

    @Test
    void providers_olderOfferOfACommonCapabilityFallsBehind() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: cap"), rpm("a 1-1", "provides: cap = 1"), rpm("b 1-1", "provides: cap = 2"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1", "b 1-1");
    }

    @Test
    void providers_replacedInACircleStay() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: cap"),
                rpm("a 1-1", "provides: cap", "obsoletes: b"),
                rpm("b 1-1", "provides: cap", "obsoletes: a"),
                rpm("c 1-1", "provides: cap", "obsoletes: d"),
                rpm("d 1-1", "provides: cap", "obsoletes: a"));
        assertThat(solve(rpms(pool, "app"))).containsExactly("app 1-1", "c 1-1");
    }

    @Test
    void files_withinReachAreNamed() throws Exception {
        List<Candidate> pool = List.of(
                rpm("app 1-1", "requires: (/a or b)", "recommends: lib"),
                rpm("lib 1-1", "conflicts: /c"),
                rpm("far 1-1", "requires: /far"));
        assertThat(Resolver.files(rpms(pool, "app"))).containsExactly("/a", "/c");
    }
}
