package dev.caisson.engine.root;

import dev.caisson.bytes.ByteSource;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The files that Debian's base packages make in their scripts at first installation, where the packages are in the image:
 * base-files (profile, motd, top-level directories), netbase (hosts, networks), debianutils (shells), ca-certificates (the
 * bundle), libpam-modules (opasswd), libc6 (nsswitch.conf), D-Bus (the mode of its helper). Existing files stay.
 */
public final class DebianDefaultsTransform implements TreeTransform {
    private static final String BASE = "/usr/share/base-files/";
    private static final TreePath DBUS_HELPER = TreePath.of("/usr/lib/dbus-1.0/dbus-daemon-launch-helper");
    private static final String NSSWITCH = """
            passwd:         files systemd
            group:          files systemd
            shadow:         files systemd
            gshadow:        files systemd
            hosts:          files dns
            networks:       files
            protocols:      files
            services:       files
            ethers:         files
            rpc:            files
            """;
    private static final String HOSTS = """
            127.0.0.1\tlocalhost
            ::1\t\tlocalhost ip6-localhost ip6-loopback
            ff02::1\t\tip6-allnodes
            ff02::2\t\tip6-allrouters
            """;
    private static final String NETWORKS = """
            default\t\t0.0.0.0
            loopback\t127.0.0.0
            link-local\t169.254.0.0
            """;

    private final long mtimeSeconds;

    /** A transform whose new files have this time. */
    public DebianDefaultsTransform(long mtimeSeconds) {
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "debian-defaults";
    }

    @Override
    public FileTree apply(FileTree tree) throws dev.caisson.engine.BuildException, IOException {
        FileTree.Builder builder = tree.toBuilder();
        copy(builder, BASE + "profile", "/etc/profile");
        copy(builder, BASE + "motd", "/etc/motd");
        copy(builder, BASE + "dot.profile", "/root/.profile");
        copy(builder, BASE + "dot.bashrc", "/root/.bashrc");
        copy(builder, "/usr/share/debianutils/shells", "/etc/shells");
        copy(builder, "/usr/share/libc-bin/nsswitch.conf", "/etc/nsswitch.conf");
        if (tree.contains(TreePath.of("/usr/share/base-files"))) {
            for (String directory : List.of("/mnt", "/srv", "/opt", "/media", "/etc/opt")) {
                builder.directories(TreePath.of(directory), Attributes.ofRoot(0755, mtimeSeconds));
            }
        }
        if (tree.contains(TreePath.of("/etc/dpkg/origins/debian"))) {
            linkIfAbsent(builder, "/etc/dpkg/origins/default", "debian");
        }
        if (tree.contains(TreePath.of("/etc/protocols"))) {
            text(builder, "/etc/hosts", 0644, HOSTS);
            text(builder, "/etc/networks", 0644, NETWORKS);
        }
        if (tree.contains(TreePath.of("/etc/security"))) {
            text(builder, "/etc/security/opasswd", 0600, "");
        }
        if (tree.contains(TreePath.of("/usr/lib/ssl")) || tree.contains(TreePath.of("/etc/ssl"))) {
            linkIfAbsent(builder, "/usr/lib/ssl", "/etc/ssl");
        }
        text(builder, "/etc/nsswitch.conf", 0644, NSSWITCH);
        certificates(tree, builder);
        dbusHelper(tree, builder);
        return builder.build();
    }

    private void copy(FileTree.Builder builder, String from, String to) {
        Inode source = builder.get(TreePath.of(from));
        TreePath target = TreePath.of(to);
        if (source instanceof Inode.RegularFile file && builder.get(target) == null) {
            builder.directories(target.parent(), Attributes.ofRoot(0755, mtimeSeconds));
            builder.put(target, new Inode.RegularFile(Attributes.ofRoot(0644, mtimeSeconds), file.content()));
        }
    }

    private void text(FileTree.Builder builder, String path, int mode, String text) {
        if (builder.get(TreePath.of(path)) == null) {
            builder.file(path, Attributes.ofRoot(mode, mtimeSeconds), text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void linkIfAbsent(FileTree.Builder builder, String path, String target) {
        if (builder.get(TreePath.of(path)) == null) {
            builder.symlink(path, target, mtimeSeconds);
        }
    }

    /** The bundle of all certificates by name, which every TLS library reads; hash links are for OpenSSL's folder look-up. */
    private void certificates(FileTree tree, FileTree.Builder builder) throws IOException {
        TreePath bundle = TreePath.of("/etc/ssl/certs/ca-certificates.crt");
        TreePath root = TreePath.of("/usr/share/ca-certificates");
        if (tree.contains(bundle) || !tree.contains(root)) {
            return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (var entry : tree.entries().tailMap(root).entrySet()) {
            if (!entry.getKey().startsWith(root)) {
                break;
            }
            if (entry.getValue() instanceof Inode.RegularFile file
                    && entry.getKey().name().endsWith(".crt")) {
                byte[] pem = file.content().readAll(TextFiles.LIMIT_BYTES);
                all.write(pem);
                if (pem.length > 0 && pem[pem.length - 1] != '\n') {
                    all.write('\n');
                }
            }
        }
        builder.directories(bundle.parent(), Attributes.ofRoot(0755, mtimeSeconds));
        builder.put(
                bundle, new Inode.RegularFile(Attributes.ofRoot(0644, mtimeSeconds), ByteSource.of(all.toByteArray())));
    }

    /** dbus' script registers this mode with dpkg-statoverride: setuid root, for the message bus' group only. */
    private static void dbusHelper(FileTree tree, FileTree.Builder builder)
            throws dev.caisson.engine.BuildException, IOException {
        Optional<Inode> helper = tree.get(DBUS_HELPER);
        if (helper.isPresent()) {
            long group = new AccountNames(tree).gid("messagebus", DBUS_HELPER.toString());
            builder.put(
                    DBUS_HELPER,
                    helper.get().with(helper.get().attributes().withMode(04754).withOwner(0, group)));
        }
    }
}
