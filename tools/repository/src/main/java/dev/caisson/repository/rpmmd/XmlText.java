package dev.caisson.repository.rpmmd;

import java.nio.charset.StandardCharsets;

/** Builds XML as text. Characters that XML 1.0 cannot hold are left out, as createrepo_c leaves them out. */
final class XmlText {
    private final StringBuilder out = new StringBuilder(1 << 16);

    XmlText() {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /** Opens an element; names and values alternate, and a null value leaves its attribute out. */
    XmlText open(String name, String... attributes) {
        start(name, attributes);
        out.append(">\n");
        return this;
    }

    XmlText close(String name) {
        out.append("</").append(name).append(">\n");
        return this;
    }

    /** An element without content. */
    XmlText empty(String name, String... attributes) {
        start(name, attributes);
        out.append("/>\n");
        return this;
    }

    /** An element with text; an empty one when there is none. */
    XmlText text(String name, String text, String... attributes) {
        start(name, attributes);
        if (text.isEmpty()) {
            out.append("/>\n");
        } else {
            out.append('>');
            escape(text, false);
            out.append("</").append(name).append(">\n");
        }
        return this;
    }

    private void start(String name, String... attributes) {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1], true);
                out.append('"');
            }
        }
    }

    private void escape(String text, boolean attribute) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\r' -> out.append("&#13;");
                case '\t', '\n' -> {
                    // readers make blanks of them in attributes
                    out.append(attribute ? "&#" + c + ";" : Character.toString(c));
                }
                default -> {
                    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
                    if (c >= ' ' && !surrogate && c != 0xFFFE && c != 0xFFFF) {
                        out.appendCodePoint(c);
                    }
                }
            }
        }
    }

    byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What was built since the last call. */
    byte[] drain() {
        byte[] bytes = bytes();
        out.setLength(0);
        return bytes;
    }
}
