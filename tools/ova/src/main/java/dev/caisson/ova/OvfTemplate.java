package dev.caisson.ova;

import dev.caisson.bytes.CorruptDataException;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user's own descriptor with placeholders of the form <code>${NAME}</code>. All that it has must be known, and those that
 * make a package consistent must be there.
 */
public final class OvfTemplate {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z0-9_.]*)\\}");

    private OvfTemplate() {}

    /**
     * Fills in the placeholders.
     *
     * @param values by name; they are escaped for XML
     * @param required names that the template must have
     * @throws CorruptDataException when one is unknown or missing
     */
    public static String fill(String template, Map<String, String> values, Iterable<String> required)
            throws CorruptDataException {
        TreeSet<String> seen = new TreeSet<>();
        StringBuilder filled = new StringBuilder();
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            String name = matcher.group(1);
            String value = values.get(name);
            if (value == null) {
                throw new CorruptDataException(
                        "OVF template",
                        matcher.start(),
                        "${" + name + "} is unknown",
                        "one of " + new TreeSet<>(values.keySet()));
            }
            seen.add(name);
            matcher.appendReplacement(filled, Matcher.quoteReplacement(OvfDescriptor.escaped(value)));
        }
        for (String name : required) {
            if (!seen.contains(name)) {
                throw new CorruptDataException(
                        "OVF template", CorruptDataException.NO_OFFSET, "${" + name + "} is missing", "it somewhere");
            }
        }
        return matcher.appendTail(filled).toString();
    }
}
