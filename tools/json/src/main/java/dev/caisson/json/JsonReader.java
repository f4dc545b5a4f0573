package dev.caisson.json;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Builds the values from Jackson's tokens. The text is decoded here because Jackson would guess the encoding. */
final class JsonReader {
    private static final String STRUCTURE = "JSON text";

    /** Immutable; building one costs more than reading a small text. */
    private static final JsonFactory USUAL = factory(JsonLimits.DEFAULT.maxDepth());

    private final JsonParser parser;

    private JsonReader(JsonParser parser) {
        this.parser = parser;
    }

    static JsonValue read(byte[] utf8, JsonLimits limits) throws FormatException {
        checkSize(utf8.length, limits);
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(utf8);
        try {
            return read(decoder.decode(in).toString(), limits);
        } catch (CharacterCodingException e) {
            throw new CorruptDataException(STRUCTURE, in.position(), "bytes that are not UTF-8", "");
        }
    }

    static JsonValue read(String text, JsonLimits limits) throws FormatException {
        checkSize(text.length(), limits);
        checkFirst(text);
        JsonFactory factory = limits.maxDepth() == JsonLimits.DEFAULT.maxDepth() ? USUAL : factory(limits.maxDepth());
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            return new JsonReader(parser).document();
        } catch (StreamConstraintsException e) {
            throw new LimitExceededException(
                    at(e.getLocation()), FormatException.NO_OFFSET, e.getOriginalMessage(), "");
        } catch (JacksonException e) {
            throw new CorruptDataException(at(e.getLocation()), FormatException.NO_OFFSET, e.getOriginalMessage(), "");
        }
    }

    private static JsonFactory factory(int maxDepth) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxNumberLength(JsonLimits.MAX_NUMBER_LENGTH)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .build();
        // Names are not interned: that table would be global state for the sake of a server that reads one shape for
        // ever.
        return JsonFactory.builder()
                .streamReadConstraints(constraints)
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build();
    }

    static JsonObject object(JsonValue value) throws FormatException {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new CorruptDataException(STRUCTURE, FormatException.NO_OFFSET, value.kind(), "an object");
    }

    private static void checkSize(int size, JsonLimits limits) throws LimitExceededException {
        if (size > limits.maxBytes()) {
            throw new LimitExceededException(
                    STRUCTURE, FormatException.NO_OFFSET, size + " bytes", "at most " + limits.maxBytes() + " bytes");
        }
    }

    /** Tells "this is no JSON at all" (a web page, an empty file) from damage further on. */
    private static void checkFirst(String text) throws NotThisFormatException {
        int at = 0;
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == text.length() || "{[\"-0123456789tfn".indexOf(text.charAt(at)) < 0) {
            String actual = at == text.length() ? "no value" : "begins with " + describe(text.charAt(at));
            throw new NotThisFormatException(STRUCTURE, FormatException.NO_OFFSET, actual, "a JSON value");
        }
    }

    private static String describe(char c) {
        return c > 0x20 && c < 0x7f
                ? "'" + c + "'"
                : "U+" + HexFormat.of().withUpperCase().toHexDigits(c);
    }

    private JsonValue document() throws FormatException {
        JsonToken first = parser.nextToken();
        JsonValue value = value(first);
        if (parser.nextToken() != null) {
            throw corrupt(parser.currentTokenLocation(), "more text after the value", "the end");
        }
        return value;
    }

    private JsonValue value(JsonToken token) throws FormatException {
        switch (token) {
            case START_OBJECT:
                return objectValue();
            case START_ARRAY:
                return arrayValue();
            case VALUE_STRING:
                return new JsonString(checked(parser.getString()));
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return new JsonNumber(parser.getString());
            case VALUE_TRUE:
                return JsonBoolean.TRUE;
            case VALUE_FALSE:
                return JsonBoolean.FALSE;
            case VALUE_NULL:
                return JsonNull.NULL;
            default:
                throw corrupt(parser.currentTokenLocation(), "token " + token, "a value");
        }
    }

    private JsonObject objectValue() throws FormatException {
        JsonObject object = new JsonObject(place(parser.currentTokenLocation()));
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = checked(parser.currentName());
            if (object.has(name)) {
                throw corrupt(parser.currentTokenLocation(), "member \"" + name + "\" twice", "");
            }
            object.put(name, value(parser.nextToken()));
        }
        return object;
    }

    private JsonArray arrayValue() throws FormatException {
        JsonArray array = new JsonArray(place(parser.currentTokenLocation()));
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_ARRAY) {
            array.add(value(token));
            token = parser.nextToken();
        }
        return array;
    }

    private String checked(String text) throws FormatException {
        if (Surrogates.anyUnpaired(text)) {
            throw corrupt(parser.currentTokenLocation(), "unpaired surrogate in a string", "Unicode text");
        }
        return text;
    }

    private static CorruptDataException corrupt(TokenStreamLocation location, String actual, String expected) {
        return new CorruptDataException(at(location), FormatException.NO_OFFSET, actual, expected);
    }

    private static String at(TokenStreamLocation location) {
        return STRUCTURE + place(location);
    }

    private static String place(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
