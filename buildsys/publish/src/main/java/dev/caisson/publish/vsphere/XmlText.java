package dev.caisson.publish.vsphere;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes the body of a request: elements of one namespace, text escaped. */
final class XmlText {
    private final StringBuilder out = new StringBuilder(1024);
    private final Deque<String> open = new ArrayDeque<>();
    private boolean inTag;

    XmlText begin(String name) {
        closeTag();
        out.append('<').append(name);
        inTag = true;
        open.push(name);
        return this;
    }

    XmlText attribute(String name, String value) {
        out.append(' ').append(name).append("=\"");
        escape(value);
        out.append('"');
        return this;
    }

    XmlText type(String type) {
        return attribute("xsi:type", type);
    }

    XmlText text(String text) {
        closeTag();
        escape(text);
        return this;
    }

    XmlText end() {
        closeTag();
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element with text. */
    XmlText value(String name, String text) {
        return begin(name).text(text).end();
    }

    /** An element that refers to an object of the server. */
    XmlText reference(String name, ManagedObject object) {
        return begin(name).attribute("type", object.type()).text(object.value()).end();
    }

    private void closeTag() {
        if (inTag) {
            out.append('>');
            inTag = false;
        }
    }

    private void escape(String text) {
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\n', '\t', '\r' -> out.append("&#").append(point).append(';');
                default -> {
                    if (point < ' ' || point >= 0xd800 && point < 0xe000 || point == 0xfffe || point == 0xffff) {
                        throw new IllegalArgumentException("character " + point + " cannot be in XML");
                    }
                    out.appendCodePoint(point);
                }
            }
        });
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
