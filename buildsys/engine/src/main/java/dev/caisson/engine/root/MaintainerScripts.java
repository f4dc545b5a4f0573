package dev.caisson.engine.root;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.ScriptRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accounts for every maintainer script and scriptlet of every package, none of which is run: the sections that debhelper and the
 * standard macros of RPM generate are recognised (their effects are done by the transforms), what is left is either nothing but shell framing and recognised
 * commands, or must be listed by the variant as handled or ignored, with the reason.
 */
public final class MaintainerScripts {
    private static final Set<String> GENERATORS = Set.of(
            "dh_installsystemd",
            "dh_installsystemduser",
            "dh_systemd_enable",
            "dh_systemd_start",
            "dh_installsysusers",
            "dh_installtmpfiles",
            "dh_installalternatives",
            "dh_installinit",
            "dh_installdeb",
            "dh_installmenu",
            "dh_installinfo",
            "dh_installudev",
            "dh_installmodules",
            "dh_installxfonts",
            "dh_installcatalogs",
            "dh_makeshlibs",
            "dh_icons",
            "dh_ucf",
            "dh_bugfiles",
            "dh_python3",
            "dh_apparmor",
            "dh_movetousr");
    private static final Pattern SECTION = Pattern.compile(
            "# Automatically added by (\\w+)[^\\n]*\\n.*?# End automatically added section[^\\n]*(\\n|$)",
            Pattern.DOTALL);
    private static final List<Pattern> HARMLESS = List.of(
            Pattern.compile("set -[eux]+"),
            Pattern.compile("exit 0|:|true|return 0|else|fi|esac|;;|\\*\\)|\\}|then|do|done"),
            Pattern.compile("case \"?\\$\\{?1\\}?\"? in"),
            Pattern.compile(
                    "\\(?\\s*(configure|triggered|install|upgrade|abort-[a-z]+|remove|disappear)"
                            + "(\\s*\\|\\s*(configure|triggered|install|upgrade|abort-[a-z]+|remove|disappear))*\\s*\\)(\\s*;;)?"),
            Pattern.compile("if \\[ \"?\\$1\"? = \"?(configure|abort-upgrade)\"? \\]"
                    + "( \\|\\| \\[ \"?\\$1\"? = \"?abort-upgrade\"? \\])*; ?then"),
            Pattern.compile("echo \"(pre|post)inst called with unknown argument(\\\\.|[^\"\\\\])*\" >&2"),
            Pattern.compile("exit 1"),
            Pattern.compile("ldconfig|/sbin/ldconfig"),
            Pattern.compile("update-alternatives\\s+(--quiet\\s+)?--install\\s+[^$`;&|<>()]*"));

    private final List<ScriptRule> rules;

    /** What was found out about one script. */
    public record Finding(String packageName, String script, String verdict) {}

    /** Judges by these rules. */
    public MaintainerScripts(List<ScriptRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Checks all scripts of all layers.
     *
     * @return one finding a script, for reports
     * @throws BuildException when a script is neither recognised nor listed; the message prints it
     */
    public List<Finding> check(List<PackageLayer> layers) throws BuildException {
        List<Finding> findings = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (PackageLayer layer : layers) {
            for (Map.Entry<String, byte[]> script : layer.scripts().entrySet()) {
                String text = new String(script.getValue(), StandardCharsets.UTF_8);
                ScriptRule rule = rule(layer.name(), script.getKey(), script.getValue());
                if (rule != null) {
                    findings.add(new Finding(
                            layer.name(), script.getKey(), rule.action().label() + ": " + rule.reason()));
                } else if (isRecognised(script.getKey(), text)) {
                    findings.add(new Finding(layer.name(), script.getKey(), "recognised"));
                } else {
                    unknown.add(describe(layer, script.getKey(), text));
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    unknown.size() + " installation script" + (unknown.size() == 1 ? " is" : "s are")
                            + " neither recognised nor listed:\n" + String.join("\n", unknown),
                    "read each and add it to the variant's scripts: {package: NAME, script: NAME, action: handled|ignored,"
                            + " reason: …}");
        }
        return findings;
    }

    private static boolean isRecognised(String script, String text) {
        return (RpmScriptlets.SECTIONS.contains(script) ? RpmScriptlets.remainder(text) : remainder(text)).isEmpty();
    }

    private ScriptRule rule(String packageName, String script, byte[] content) {
        for (ScriptRule rule : rules) {
            boolean sameScript = rule.script().label().equals(script);
            if (sameScript
                    && rule.matches(packageName, rule.script())
                    && (rule.digest().isEmpty() || rule.digest().get().equals(DigestAlgorithm.SHA256.of(content)))) {
                return rule;
            }
        }
        return null;
    }

    private static String describe(PackageLayer layer, String script, String text) {
        StringBuilder out = new StringBuilder();
        out.append("--- ").append(layer).append(' ').append(script).append('\n');
        text.lines().forEach(line -> out.append("    ").append(line).append('\n'));
        return out.toString();
    }

    /** The commands of a script that nothing accounts for. */
    static List<String> remainder(String text) {
        StringBuilder rest = new StringBuilder();
        Matcher section = SECTION.matcher(text);
        int from = 0;
        while (section.find()) {
            rest.append(text, from, GENERATORS.contains(section.group(1)) ? section.start() : section.end());
            from = section.end();
        }
        rest.append(text.substring(from));
        List<String> unknown = new ArrayList<>();
        for (String line : rest.toString().replace("\\\n", " ").split("\n", -1)) {
            String command = line.strip().replaceAll("\\s*\\|\\|\\s*true$", "").replaceAll("(?<!;);$", "");
            if (!command.isEmpty()
                    && !command.startsWith("#")
                    && HARMLESS.stream().noneMatch(p -> p.matcher(command).matches())) {
                unknown.add(command);
            }
        }
        return unknown;
    }
}
