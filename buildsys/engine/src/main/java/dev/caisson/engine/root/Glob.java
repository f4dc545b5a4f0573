package dev.caisson.engine.root;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Shell patterns for unit names as regular expressions. */
final class Glob {
    private Glob() {}

    /** {@code *} and {@code ?} match any characters, {@code [...]} a set. */
    static Pattern ofName(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (c == '[' && endOfSet(glob, i) > 0) {
                int end = endOfSet(glob, i);
                regex.append(set(glob.substring(i + 1, end)));
                i = end;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /** Where the set that starts at {@code at} ends; a bracket right at its start belongs to it. 0: it never ends. */
    private static int endOfSet(String glob, int at) {
        int first = at + 1;
        if (first < glob.length() && (glob.charAt(first) == '!' || glob.charAt(first) == '^')) {
            first++;
        }
        return Math.max(0, glob.indexOf(']', first + 1));
    }

    private static String set(String inside) {
        boolean not = inside.startsWith("!") || inside.startsWith("^");
        String members = (not ? inside.substring(1) : inside)
                .replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace("&", "\\&")
                .replace("^", "\\^");
        String regex = (not ? "[^" : "[") + members + "]";
        try {
            Pattern.compile(regex);
            return regex;
        } catch (PatternSyntaxException e) {
            return "(?!)"; // a range that runs backwards matches nothing
        }
    }
}
