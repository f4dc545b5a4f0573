package dev.caisson.engine.root;

import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The links that {@code update-alternatives --install} makes: for each name the choice with the highest priority among those
 * whose file exists (ties: the later path), its slaves with it. Read from the literal commands in the post-installation
 * scripts of Debian packages and the scriptlets of RPM packages; commands with variables are not understood and must be handled by the variant.
 */
public final class AlternativesTransform implements TreeTransform {
    /** Longer words of a script are no paths that we look up; names in a path have the same limit. */
    private static final int PATH_LIMIT = TreePath.NAME_MAX;

    private static final Pattern COMMAND = Pattern.compile("(/usr)?(/s?bin/)?(update-)?alternatives\\s");
    private static final List<String> SCRIPTS = List.of("postinst", "post", "posttrans");

    private final List<PackageLayer> layers;
    private final long mtimeSeconds;

    /** A transform for the scripts of these layers. */
    public AlternativesTransform(List<PackageLayer> layers, long mtimeSeconds) {
        this.layers = layers;
        this.mtimeSeconds = mtimeSeconds;
    }

    private record Link(String link, String name, String path) {}

    private record Choice(Link master, int priority, List<Link> slaves) {}

    @Override
    public String name() {
        return "alternatives";
    }

    @Override
    public FileTree apply(FileTree tree) {
        Map<String, Choice> chosen = new TreeMap<>();
        for (PackageLayer layer : layers) {
            for (String name : SCRIPTS) {
                byte[] script = layer.scripts().getOrDefault(name, new byte[0]);
                for (Choice choice : parse(new String(script, StandardCharsets.UTF_8))) {
                    if (exists(tree, choice.master.path)) {
                        chosen.merge(choice.master.name, choice, AlternativesTransform::better);
                    }
                }
            }
        }
        FileTree.Builder builder = tree.toBuilder();
        for (Choice choice : chosen.values()) {
            link(builder, choice.master);
            for (Link slave : choice.slaves) {
                if (exists(tree, slave.path)) {
                    link(builder, slave);
                }
            }
        }
        return builder.build();
    }

    /** Whether a script's word leads to a file; it may be anything, and is passed over when it is no plain path. */
    private static boolean exists(FileTree tree, String path) {
        return path.startsWith("/")
                && !path.contains("/..")
                && path.length() < PATH_LIMIT
                && tree.resolve(TreePath.of(path)).isPresent();
    }

    private static Choice better(Choice a, Choice b) {
        if (a.priority != b.priority) {
            return a.priority > b.priority ? a : b;
        }
        return a.master.path.compareTo(b.master.path) >= 0 ? a : b;
    }

    private void link(FileTree.Builder builder, Link link) {
        TreePath at = builder.canonical(TreePath.of(link.link));
        if (builder.get(at) == null) {
            builder.symlink(link.link, "/etc/alternatives/" + link.name, mtimeSeconds);
            builder.symlink("/etc/alternatives/" + link.name, link.path, mtimeSeconds);
        }
    }

    private static boolean isPlainLink(String link, String name) {
        return link.startsWith("/")
                && !link.contains("/..")
                && link.length() < PATH_LIMIT
                && name.matches("[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,99}")
                && !name.startsWith("..");
    }

    private static List<Choice> parse(String script) {
        List<Choice> choices = new ArrayList<>();
        for (String line : script.replace("\\\n", " ").split("\n", -1)) {
            String command = line.strip();
            if (!COMMAND.matcher(command).lookingAt() || !command.contains("--install") || command.contains("$")) {
                continue;
            }
            List<String> words = TextFiles.words(command);
            int at = words.indexOf("--install");
            if (words.size() < at + 5
                    || !isPlainLink(words.get(at + 1), words.get(at + 2))
                    || !words.get(at + 4).matches("-?\\d{1,9}")) {
                continue;
            }
            Map<String, Link> slaves = new LinkedHashMap<>();
            for (int i = at + 5; i + 3 < words.size(); i++) {
                if (words.get(i).equals("--slave") && isPlainLink(words.get(i + 1), words.get(i + 2))) {
                    slaves.put(words.get(i + 2), new Link(words.get(i + 1), words.get(i + 2), words.get(i + 3)));
                }
            }
            choices.add(new Choice(
                    new Link(words.get(at + 1), words.get(at + 2), words.get(at + 3)),
                    Integer.parseInt(words.get(at + 4)),
                    List.copyOf(slaves.values())));
        }
        return choices;
    }
}
