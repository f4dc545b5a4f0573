package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts with variables in braces. */
final class AmiTemplate {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}");

    private AmiTemplate() {}

    /**
     * Puts values in.
     *
     * @param key of the manifest, for the message
     * @throws BuildException for a variable that has no value
     */
    static String fill(String key, String template, Map<String, String> values) throws BuildException {
        Matcher matcher = VARIABLE.matcher(template);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            String value = values.get(matcher.group(1));
            if (value == null) {
                throw new BuildException(
                        FailureCode.MANIFEST,
                        "ami: " + key + ": \"" + template + "\" has an unknown variable {" + matcher.group(1) + "}",
                        "there are " + String.join(", ", new java.util.TreeSet<>(values.keySet())));
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(text);
        return text.toString();
    }
}
