package dev.caisson.manifest;

/**
 * Something that the manifest puts into the root file system, over what packages bring. Later entries win over earlier ones.
 *
 * @param path absolute path in the image
 * @param content what to put there
 * @param mode permission bits with setuid, setgid and sticky, 0 to 07777; default 0644, 0755 for a directory, 0777 for a link
 * @param owner user name or number; default {@code root}
 * @param group group name or number; default {@code root}
 * @param at where it is declared
 */
public record FileSpec(String path, FileContent content, int mode, String owner, String group, Position at) {
    /** Checks what the parser has checked. */
    public FileSpec {
        if (!ImagePaths.isClean(path) || mode < 0 || mode > 07777) {
            throw new IllegalArgumentException(path + " with mode 0" + Integer.toOctalString(mode));
        }
    }
}
