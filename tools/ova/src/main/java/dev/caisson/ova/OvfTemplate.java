package dev.caisson.ova;

import dev.caisson.bytes.CorruptDataException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * A user's own descriptor with placeholders of the form <code>${NAME}</code>; <code>$${</code> stands for the two characters.
 * All that it has must be known, and those that make a package consistent must be there: what is wrong is found with its line
 * before anything is built.
 */
public final class OvfTemplate {
    /** The file name, size in bytes and capacity in bytes of the first disk: a descriptor without them describes no disk. */
    public static final List<String> REQUIRED = List.of("DISK_FILE", "DISK_SIZE", "DISK_CAPACITY");

    /** The same of the second disk, when there is one. */
    public static final List<String> REQUIRED_FOR_DATA =
            List.of("DATA_DISK_FILE", "DATA_DISK_SIZE", "DATA_DISK_CAPACITY");

    /** All names. */
    public static final List<String> NAMES = List.of(
            "NAME",
            "PRODUCT",
            "VERSION",
            "HARDWARE_VERSION",
            "CPUS",
            "MEMORY_MIB",
            "NETWORK",
            "SECURE_BOOT",
            "PK",
            "KEK",
            "DB",
            "DBX",
            "DISK_FILE",
            "DISK_SIZE",
            "DISK_CAPACITY",
            "DISK_POPULATED",
            "DATA_DISK_FILE",
            "DATA_DISK_SIZE",
            "DATA_DISK_CAPACITY",
            "DATA_DISK_POPULATED");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\$\\{|\\$\\{([^}\\n]{0,64}\\}?)");
    private static final String ENVELOPE = "http://schemas.dmtf.org/ovf/envelope/1";

    private OvfTemplate() {}

    /**
     * Something that is wrong in a template.
     *
     * @param line from 1
     * @param column from 1, in code points
     * @param message what is wrong
     * @param hint what to do about it; may be empty
     */
    public record Problem(int line, int column, String message, String hint) {}

    /**
     * All that is wrong, by place.
     *
     * @param required names that the template must have
     */
    public static List<Problem> problems(String template, Collection<String> required) {
        List<Problem> problems = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                String name = matcher.group(1).replaceFirst("\\}$", "");
                if (!NAMES.contains(name) || !matcher.group(1).endsWith("}")) {
                    problems.add(problem(
                            template,
                            matcher.start(),
                            "unknown placeholder " + matcher.group(),
                            "known are " + String.join(", ", NAMES) + "; $${ stands for ${"));
                }
                seen.add(name);
            }
        }
        for (String name : required) {
            if (!seen.contains(name)) {
                problems.add(new Problem(
                        1,
                        1,
                        "placeholder ${" + name + "} is missing",
                        "the package would not be what its descriptor says"));
            }
        }
        problems.addAll(malformed(template));
        problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return problems;
    }

    private static Problem problem(String template, int at, String message, String hint) {
        int lineStart = template.lastIndexOf('\n', at - 1) + 1;
        int line = 1
                + (int) template.substring(0, lineStart)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return new Problem(line, 1 + template.codePointCount(lineStart, at), message, hint);
    }

    /** Whether it is well-formed XML without a document type, and its root an OVF envelope. */
    private static List<Problem> malformed(String template) {
        try {
            SAXParserFactory factory = SAXParserFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            RootCheck check = new RootCheck();
            factory.newSAXParser().parse(new InputSource(new StringReader(template)), check);
            return check.isEnvelope
                    ? List.of()
                    : List.of(new Problem(1, 1, "the root element is no Envelope of " + ENVELOPE, ""));
        } catch (SAXParseException e) {
            return List.of(new Problem(
                    Math.max(1, e.getLineNumber()), Math.max(1, e.getColumnNumber()), "no XML: " + e.getMessage(), ""));
        } catch (SAXException | ParserConfigurationException | IOException e) {
            return List.of(new Problem(1, 1, "no XML: " + e.getMessage(), ""));
        }
    }

    private static final class RootCheck extends DefaultHandler {
        private boolean isEnvelope;
        private int depth;

        @Override
        public void startElement(String uri, String local, String name, org.xml.sax.Attributes attributes) {
            if (depth++ == 0) {
                isEnvelope = uri.equals(ENVELOPE) && local.equals("Envelope");
            }
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    /**
     * What the placeholders stand for.
     *
     * @param disks one or two
     */
    public static Map<String, String> values(OvfMachine machine, List<OvaDisk> disks) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("NAME", machine.name());
        values.put("PRODUCT", machine.product());
        values.put("VERSION", machine.version());
        values.put("HARDWARE_VERSION", Integer.toString(machine.hardwareVersion()));
        values.put("CPUS", Integer.toString(machine.cpus()));
        values.put("MEMORY_MIB", Integer.toString(machine.memoryMib()));
        values.put("NETWORK", machine.network());
        values.put("SECURE_BOOT", Boolean.toString(machine.secureBoot().isPresent()));
        values.put("PK", hex(machine.secureBoot().map(keys -> List.of(keys.platformKey()))));
        values.put("KEK", hex(machine.secureBoot().map(OvfSecureBoot::keyExchangeKeys)));
        values.put("DB", hex(machine.secureBoot().map(OvfSecureBoot::database)));
        values.put("DBX", hex(machine.secureBoot().map(OvfSecureBoot::forbidden)));
        for (int i = 0; i < disks.size(); i++) {
            String prefix = i == 0 ? "DISK_" : "DATA_DISK_";
            values.put(prefix + "FILE", disks.get(i).fileName());
            values.put(prefix + "SIZE", Long.toString(disks.get(i).file().size()));
            values.put(prefix + "CAPACITY", Long.toString(disks.get(i).capacityBytes()));
            values.put(prefix + "POPULATED", Long.toString(disks.get(i).populatedBytes()));
        }
        return Collections.unmodifiableMap(values);
    }

    /** The first of them: a machine that is made by this build has one of each. */
    private static String hex(java.util.Optional<List<byte[]>> values) {
        return values.filter(list -> !list.isEmpty())
                .map(list -> HexFormat.of().formatHex(list.get(0)))
                .orElse("");
    }

    /**
     * Fills in the placeholders.
     *
     * @param values by name; they are escaped for XML
     * @throws CorruptDataException when one has no value
     */
    public static String fill(String template, Map<String, String> values) throws CorruptDataException {
        StringBuilder filled = new StringBuilder(template.length() + 4096);
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            String replacement = "${";
            if (matcher.group(1) != null) {
                String value = matcher.group(1).endsWith("}")
                        ? values.get(
                                matcher.group(1).substring(0, matcher.group(1).length() - 1))
                        : null;
                if (value == null) {
                    Problem at = problem(template, matcher.start(), "", "");
                    throw new CorruptDataException(
                            "OVF template, line " + at.line(),
                            matcher.start(),
                            matcher.group() + " has no value",
                            "one of " + new TreeSet<>(values.keySet()));
                }
                replacement = OvfDescriptor.escaped(value);
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(filled).toString();
    }
}
