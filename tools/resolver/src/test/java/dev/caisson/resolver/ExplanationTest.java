package dev.caisson.resolver;

import static dev.caisson.resolver.Packages.deb;
import static dev.caisson.resolver.Packages.debian;
import static dev.caisson.resolver.Packages.explain;
import static dev.caisson.resolver.Packages.rpm;
import static dev.caisson.resolver.Packages.rpms;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    @Test
    void missingVersion_toldFromTheRequest() {
        List<Candidate> pool = List.of(
                deb("a 1.0", "Depends: fine, b (>= 2)"), deb("b 1.5 amd64 trixie"), deb("fine 1"), deb("unrelated 1"));
        assertThat(explain(debian(pool, "unrelated", "a")).problems())
                .containsExactly(new Unsolvable.Explanation(
                        "cannot install a: nothing provides b >= 2; only b 1.5 (from trixie) exists",
                        List.of(
                                "a was requested",
                                "a 1.0 requires b >= 2",
                                "nothing provides b >= 2; only b 1.5 (from trixie) exists")));
    }

    @Test
    void conflict_toldFromBothRequests() {
        List<Candidate> pool =
                List.of(deb("a 1", "Depends: x"), deb("b 1", "Depends: y"), deb("x 1", "Conflicts: y"), deb("y 1"));
        assertThat(explain(debian(pool, "a", "b")).problems())
                .containsExactly(new Unsolvable.Explanation(
                        "cannot install a and b: x 1 conflicts with y 1",
                        List.of(
                                "a was requested",
                                "a 1 requires x",
                                "b was requested",
                                "b 1 requires y",
                                "x 1 conflicts with y 1")));
    }

    @Test
    void twoVersions_toldAsSuch() throws Exception {
        List<Candidate> pool = List.of(
                rpm("a 1-1", "requires: lib = 1"), rpm("b 1-1", "requires: lib = 2"), rpm("lib 1-1"), rpm("lib 2-1"));
        assertThat(explain(rpms(pool, "a", "b")).problems().get(0).message())
                .isEqualTo("cannot install a and b: only one of lib 1-1 and lib 2-1 can be installed");
    }

    @Test
    void independentProblems_areAllTold() {
        List<Candidate> pool = List.of(deb("a 1", "Depends: nowhere"), deb("b 1", "Depends: void"), deb("c 1"));
        assertThat(explain(debian(pool, "a", "b", "c")).problems())
                .extracting(Unsolvable.Explanation::message)
                .containsExactlyInAnyOrder(
                        "cannot install a: nothing provides nowhere", "cannot install b: nothing provides void");
    }

    @Test
    void unknownName_similarOnesAreNamed() {
        List<Candidate> pool = List.of(
                deb("openssh-server 1"), deb("openssh-client 1"), deb("exim 1", "Provides: mail-agent"), deb("curl 8"));
        assertThat(explain(debian(pool, "openssh-sever")).problems().get(0).message())
                .contains("did you mean openssh-server");
        assertThat(explain(debian(pool, "mail-agnet")).problems().get(0).message())
                .contains("did you mean mail-agent (virtual, provided by exim)?");
        assertThat(explain(debian(pool, "openssh")).problems().get(0).message())
                .contains("openssh-client, openssh-server");
    }

    @Test
    void everyVersionFails_everyVersionIsTold() {
        List<Candidate> pool = List.of(deb("a 1", "Depends: x"), deb("a 2", "Depends: y"));
        assertThat(explain(debian(pool, "a")).problems().get(0).chain())
                .containsExactlyInAnyOrder(
                        "a was requested",
                        "a 1 requires x",
                        "nothing provides x",
                        "a 2 requires y",
                        "nothing provides y");
    }

    @Test
    void notAdmitted_saysWhy() {
        List<Candidate> pool = List.of(deb("a 1", "Depends: b (>= 2)"), deb("b 1"), deb("b 2"), deb("c 1 arm64"));
        assertThat(explain(debian(pool, "a").locking(Map.of("b", "1")))
                        .problems()
                        .get(0)
                        .message())
                .contains("b is locked to 1");
        assertThat(explain(debian(pool, "c")).problems().get(0).message()).contains("exists only for arm64");
        assertThat(explain(debian(pool, "b").locking(Map.of("b", "7")))
                        .problems()
                        .get(0)
                        .message())
                .contains("locked to 7");
    }
}
