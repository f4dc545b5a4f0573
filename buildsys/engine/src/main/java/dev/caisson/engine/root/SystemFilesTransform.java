package dev.caisson.engine.root;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What makes the tree this image and no other: os-release with the variant's branding, an empty machine-id (systemd makes one
 * up at boot and keeps it in memory), the host name, the mount table and the mount points.
 */
public final class SystemFilesTransform implements TreeTransform {
    private final Map<String, String> osRelease;
    private final String hostname;
    private final String fstab;
    private final Set<String> own;
    private final long mtimeSeconds;

    /**
     * @param osRelease os-release(5) fields in order
     * @param hostname static host name, or empty for none
     * @param fstab text of the mount table
     * @param own paths that the variant's own files fill, which win
     * @param mtimeSeconds time of the files
     */
    public SystemFilesTransform(
            Map<String, String> osRelease, String hostname, String fstab, Set<String> own, long mtimeSeconds) {
        this.osRelease = osRelease;
        this.hostname = hostname;
        this.fstab = fstab;
        this.own = Set.copyOf(own);
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "system-files";
    }

    /** The text of os-release: every value quoted where the shell would need it. */
    public static String osReleaseText(Map<String, String> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach((key, value) ->
                text.append(key).append('=').append(quote(value)).append('\n'));
        return text.toString();
    }

    private static String quote(String value) {
        return value.matches("[A-Za-z0-9._-]+")
                ? value
                : '"'
                        + value.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("$", "\\$")
                                .replace("`", "\\`")
                        + '"';
    }

    @Override
    public FileTree apply(FileTree tree) {
        FileTree.Builder builder = tree.toBuilder();
        Attributes directory = Attributes.ofRoot(0755, mtimeSeconds);
        for (String mountPoint :
                List.of("/proc", "/sys", "/dev", "/run", "/var", "/efi", "/boot", "/tmp", "/etc", "/usr/lib")) {
            builder.directories(builder.canonical(TreePath.of(mountPoint)), directory);
        }
        text(builder, "/usr/lib/os-release", 0644, osReleaseText(osRelease));
        if (!own.contains("/etc/os-release")) {
            builder.remove(TreePath.of("/etc/os-release"))
                    .symlink("/etc/os-release", "../usr/lib/os-release", mtimeSeconds);
        }
        text(builder, "/etc/machine-id", 0444, "");
        text(builder, "/etc/fstab", 0644, fstab);
        if (!hostname.isEmpty()) {
            text(builder, "/etc/hostname", 0644, hostname + "\n");
        }
        if (builder.get(TreePath.of("/etc/mtab")) == null) {
            builder.symlink("/etc/mtab", "../proc/self/mounts", mtimeSeconds);
        }
        return builder.build();
    }

    private void text(FileTree.Builder builder, String path, int mode, String text) {
        if (!own.contains(path)) {
            builder.file(path, Attributes.ofRoot(mode, mtimeSeconds), text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
