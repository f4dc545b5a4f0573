package dev.caisson.engine.root;

import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules of {@code systemd.preset(5)} in a tree: files by name, the first matching line decides, no match means enable.
 */
final class Presets {
    private static final List<String> FOLDERS =
            List.of("/etc/systemd/system-preset", "/run/systemd/system-preset", "/usr/lib/systemd/system-preset");

    private final List<Rule> rules = new ArrayList<>();

    enum Action {
        ENABLE,
        DISABLE,
        IGNORE
    }

    private record Rule(Action action, Pattern name, List<String> instances) {}

    /**
     * The verdict on one unit.
     *
     * @param action what to do
     * @param instances instances of a template that are to be enabled, when the rule names some
     */
    record Verdict(Action action, List<String> instances) {}

    Presets(FileTree tree) throws IOException {
        for (TreePath file : TextFiles.dropIns(tree, FOLDERS, ".preset").values()) {
            for (String line : TextFiles.lines(TextFiles.text(tree, file))) {
                List<String> words = TextFiles.unitNames(line);
                switch (words.get(0)) {
                    case "enable" -> add(Action.ENABLE, words);
                    case "disable" -> add(Action.DISABLE, words);
                    case "ignore" -> add(Action.IGNORE, words);
                    default -> {} // systemd warns and goes on; unknown verbs are for later versions
                }
            }
        }
    }

    private void add(Action action, List<String> words) {
        if (words.size() > 1) {
            rules.add(new Rule(action, Glob.ofName(words.get(1)), List.copyOf(words.subList(2, words.size()))));
        }
    }

    Verdict of(String unit) {
        for (Rule rule : rules) {
            boolean namedInstance = rule.instances.contains(UnitFiles.instance(unit))
                    && rule.name.matcher(UnitFiles.template(unit)).matches();
            if (namedInstance || rule.name.matcher(unit).matches()) {
                return new Verdict(rule.action, rule.instances);
            }
        }
        return new Verdict(Action.ENABLE, List.of());
    }
}
