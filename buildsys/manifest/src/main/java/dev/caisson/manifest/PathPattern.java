package dev.caisson.manifest;

import java.util.Arrays;
import java.util.List;

/**
 * A pattern over absolute paths in an image. In a component {@code *} stands for any characters and {@code ?} for one; a
 * component {@code **} stands for any number of components, none included. So {@code /usr/share/doc/**} covers the folder
 * itself and all in it, {@code /usr/share/doc/*} only its entries, {@code /usr/lib/**}{@code /*.a} all static libraries.
 *
 * @param text the pattern, beginning with {@code /}
 */
public record PathPattern(String text) {
    /** Checks the form; see {@link ImagePaths}. */
    public PathPattern {
        if (!ImagePaths.isClean(text)) {
            throw new IllegalArgumentException("not an absolute path pattern: " + text);
        }
    }

    /** Whether an absolute path without trailing slash is covered. */
    public boolean matches(String path) {
        List<String> pattern = components(text);
        List<String> names = components(path);
        // reach[i] after k components: the first i pattern components can have taken the first k names
        boolean[] reach = new boolean[pattern.size() + 1];
        reach[0] = true;
        skipEmpty(pattern, reach);
        for (String name : names) {
            boolean[] next = new boolean[reach.length];
            for (int i = 0; i < pattern.size(); i++) {
                String component = pattern.get(i);
                if (reach[i] && component.equals("**")) {
                    next[i] = true;
                } else if (reach[i] && NamePattern.matches(component, name)) {
                    next[i + 1] = true;
                }
            }
            skipEmpty(pattern, next);
            reach = next;
        }
        return reach[pattern.size()];
    }

    private static void skipEmpty(List<String> pattern, boolean[] reach) {
        for (int i = 0; i < pattern.size(); i++) {
            if (reach[i] && pattern.get(i).equals("**")) {
                reach[i + 1] = true;
            }
        }
    }

    private static List<String> components(String path) {
        return path.equals("/") ? List.of() : Arrays.asList(path.substring(1).split("/", -1));
    }

    @Override
    public String toString() {
        return text;
    }
}
