package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * XML from outside, element by element. Document type declarations are refused, so there are no entities beyond the five of XML
 * itself; depth, text and the bytes behind one event are bounded, so memory is, whatever the document says.
 */
final class XmlReader {
    private static final int MAXIMUM_DEPTH = 32;
    private static final int MAXIMUM_TEXT = 4 << 20;
    /** More than one element with all its attributes, or one comment, may take. */
    private static final int MAXIMUM_EVENT_BYTES = 8 << 20;

    private final String structure;
    private final Guard guard;
    private final XMLStreamReader xml;
    private int depth;

    /** Starts reading; {@code structure} names the document in messages. The stream is not closed. */
    XmlReader(String structure, InputStream in) throws IOException {
        this.structure = structure;
        this.guard = new Guard(structure, in);
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> InputStream.nullInputStream());
        try {
            this.xml = factory.createXMLStreamReader(guard);
        } catch (XMLStreamException | RuntimeException e) {
            throw translate(e);
        }
    }

    /** Moves to the root element, which must have one of these names, and returns its name. */
    String root(String... names) throws IOException {
        while (advance() != XMLStreamConstants.START_ELEMENT) {
            // comments and white space
        }
        for (String name : names) {
            if (is(name)) {
                return name;
            }
        }
        throw new NotThisFormatException(
                structure, offset(), "has the root element " + xml.getLocalName(), String.join(" or ", names));
    }

    /** The number of open elements, the current one included. */
    int depth() {
        return depth;
    }

    /**
     * Moves to the next child of the element that was current at this depth, passing over what is left of the one before; false
     * when there is none and the element has ended.
     */
    boolean child(int parentDepth) throws IOException {
        while (depth >= parentDepth) {
            int event = advance();
            if (event == XMLStreamConstants.START_ELEMENT && depth == parentDepth + 1) {
                return true;
            }
            if (event == XMLStreamConstants.END_DOCUMENT) {
                return false;
            }
        }
        return false;
    }

    /** Reads to the document's end, so that what follows the root is checked too. */
    void end() throws IOException {
        while (advance() != XMLStreamConstants.END_DOCUMENT) {
            // the parser lets comments and white space alone through
        }
    }

    /** Whether the current element has this local name. */
    boolean is(String name) {
        return xml.getLocalName().equals(name);
    }

    /** The current element's local name. */
    String name() {
        return xml.getLocalName();
    }

    /** An attribute by its local name; null when it is not there. */
    String attribute(String name) {
        return xml.getAttributeValue(null, name);
    }

    /** An attribute, or the empty string. */
    String attributeOrEmpty(String name) {
        String value = attribute(name);
        return value == null ? "" : value;
    }

    /** An attribute that must be there. */
    String required(String attribute) throws CorruptDataException {
        String value = attribute(attribute);
        if (value == null || value.isEmpty()) {
            throw corrupt("has " + name() + " without " + attribute, "an attribute " + attribute);
        }
        return value;
    }

    /** The current element's text, and moves to its end. Text of elements within it is left out. */
    String text() throws IOException {
        int at = depth;
        String first = null;
        StringBuilder all = null;
        while (depth >= at) {
            int event = advance();
            if (depth != at || event != XMLStreamConstants.CHARACTERS && event != XMLStreamConstants.CDATA) {
                continue;
            }
            if (first == null) {
                first = xml.getText();
            } else {
                all = all == null ? new StringBuilder(first) : all;
                all.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                if (all.length() > MAXIMUM_TEXT) {
                    throw new LimitExceededException(
                            structure, offset(), "has a text of more than " + MAXIMUM_TEXT + " characters", "");
                }
            }
        }
        return all != null ? all.toString() : first == null ? "" : first;
    }

    /** The text without white space at its ends. */
    String trimmed() throws IOException {
        return text().strip();
    }

    /** A number of at most 18 digits. */
    long number(String what, String text) throws CorruptDataException {
        String digits = text.strip();
        boolean good = !digits.isEmpty() && digits.length() <= 18;
        for (int i = 0; good && i < digits.length(); i++) {
            good = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        if (!good) {
            throw corrupt("has " + what + " \"" + shown(digits) + "\"", "a number");
        }
        return Long.parseLong(digits);
    }

    /** As {@link #number}; 0 for an attribute that is not there, and digits behind a decimal point count for nothing. */
    long numberOrZero(String attribute) throws CorruptDataException {
        String value = attributeOrEmpty(attribute);
        int point = value.indexOf('.');
        String whole = point > 0 ? value.substring(0, point) : value;
        return whole.isEmpty() ? 0 : number(attribute, whole);
    }

    CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException(structure, offset(), actual, expected);
    }

    static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    private long offset() {
        return Math.max(FormatException.NO_OFFSET, xml.getLocation().getCharacterOffset());
    }

    private int advance() throws IOException {
        guard.event();
        int event;
        try {
            if (!xml.hasNext()) {
                throw corrupt("ends early", "a whole document");
            }
            event = xml.next();
        } catch (XMLStreamException | RuntimeException e) {
            throw translate(e);
        }
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> {
                if (++depth > MAXIMUM_DEPTH) {
                    throw new LimitExceededException(
                            structure, offset(), "nests deeper than " + MAXIMUM_DEPTH + " elements", "");
                }
            }
            case XMLStreamConstants.END_ELEMENT -> depth--;
            case XMLStreamConstants.DTD -> throw corrupt("has a document type declaration", "none");
            case XMLStreamConstants.ENTITY_REFERENCE -> throw corrupt("refers to an entity", "plain text");
            default -> {
                // text, comments and processing instructions
            }
        }
        return event;
    }

    /** The JDK's parser wraps the stream's own exceptions, and was seen to throw unchecked ones at malformed input. */
    private IOException translate(Exception thrown) {
        if (guard.failure != null) {
            return guard.failure;
        }
        if (thrown instanceof XMLStreamException e && e.getNestedException() instanceof FormatException format) {
            return format;
        }
        long at = thrown instanceof XMLStreamException e && e.getLocation() != null
                ? e.getLocation().getCharacterOffset()
                : FormatException.NO_OFFSET;
        String reason = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        int line = reason.indexOf("Message: ");
        CorruptDataException corrupt = new CorruptDataException(
                structure,
                Math.max(FormatException.NO_OFFSET, at),
                "is not well-formed XML: " + shown(line < 0 ? reason : reason.substring(line + 9)),
                "");
        corrupt.initCause(thrown);
        return corrupt;
    }

    /** Counts the bytes that one event takes, and remembers the source's exception. */
    private static final class Guard extends FilterInputStream {
        private final String structure;
        private long sinceEvent;
        private IOException failure;

        Guard(String structure, InputStream in) {
            super(in);
            this.structure = structure;
        }

        void event() {
            sinceEvent = 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int got = in.read(bytes, offset, length);
                sinceEvent += Math.max(0, got);
                if (sinceEvent > MAXIMUM_EVENT_BYTES) {
                    throw new LimitExceededException(
                            structure,
                            FormatException.NO_OFFSET,
                            "has an element, attribute or comment of more than " + MAXIMUM_EVENT_BYTES + " bytes",
                            "");
                }
                return got;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void close() {
            // the stream is the caller's
        }
    }
}
