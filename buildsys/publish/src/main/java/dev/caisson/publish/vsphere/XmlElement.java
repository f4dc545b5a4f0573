package dev.caisson.publish.vsphere;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** An element of an answer: what of the document object model a SOAP client needs, without its nulls. */
final class XmlElement {
    private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
    private static final String SCHEMA = "http://www.w3.org/2001/XMLSchema";

    private final Element element;

    private XmlElement(Element element) {
        this.element = element;
    }

    /** The root of a document without document type. */
    static XmlElement parse(byte[] document) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return new XmlElement(
                    builder.parse(new ByteArrayInputStream(document)).getDocumentElement());
        } catch (SAXException | ParserConfigurationException | RuntimeException e) {
            throw new IOException("the answer is no XML: " + e.getMessage(), e);
        }
    }

    String name() {
        return element.getLocalName();
    }

    /** The elements in it. */
    List<XmlElement> children() {
        List<XmlElement> children = new ArrayList<>();
        for (Node at = element.getFirstChild(); at != null; at = at.getNextSibling()) {
            if (at instanceof Element child) {
                children.add(new XmlElement(child));
            }
        }
        return children;
    }

    List<XmlElement> children(String name) {
        return children().stream().filter(child -> child.name().equals(name)).toList();
    }

    /** The first element of this name in it. */
    Optional<XmlElement> child(String name) {
        return children(name).stream().findFirst();
    }

    /** The first element of this name in it, which must be there. */
    XmlElement required(String name) throws IOException {
        return child(name).orElseThrow(() -> new IOException("the answer's " + name() + " has no " + name));
    }

    /** The text of the first element of this name, or nothing. */
    String text(String name) {
        return child(name).map(XmlElement::text).orElse("");
    }

    String text() {
        return element.getTextContent();
    }

    String attribute(String name) {
        return element.getAttribute(name);
    }

    /** The type that it says it has, without prefix. */
    String type() {
        return element.getAttributeNS(INSTANCE, "type").replaceFirst("^.*:", "");
    }

    ManagedObject reference() {
        return new ManagedObject(attribute("type"), text());
    }

    /** Writes it with everything in it, under another name, for a request whose prefixes are SOAP's usual ones. */
    void writeTo(XmlText out, String name) {
        out.begin(name);
        String type = element.getAttributeNS(INSTANCE, "type");
        if (!type.isEmpty()) {
            int colon = type.indexOf(':');
            String space = colon < 0 ? "" : element.lookupNamespaceURI(type.substring(0, colon));
            out.type((SCHEMA.equals(space) ? "xsd:" : "") + type.substring(colon + 1));
        }
        if (!attribute("type").isEmpty()) {
            out.attribute("type", attribute("type"));
        }
        List<XmlElement> children = children();
        if (children.isEmpty()) {
            out.text(text());
        }
        for (XmlElement child : children) {
            child.writeTo(out, child.name());
        }
        out.end();
    }
}
