package dev.caisson.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.resolver.Capability;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Requirement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelationParserTest {
    @Test
    void relations_everyForm() throws Exception {
        List<Relation> relations = RelationParser.relations(
                "libc6 (>= 2.38), debconf (>= 0.5) | debconf-2.0,\n python3:any(<<3.14) , g++:native,,");
        assertThat(relations)
                .containsExactly(
                        new Relation(List.of(Requirement.of("libc6", Comparison.GREATER_OR_EQUAL, "2.38"))),
                        new Relation(List.of(
                                Requirement.of("debconf", Comparison.GREATER_OR_EQUAL, "0.5"),
                                Requirement.of("debconf-2.0"))),
                        new Relation(List.of(new Requirement("python3", "any", Comparison.LESS, "3.14"))),
                        new Relation(List.of(new Requirement("g++", "native", Comparison.ANY, ""))));
        assertThat(relations.get(1)).hasToString("debconf >= 0.5 | debconf-2.0");
    }

    @Test
    void relations_oldOperatorsIncludeEquality() throws Exception {
        assertThat(RelationParser.relations("a (< 1), b (> 2)"))
                .containsExactly(
                        new Relation(List.of(Requirement.of("a", Comparison.LESS_OR_EQUAL, "1"))),
                        new Relation(List.of(Requirement.of("b", Comparison.GREATER_OR_EQUAL, "2"))));
    }

    @Test
    void dependencies_keepTheOrderOfAlternatives() throws Exception {
        assertThat(RelationParser.dependencies("a | b, c"))
                .containsExactly(
                        new Dependency.Or(List.of(Dependency.of("a"), Dependency.of("b"))), Dependency.of("c"));
    }

    @Test
    void provides_namesAndVersions() throws Exception {
        assertThat(RelationParser.provides("mta, libx (= 1.2-3)"))
                .containsExactly(Capability.of("mta"), Capability.of("libx", "1.2-3"));
        assertThatThrownBy(() -> RelationParser.provides("a | b")).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> RelationParser.provides("a (>= 1)")).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void relations_refused() {
        for (String text :
                List.of("a b", "a (1)", "a (>= )", "a (>= 1", "a | ", "| a", "(>= 1)", "a:", "a (=! 1)", "\u00e9")) {
            assertThatThrownBy(() -> RelationParser.relations(text)).as(text).isInstanceOf(CorruptDataException.class);
        }
        for (String text : List.of("a [amd64]", "a (= 1) <!nocheck>")) {
            assertThatThrownBy(() -> RelationParser.relations(text))
                    .as(text)
                    .isInstanceOf(UnsupportedFeatureException.class);
        }
    }

    @Test
    void relations_emptyFieldHasNone() throws Exception {
        assertThat(RelationParser.relations(" \n ,")).isEmpty();
    }

    @Test
    void relations_arbitraryTextGivesListOrFormatException() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(14); n > 0; n--) {
                text.append("ab1:,|()<>= [\n".charAt(random.nextInt(14)));
            }
            try {
                RelationParser.relations(text.toString())
                        .forEach(r -> assertThat(r.alternatives()).isNotEmpty());
            } catch (FormatException expected) {
                assertThat(expected.structure()).isEqualTo("relationship field");
            }
        }
    }
}
