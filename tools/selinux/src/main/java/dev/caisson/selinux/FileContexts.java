package dev.caisson.selinux;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;

/**
 * The labels that a policy gives to paths. May be used by many threads.
 *
 * <p>Expressions are kept under their literal beginnings, sorted. For a path the greatest beginning not behind it is found by
 * bisection; every beginning of the path is that one or a beginning of it, and these are linked.
 */
public final class FileContexts {
    private static final String NONE = "<<none>>";

    private final PathSubstitutions substitutions;
    private final PathSubstitutions distributionSubstitutions;
    private final Map<String, List<ContextRule>> names;
    private final List<ContextRule> expressions;
    private final AtomicReferenceArray<Pattern> compiled;
    private final String[] prefixes;
    /** The longest other prefix that each prefix begins with, or -1. */
    private final int[] parents;
    /** Indexes into {@link #expressions}, largest first. */
    private final int[][] rules;

    private FileContexts(List<ContextRule> all, PathSubstitutions substitutions, PathSubstitutions distribution) {
        this.substitutions = substitutions;
        this.distributionSubstitutions = distribution;
        this.names = new HashMap<>();
        this.expressions = new ArrayList<>();
        TreeMap<String, List<Integer>> byPrefix = new TreeMap<>();
        for (ContextRule rule : all) {
            if (rule.isName()) {
                names.computeIfAbsent(rule.prefix(), p -> new ArrayList<>()).add(0, rule);
            } else {
                byPrefix.computeIfAbsent(rule.prefix(), p -> new ArrayList<>()).add(0, expressions.size());
                expressions.add(rule);
            }
        }
        this.compiled = new AtomicReferenceArray<>(expressions.size());
        this.prefixes = byPrefix.keySet().toArray(String[]::new);
        this.rules = byPrefix.values().stream()
                .map(list -> list.stream().mapToInt(i -> i).toArray())
                .toArray(int[][]::new);
        this.parents = new int[prefixes.length];
        for (int i = 0; i < prefixes.length; i++) {
            int candidate = i - 1;
            while (candidate >= 0 && !prefixes[i].startsWith(prefixes[candidate])) {
                candidate = parents[candidate];
            }
            parents[i] = candidate;
        }
    }

    /**
     * Reads a policy's files.
     *
     * @throws FormatException when a line is damaged, or an expression has what is not supported
     */
    public static FileContexts parse(PolicyFiles files) throws FormatException {
        List<ContextRule> rules = new ArrayList<>();
        read(rules, files.name(), files.contexts());
        if (files.homedirs().isPresent()) {
            read(rules, files.name() + ".homedirs", files.homedirs().get());
        }
        if (files.local().isPresent()) {
            read(rules, files.name() + ".local", files.local().get());
        }
        return new FileContexts(
                rules,
                substitutions(files.name() + ".subs", files.substitutions()),
                substitutions(files.name() + ".subs_dist", files.distributionSubstitutions()));
    }

    private static PathSubstitutions substitutions(String name, Optional<byte[]> text) throws CorruptDataException {
        return text.isPresent() ? PathSubstitutions.parse(name, text.get()) : PathSubstitutions.NONE;
    }

    private static void read(List<ContextRule> rules, String name, byte[] text) throws FormatException {
        String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\n", -1);
        Map<String, Optional<String>> contexts = new HashMap<>();
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.charAt(0) == '#') {
                continue;
            }
            String where = name + ":" + (i + 1);
            String[] words = line.split("\\s+");
            if (words.length < 2) {
                throw new CorruptDataException(
                        where, FormatException.NO_OFFSET, "has one word", "an expression and a context");
            }
            Optional<FileKind> kind = Optional.empty();
            if (words.length > 2) {
                kind = FileKind.ofFlag(words[1]);
                if (kind.isEmpty()) {
                    throw new CorruptDataException(
                            where,
                            FormatException.NO_OFFSET,
                            "has the file type " + words[1],
                            "-- -d -l -c -b -p or -s");
                }
            }
            String context = words[words.length > 2 ? 2 : 1];
            if (!context.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new CorruptDataException(
                        where, FormatException.NO_OFFSET, "has a context that is not ASCII text", "a context");
            }
            Optional<String> label =
                    contexts.computeIfAbsent(context, c -> c.equals(NONE) ? Optional.empty() : Optional.of(c));
            rules.add(ContextRule.of(where, words[0], kind, label));
        }
    }

    /** How many rules there are. */
    public int size() {
        return expressions.size() + names.values().stream().mapToInt(List::size).sum();
    }

    /**
     * The label of a file.
     *
     * @param path absolute, without a slash at its end (but the root's) or two in a row
     * @return empty when no rule matches, or one that says {@code <<none>>}
     * @throws FormatException when an expression takes too long on this path
     */
    public Optional<String> lookup(byte[] path, FileKind kind) throws FormatException {
        String given = new String(path, StandardCharsets.ISO_8859_1);
        String key = distributionSubstitutions.apply(substitutions.apply(given));
        for (ContextRule rule : names.getOrDefault(key, List.of())) {
            if (isFor(rule, kind)) {
                return rule.context();
            }
        }
        int best = -1;
        for (int i = longestPrefix(key); i >= 0; i = parents[i]) {
            best = Math.max(best, lastMatch(rules[i], key, kind, best));
        }
        return best < 0 ? Optional.empty() : expressions.get(best).context();
    }

    private int longestPrefix(String path) {
        int at = java.util.Arrays.binarySearch(prefixes, path);
        int floor = at >= 0 ? at : -at - 2;
        while (floor >= 0 && !path.startsWith(prefixes[floor])) {
            floor = parents[floor];
        }
        return floor;
    }

    private int lastMatch(int[] candidates, String path, FileKind kind, int above) throws FormatException {
        for (int index : candidates) {
            if (index <= above) {
                return -1;
            }
            ContextRule rule = expressions.get(index);
            if (isFor(rule, kind) && rule.matches(path, pattern(index, rule))) {
                return index;
            }
        }
        return -1;
    }

    /** Compiled when it is first needed: most never are. */
    private Pattern pattern(int index, ContextRule rule) {
        Pattern pattern = compiled.get(index);
        if (pattern == null && rule.tail() instanceof ContextRule.Tail.Expression) {
            pattern = rule.compile().orElseThrow();
            compiled.set(index, pattern);
        }
        return pattern;
    }

    private static boolean isFor(ContextRule rule, FileKind kind) {
        return rule.kind().isEmpty() || rule.kind().get() == kind;
    }
}
