package dev.caisson.repository.rpmmd;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which packages of a repository count: those that a pattern of {@code includes} means (all, when there is none) and no pattern of
 * {@code excludes}. A pattern is a glob ({@code *}, {@code ?}, {@code [abc]}) over any of {@code name}, {@code name.arch}, {@code
 * name-version}, {@code name-version-release}, {@code name-version-release.arch}, and the last two with {@code epoch:} in front of the
 * version.
 *
 * @param includes patterns; empty: everything is included
 * @param excludes patterns
 */
public record PackageFilter(List<String> includes, List<String> excludes) {
    /** Every package counts. */
    public static final PackageFilter ALL = new PackageFilter(List.of(), List.of());

    /** Copies the lists. */
    public PackageFilter {
        includes = List.copyOf(includes);
        excludes = List.copyOf(excludes);
    }

    /** The filter as a question about single packages. */
    Matcher matcher() {
        return new Matcher(
                includes.stream().map(PackageFilter::glob).toList(),
                excludes.stream().map(PackageFilter::glob).toList());
    }

    /** Whether a word has characters that stand for others. Capabilities and rich dependencies are none. */
    static boolean isGlob(String text) {
        return text.matches("[^/() <>=]*[*?\\[][^/() <>=]*");
    }

    static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
            if (end > 0) {
                String set = glob.substring(i + 1, end);
                boolean negated = set.startsWith("!") || set.startsWith("^");
                regex.append(negated ? "[^" : "[")
                        .append(set.substring(negated ? 1 : 0).replaceAll("[\\\\\\[\\]&^]", "\\\\$0"))
                        .append(']');
                i = end;
            } else if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    record Matcher(List<Pattern> includes, List<Pattern> excludes) {
        boolean admits(RpmMdIndex index, int i) {
            if (includes.isEmpty() && excludes.isEmpty()) {
                return true;
            }
            String name = index.text(i, RpmMdIndex.Text.NAME);
            String arch = index.text(i, RpmMdIndex.Text.ARCHITECTURE);
            String epoch = index.text(i, RpmMdIndex.Text.EPOCH);
            String version = index.text(i, RpmMdIndex.Text.VERSION);
            String full = version + "-" + index.text(i, RpmMdIndex.Text.RELEASE);
            List<String> forms = List.of(
                    name,
                    name + "." + arch,
                    name + "-" + version,
                    name + "-" + full,
                    name + "-" + full + "." + arch,
                    name + "-" + epoch + ":" + full,
                    name + "-" + epoch + ":" + full + "." + arch);
            return (includes.isEmpty() || matches(includes, forms)) && !matches(excludes, forms);
        }

        private static boolean matches(List<Pattern> patterns, List<String> forms) {
            return patterns.stream()
                    .anyMatch(
                            p -> forms.stream().anyMatch(form -> p.matcher(form).matches()));
        }
    }
}
