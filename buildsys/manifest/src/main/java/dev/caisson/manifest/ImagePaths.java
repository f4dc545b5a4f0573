package dev.caisson.manifest;

/** The text form of absolute paths in an image: {@code /}, or components each led by one {@code /}. */
final class ImagePaths {
    /** As a regular expression, for the schema; what it lets pass, {@link #isClean} lets pass. */
    static final String REGEX = "^/$|^(/(?!\\.{1,2}(/|$))[^/\\x00-\\x1f\\x7f]+)+$";

    private static final int MAX_PATH = 4095;
    private static final int MAX_NAME = 255;

    private ImagePaths() {}

    /** Whether the text is absolute, has no empty, {@code .} or {@code ..} component and no control characters. */
    static boolean isClean(String path) {
        return problem(path).isEmpty();
    }

    /** What is wrong with the text; empty when nothing is. */
    static String problem(String path) {
        if (!path.startsWith("/")) {
            return "is not absolute";
        }
        if (path.length() > MAX_PATH) {
            return "is longer than " + MAX_PATH + " characters";
        }
        if (path.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            return "holds a control character";
        }
        if (path.equals("/")) {
            return "";
        }
        for (String name : path.substring(1).split("/", -1)) {
            if (name.equals(".") || name.equals("..")) {
                return "has a component \"" + name + "\"";
            }
            if (name.isEmpty()) {
                return "has an empty component";
            }
            if (name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_NAME) {
                return "has a component of more than " + MAX_NAME + " bytes";
            }
        }
        return "";
    }
}
