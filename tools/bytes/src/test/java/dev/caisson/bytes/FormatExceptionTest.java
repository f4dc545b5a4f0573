package dev.caisson.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatExceptionTest {
    @Test
    void facts_areFields() {
        List<FormatException> all = List.of(
                new NotThisFormatException("header", 16, "is 7", "8"),
                new CorruptDataException("header", 16, "is 7", "8"),
                new UnsupportedFeatureException("header", 16, "is 7", "8"),
                new LimitExceededException("header", 16, "is 7", "8"));
        for (FormatException e : all) {
            assertThat(e).isInstanceOf(IOException.class).hasMessage("header at offset 0x10: is 7, expected 8");
            assertThat(e.structure()).isEqualTo("header");
            assertThat(e.offset()).isEqualTo(16);
            assertThat(e.actual()).isEqualTo("is 7");
            assertThat(e.expected()).isEqualTo("8");
        }
    }

    @Test
    void message_withoutOffsetOrExpectation() {
        assertThat(new CorruptDataException("text", FormatException.NO_OFFSET, "is odd", ""))
                .hasMessage("text: is odd");
    }
}
