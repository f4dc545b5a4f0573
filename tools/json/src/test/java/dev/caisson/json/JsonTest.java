package dev.caisson.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String SAMPLE = "{\"b\": [1, -2.50e3, true, null, \"\\u00e9\\n\"],\n \"a\": {\"x\": \"y\"}}";

    @Test
    void parse_keepsOrderAndNumberText() throws Exception {
        JsonObject object = Json.parseObject(SAMPLE);
        assertThat(object.names()).containsExactly("b", "a");
        assertThat(object.array("b").get(1)).isEqualTo(new JsonNumber("-2.50e3"));
        assertThat(object.array("b").get(4)).isEqualTo(new JsonString("é\n"));
        assertThat(object.object("a").string("x")).isEqualTo("y");
    }

    @Test
    void pretty_bytes() throws Exception {
        assertThat(Json.pretty(Json.parse("{\"b\":[1,{}],\"a\":[],\"c\":\"\\u0001\\\"\"}")))
                .isEqualTo("{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": [],\n  \"c\": \"\\u0001\\\"\"\n}\n");
    }

    @Test
    void canonical_sortsAndDropsSpace() throws Exception {
        assertThat(Json.canonical(Json.parse(SAMPLE)))
                .isEqualTo("{\"a\":{\"x\":\"y\"},\"b\":[1,-2.50e3,true,null,\"é\\n\"]}");
    }

    @Test
    void builders_giveWhatTheParserGives() throws Exception {
        JsonObject built = JsonObject.of()
                .put("n", 1)
                .put("s", "t")
                .put("b", true)
                .putStrings("l", List.of("x"))
                .putOptional("o", Optional.empty())
                .put("a", JsonArray.of().add(2).add(false).add("z").add(JsonNull.NULL));
        assertThat(Json.parse(Json.pretty(built))).isEqualTo(built);
        assertThat(built.hashCode()).isEqualTo(Json.parse(built.toString()).hashCode());
        assertThatThrownBy(() -> built.put("n", 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "<html>", "\uFEFF{}", "# x", "'a'"})
    void parse_somethingElse(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(NotThisFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "[1,]",
                "{\"a\":1,}",
                "[1] 2",
                "[01]",
                "[NaN]",
                "[.5]",
                "[1.]",
                "{a:1}",
                "[\"\t\"]",
                "[\"\\ud800\"]",
                "[\"\\x\"]",
                "[",
                "{\"a\"",
                "{\"a\":",
                "tru",
                "nul",
                "-",
                "[1 2]",
                "]",
                "{]",
                "[}",
                "[/* */1]",
                "{\"a\":}",
                "\"",
                "[+1]",
                "[1e]",
                "[\"\\u12\"]"
            })
    void parse_refuses(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(FormatException.class);
    }

    @Test
    void parse_saysWhere() {
        assertThatThrownBy(() -> Json.parse("{\n  \"a\": 1,\n  \"a\": 2\n}"))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("JSON text at line 3, column 3: member \"a\" twice");
        assertThatThrownBy(() -> Json.parse("[1,\n x]")).hasMessageContaining("JSON text at line 2, column 2");
    }

    @Test
    void parse_limits() throws Exception {
        String deep = "[".repeat(101) + "]".repeat(101);
        assertThatThrownBy(() -> Json.parse(deep)).isInstanceOf(LimitExceededException.class);
        assertThat(Json.parse(deep.substring(1, 201))).isInstanceOf(JsonArray.class);
        assertThatThrownBy(() -> Json.parse("9".repeat(101))).isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> Json.parse(new byte[11], new JsonLimits(10, 5)))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).isInstanceOf(FormatException.class);
    }

    @Test
    void parse_badUtf8() {
        assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}))
                .isInstanceOfSatisfying(
                        CorruptDataException.class, e -> assertThat(e.offset()).isEqualTo(1));
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, true",
        "9223372036854775808, false",
        "1.5, false",
        "1e3, true",
        "1e999999999, false",
        "1e9999999999, false",
        "-0, true"
    })
    void number_longValue(String text, boolean present) {
        assertThat(new JsonNumber(text).longValue().isPresent()).isEqualTo(present);
    }

    @Test
    void accessors_sayWhatIsWrong() throws Exception {
        JsonObject object = Json.parseObject("\n  {\"s\":1,\"n\":\"x\",\"f\":1.5,\"l\":[\"a\",2],\"z\":null}");
        assertThatThrownBy(() -> object.string("q"))
                .hasMessage("JSON object at line 2, column 3: member \"q\" is missing, expected a string");
        assertThatThrownBy(() -> object.string("s"))
                .hasMessageContaining("member \"s\" is a number, expected a string");
        assertThatThrownBy(() -> object.longValue("n")).hasMessageContaining("is a string, expected an integer");
        assertThatThrownBy(() -> object.longValue("f")).hasMessageContaining("is 1.5");
        assertThatThrownBy(() -> object.longValue("s", 2, 3)).hasMessageContaining("is 1, expected 2 to 3");
        assertThatThrownBy(() -> object.strings("l"))
                .hasMessage("JSON array at line 2, column 30: element 1 is a number, expected a string");
        assertThatThrownBy(() -> object.objects("l")).hasMessageContaining("element 0 is a string");
        assertThatThrownBy(() -> object.bool("s")).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> object.requireOnly(Set.of("s"))).hasMessageContaining("unknown member \"n\"");
        assertThat(object.optionalString("z")).isEmpty();
        assertThat(object.optionalLong("z")).isEmpty();
        assertThatThrownBy(() -> object.optionalString("s")).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void writer_escapesUnpairedSurrogates() {
        assertThat(Json.canonical(new JsonString("a\ud800b\udc00\ud83d\ude00")))
                .isEqualTo("\"a\\ud800b\\udc00\ud83d\ude00\"");
    }

    @Test
    void randomValues_roundTrip() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            JsonValue value = randomValue(random, 5);
            assertThat(Json.parse(Json.prettyBytes(value))).isEqualTo(value);
            String canonical = Json.canonical(value);
            assertThat(Json.canonical(Json.parse(canonical))).isEqualTo(canonical);
        }
    }

    private static JsonValue randomValue(Random random, int depth) {
        switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0:
                return JsonNumber.of(random.nextLong());
            case 1:
                return randomString(random);
            case 2:
                return JsonBoolean.of(random.nextBoolean());
            case 3:
                return JsonNull.NULL;
            case 4:
                JsonArray array = JsonArray.of();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(randomValue(random, depth - 1));
                }
                return array;
            default:
                JsonObject object = JsonObject.of();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.put(i + randomString(random).value(), randomValue(random, depth - 1));
                }
                return object;
        }
    }

    private static JsonString randomString(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int c = random.nextInt(0x11000);
            text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 0x1f600 : c);
        }
        return new JsonString(text.toString());
    }

    @Test
    void damagedText_givesValueOrFormatException() {
        byte[] sample = SAMPLE.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < sample.length; length++) {
            byte[] cut = Arrays.copyOf(sample, length);
            assertThatThrownBy(() -> Json.parse(cut)).isInstanceOf(FormatException.class);
        }
        for (int bit = 0; bit < sample.length * 8; bit++) {
            byte[] flipped = sample.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(Json.parse(flipped)).isNotNull();
            } catch (FormatException e) {
                assertThat(e.structure()).isNotEmpty();
            }
        }
    }
}
