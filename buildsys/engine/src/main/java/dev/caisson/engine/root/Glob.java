package dev.caisson.engine.root;

import java.util.regex.Pattern;

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
            } else if (c == '[' && glob.indexOf(']', i + 1) > i) {
                int end = glob.indexOf(']', i + 2);
                end = end < 0 ? glob.indexOf(']', i + 1) : end;
                String set = glob.substring(i + 1, end);
                regex.append('[')
                        .append(set.startsWith("!") ? "^" + Quote.set(set.substring(1)) : Quote.set(set))
                        .append(']');
                i = end;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static final class Quote {
        static String set(String inside) {
            return inside.replace("\\", "\\\\")
                    .replace("[", "\\[")
                    .replace("&&", "&\\&")
                    .replace("^", "\\^");
        }
    }
}
