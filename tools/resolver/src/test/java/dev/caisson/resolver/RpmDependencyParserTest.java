package dev.caisson.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RpmDependencyParserTest {
    @Test
    void parse_everyForm() throws Exception {
        assertThat(RpmDependencyParser.parse("libc.so.6(GLIBC_2.4)(64bit)"))
                .isEqualTo(Dependency.of("libc.so.6(GLIBC_2.4)(64bit)"));
        assertThat(RpmDependencyParser.parse("a >= 1:2-3"))
                .isEqualTo(Dependency.of("a", Comparison.GREATER_OR_EQUAL, "1:2-3"));
        for (String text : List.of(
                "(a and b and c)",
                "(a or (b if c else d))",
                "(perl(X::Y) >= 1 with perl(X::Y) < 2)",
                "(a without b)",
                "(a unless b)",
                "((a or b) unless c else d)")) {
            assertThat(RpmDependencyParser.parse(text)).hasToString(text);
        }
    }

    @Test
    void parse_elseInsideTheCondition() throws Exception {
        assertThat(RpmDependencyParser.parse("(a if (b else c))"))
                .isEqualTo(RpmDependencyParser.parse("(a if b else c)"));
    }

    @Test
    void parse_refused() {
        for (String text : List.of(
                "", "(", "(a", "(a and)", "(a nor b)", "(a and b or c)", "a >=", "a =! 1", "a b", "(a) b", "()")) {
            assertThatThrownBy(() -> RpmDependencyParser.parse(text)).as(text).isInstanceOf(CorruptDataException.class);
        }
        assertThatThrownBy(() -> RpmDependencyParser.parse("(".repeat(100_000)))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> RpmDependencyParser.parse("(a if ".repeat(100_000)))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void parse_arbitraryTextGivesDependencyOrFormatException() {
        String[] tokens = {
            "(", ")", "a", "b(c)", " ", " and ", " or ", " if ", " else ", " with ", " >= ", "1", "<", "\u00e9"
        };
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(14); n > 0; n--) {
                text.append(tokens[random.nextInt(tokens.length)]);
            }
            try {
                assertThat(RpmDependencyParser.parse(text.toString())).isNotNull();
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }
}
