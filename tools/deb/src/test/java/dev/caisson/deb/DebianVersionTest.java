package dev.caisson.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DebianVersionTest {
    @Test
    void parse_parts() throws Exception {
        DebianVersion version = DebianVersion.parse("2:1.4:x-rc-3+b1");
        assertThat(version.epoch()).isEqualTo(2);
        assertThat(version.upstream()).isEqualTo("1.4:x-rc");
        assertThat(version.revision()).isEqualTo("3+b1");
        assertThat(DebianVersion.parse("1.0").revision()).isEmpty();
        assertThat(DebianVersion.parse("1.0").upstream()).isEqualTo("1.0");
    }

    @Test
    void compareTo_followsTheManual() throws Exception {
        List<String> ascending =
                List.of("1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0a", "1.0+b", "1.2", "1.10", "1:0.1");
        for (int i = 0; i < ascending.size(); i++) {
            for (int j = 0; j < ascending.size(); j++) {
                int sign = DebianVersion.parse(ascending.get(i)).compareTo(DebianVersion.parse(ascending.get(j)));
                assertThat(Integer.signum(sign))
                        .as(ascending.get(i) + " " + ascending.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
        assertThat(DebianVersion.parse("0:1.0-0")).isEqualByComparingTo(DebianVersion.parse("1.0"));
    }

    @Test
    void parse_refused() {
        for (String text :
                List.of("", ":1", "a:1", "1:", "1:a", "-1", "1-", "1 2", "1_2", "1-2:3", "1234567890:1", "1/2")) {
            assertThatThrownBy(() -> DebianVersion.parse(text)).as(text).isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void parse_arbitraryTextGivesVersionOrFormatException() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(8); n > 0; n--) {
                text.append("019ab:-.+~ \u00e9".charAt(random.nextInt(12)));
            }
            try {
                DebianVersion version = DebianVersion.parse(text.toString());
                assertThat(version.compareTo(DebianVersion.parse(text.toString())))
                        .isZero();
                assertThat(version.epoch() + version.upstream() + version.revision())
                        .isNotEmpty();
            } catch (dev.caisson.bytes.FormatException expected) {
                assertThat(expected.structure()).isEqualTo("version");
            }
        }
    }
}
