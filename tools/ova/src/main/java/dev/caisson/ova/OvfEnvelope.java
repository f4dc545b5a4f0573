package dev.caisson.ova;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * What an importer must know of a descriptor before it can import it.
 *
 * @param name the virtual system's Name, else its id
 * @param files what it refers to, in order
 * @param networks names of the networks that have to be mapped
 * @param properties what can be set at deployment, in order
 */
public record OvfEnvelope(String name, List<File> files, List<String> networks, List<Property> properties) {
    /** Largest descriptor that is read. */
    public static final int MOST_BYTES = 4 << 20;

    private static final String OVF = "http://schemas.dmtf.org/ovf/envelope/1";
    private static final String STRUCTURE = "OVF descriptor";

    /** Copies. */
    public OvfEnvelope {
        files = List.copyOf(files);
        networks = List.copyOf(networks);
        properties = List.copyOf(properties);
    }

    /**
     * A file that the descriptor refers to.
     *
     * @param href its name
     * @param size its size in bytes, if the descriptor says it
     */
    public record File(String href, OptionalLong size) {}

    /**
     * A property.
     *
     * @param key its name; with the section's class and instance, as importers write it
     * @param password whether its value is secret
     * @param userConfigurable whether it may be set at deployment
     */
    public record Property(String key, boolean password, boolean userConfigurable) {}

    /**
     * Reads a descriptor of one virtual machine.
     *
     * @throws NotThisFormatException when it is no XML, or no envelope
     * @throws UnsupportedFeatureException for collections of machines, and files that are compressed or cut into pieces
     * @throws CorruptDataException when two files have a name, or one has none
     */
    public static OvfEnvelope parse(byte[] descriptor) throws FormatException {
        Element root = root(descriptor);
        if (elements(root, "VirtualSystemCollection").getLength() > 0) {
            throw new UnsupportedFeatureException(
                    STRUCTURE, FormatException.NO_OFFSET, "holds a VirtualSystemCollection", "one VirtualSystem");
        }
        NodeList systems = elements(root, "VirtualSystem");
        if (systems.getLength() != 1) {
            throw new CorruptDataException(
                    STRUCTURE, FormatException.NO_OFFSET, systems.getLength() + " virtual systems", "one");
        }
        Element system = (Element) systems.item(0);
        NodeList names = elements(system, "Name");
        String name = names.getLength() > 0 ? names.item(0).getTextContent().strip() : system.getAttributeNS(OVF, "id");
        List<String> networks = new ArrayList<>();
        NodeList all = elements(root, "Network");
        for (int i = 0; i < all.getLength(); i++) {
            networks.add(((Element) all.item(i)).getAttributeNS(OVF, "name"));
        }
        return new OvfEnvelope(name, files(root), networks, properties(system));
    }

    private static Element root(byte[] descriptor) throws FormatException {
        if (descriptor.length > MOST_BYTES) {
            throw new LimitExceededException(STRUCTURE, 0, descriptor.length + " bytes", "at most " + MOST_BYTES);
        }
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Strict());
            Document document = builder.parse(new ByteArrayInputStream(descriptor));
            Element root = document.getDocumentElement();
            if (!OVF.equals(root.getNamespaceURI()) || !root.getLocalName().equals("Envelope")) {
                throw new NotThisFormatException(STRUCTURE, 0, "root element " + root.getNodeName(), "OVF's Envelope");
            }
            return root;
        } catch (SAXParseException e) {
            throw new NotThisFormatException(
                    STRUCTURE + ", line " + e.getLineNumber(), FormatException.NO_OFFSET, e.getMessage(), "XML");
        } catch (FormatException e) {
            throw e;
        } catch (SAXException | IOException | ParserConfigurationException | RuntimeException e) {
            // Malformed encodings end in exceptions of many kinds within the parser.
            throw new NotThisFormatException(
                    STRUCTURE, FormatException.NO_OFFSET, String.valueOf(e.getMessage()), "XML");
        }
    }

    private static final class Strict extends org.xml.sax.helpers.DefaultHandler {
        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    private static NodeList elements(Element root, String name) {
        return root.getElementsByTagNameNS(OVF, name);
    }

    private static List<File> files(Element root) throws FormatException {
        List<File> files = new ArrayList<>();
        Set<String> names = new HashSet<>();
        NodeList all = elements(root, "File");
        for (int i = 0; i < all.getLength(); i++) {
            Element file = (Element) all.item(i);
            String href = file.getAttributeNS(OVF, "href");
            if (file.hasAttributeNS(OVF, "chunkSize")
                    || !file.getAttributeNS(OVF, "compression").isEmpty()
                            && !file.getAttributeNS(OVF, "compression").equals("identity")) {
                throw new UnsupportedFeatureException(
                        "OVF File " + href, FormatException.NO_OFFSET, "is compressed or in pieces", "one plain file");
            }
            if (href.isEmpty() || !names.add(href)) {
                throw new CorruptDataException(
                        "OVF References",
                        FormatException.NO_OFFSET,
                        "file \"" + href + "\"",
                        "a name that is not taken");
            }
            files.add(new File(href, size(file, href)));
        }
        return files;
    }

    private static OptionalLong size(Element file, String href) throws FormatException {
        String size = file.getAttributeNS(OVF, "size");
        if (!size.isEmpty() && !size.matches("[0-9]{1,18}")) {
            throw new CorruptDataException("OVF File " + href, FormatException.NO_OFFSET, "size " + size, "a number");
        }
        return size.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(size));
    }

    private static List<Property> properties(Element system) {
        List<Property> properties = new ArrayList<>();
        NodeList sections = elements(system, "ProductSection");
        for (int i = 0; i < sections.getLength(); i++) {
            Element section = (Element) sections.item(i);
            String prefix = section.getAttributeNS(OVF, "class");
            String instance = section.getAttributeNS(OVF, "instance");
            NodeList all = elements(section, "Property");
            for (int k = 0; k < all.getLength(); k++) {
                Element property = (Element) all.item(k);
                properties.add(new Property(
                        (prefix.isEmpty() ? "" : prefix + ".")
                                + property.getAttributeNS(OVF, "key")
                                + (instance.isEmpty() ? "" : "." + instance),
                        flag(property, "password"),
                        flag(property, "userConfigurable")));
            }
        }
        return properties;
    }

    private static boolean flag(Element element, String name) {
        String value = element.getAttributeNS(OVF, name);
        return value.equals("true") || value.equals("1");
    }

    /** The property with this key, if there is one. */
    public Optional<Property> property(String key) {
        return properties.stream().filter(p -> p.key().equals(key)).findFirst();
    }
}
