package dev.caisson.engine.root;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes Debian's {@code /etc/pam.d/common-*} from the templates in {@code /usr/share/pam} and the profiles in
 * {@code /usr/share/pam-configs}, as {@code pam-auth-update --package} does with nothing configured before: profiles that are
 * on by default, by descending priority; the first module of a stack uses the {@code -Initial} lines; {@code end} in a
 * control becomes the number of modules to jump over. Files that exist stay.
 */
public final class PamTransform implements TreeTransform {
    private static final String[] STACKS = {"auth", "account", "session", "session-noninteractive", "password"};
    private static final Pattern END = Pattern.compile("\\bend\\b");

    private final long mtimeSeconds;

    /** A transform whose new files have this time. */
    public PamTransform(long mtimeSeconds) {
        this.mtimeSeconds = mtimeSeconds;
    }

    private record Profile(String name, int priority, Map<String, List<String>> fields) {
        String field(String key) {
            return String.join(" ", fields.getOrDefault(key, List.of())).strip();
        }
    }

    @Override
    public String name() {
        return "pam";
    }

    @Override
    public FileTree apply(FileTree tree) throws IOException {
        if (!tree.contains(TreePath.of("/usr/share/pam/common-auth"))) {
            return tree;
        }
        List<Profile> profiles = profiles(tree);
        FileTree.Builder builder = tree.toBuilder();
        for (String stack : STACKS) {
            Optional<String> template = tree.text("/usr/share/pam/common-" + stack, TextFiles.LIMIT_BYTES);
            if (template.isPresent() && !tree.contains(TreePath.of("/etc/pam.d/common-" + stack))) {
                builder.file(
                        "/etc/pam.d/common-" + stack,
                        Attributes.ofRoot(0644, mtimeSeconds),
                        fill(template.get(), stack, profiles).getBytes(StandardCharsets.UTF_8));
            }
        }
        return builder.build();
    }

    private static List<Profile> profiles(FileTree tree) throws IOException {
        List<Profile> profiles = new ArrayList<>();
        for (TreePath path : tree.children(TreePath.of("/usr/share/pam-configs"))) {
            Map<String, List<String>> fields = new LinkedHashMap<>();
            List<String> current = new ArrayList<>();
            for (String line : TextFiles.text(tree, path).split("\n", -1)) {
                if (line.startsWith(" ") || line.startsWith("\t")) {
                    current.add(line.strip());
                } else if (line.indexOf(':') > 0) {
                    current = new ArrayList<>();
                    fields.put(line.substring(0, line.indexOf(':')), current);
                    String rest = line.substring(line.indexOf(':') + 1).strip();
                    if (!rest.isEmpty()) {
                        current.add(rest);
                    }
                }
            }
            Profile named = new Profile(path.name(), 0, fields);
            if (named.field("Default").equals("yes")) {
                profiles.add(new Profile(path.name(), priority(named), fields));
            }
        }
        profiles.sort(Comparator.comparingInt((Profile p) -> -p.priority).thenComparing(Profile::name));
        return profiles;
    }

    private static int priority(Profile profile) {
        String text = profile.field("Priority");
        return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static String fill(String template, String stack, List<Profile> profiles) {
        String type = stack.startsWith("session") ? "session" : stack;
        String key = Character.toUpperCase(type.charAt(0)) + type.substring(1);
        String variable = type.equals("session") && stack.length() > 7 ? "session_nonint" : type;
        String text = template;
        for (String block : List.of("Primary", "Additional")) {
            String lines = block(profiles, stack, type, key, block);
            text = text.replace("$" + variable + "_" + block.toLowerCase(java.util.Locale.ROOT), lines)
                    .replace("$" + type + "_" + block.toLowerCase(java.util.Locale.ROOT), lines);
        }
        return text;
    }

    private static String block(List<Profile> profiles, String stack, String type, String key, String block) {
        List<String> modules = new ArrayList<>();
        for (Profile profile : profiles) {
            boolean interactiveOnly =
                    profile.field("Session-Interactive-Only").equals("yes") && stack.equals("session-noninteractive");
            if (!profile.field(key + "-Type").equals(block) || interactiveOnly) {
                continue;
            }
            List<String> initial = profile.fields.get(key + "-Initial");
            List<String> later = profile.fields.getOrDefault(key, List.of());
            modules.addAll(modules.isEmpty() && initial != null ? initial : later);
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < modules.size(); i++) {
            Matcher end = END.matcher(modules.get(i));
            lines.add(type + "\t" + end.replaceAll(Integer.toString(modules.size() - i)));
        }
        return lines.isEmpty() && block.equals("Primary")
                ? type + "\t[default=1]\t\t\tpam_permit.so"
                : String.join("\n", lines);
    }
}
