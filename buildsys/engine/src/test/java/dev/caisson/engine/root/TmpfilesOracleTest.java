package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.fixture.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code systemd-tmpfiles --root --create --prefix=/etc} as judge of what must have happened before boot. */
@Tag("oracle")
class TmpfilesOracleTest {
    private static final String LINES = """
            # comment
            d  /etc/new            0750 - - -
            d  /etc/deep/er/dir    -    - - -
            D  /etc/other          0700 - - -
            d  /etc/there          0711 - - -
            d  /etc/there-default  -    - - -
            f  /etc/file           0600 - - - some text with  blanks
            f  /etc/empty          -    - - -
            f  /etc/existing       0600 - - - not written
            F  /etc/truncated      0640 - - - new
            f+ /etc/truncated2     -    - - - new\\x20one\\n
            L  /etc/link           -    - - - ../usr/lib/target
            L  /etc/kept           -    - - - elsewhere
            L+ /etc/replaced       -    - - - elsewhere
            L  /etc/factory        -    - - -
            C  /etc/copied         -    - - - /usr/share/source
            C  /etc/default        -    - - -
            z  /etc/adjusted       0400 - - -
            d  "/etc/with blank"   0755 - - -
            d! /etc/boot-only      0755 - - -
            r  /etc/none           -    - - -
            """;

    @TempDir
    Path root;

    private static FileTree tree() {
        FileTree.Builder builder = Trees.empty();
        builder.file("/etc/passwd", Trees.FILE, Trees.utf8("root:x:0:0:root:/root:/bin/sh\n"));
        builder.file("/etc/group", Trees.FILE, Trees.utf8("root:x:0:\n"));
        builder.file("/usr/lib/tmpfiles.d/x.conf", Trees.FILE, Trees.utf8(LINES));
        builder.directories(Trees.path("/etc/there"), Trees.DIRECTORY);
        builder.directories(Trees.path("/etc/there-default"), Trees.DIRECTORY);
        for (String name : List.of("existing", "truncated", "truncated2", "adjusted")) {
            builder.file("/etc/" + name, Trees.FILE, Trees.utf8("old"));
        }
        builder.symlink("/etc/kept", "here", 5);
        builder.symlink("/etc/replaced", "here", 5);
        builder.file("/usr/share/source", Trees.FILE, Trees.utf8("copied"));
        builder.file("/usr/share/factory/etc/default", Trees.FILE, Trees.utf8("factory"));
        builder.file("/usr/share/factory/etc/factory", Trees.FILE, Trees.utf8("factory"));
        return builder.build();
    }

    @Test
    void create_belowEtc() throws Exception {
        Oracle.require("systemd-tmpfiles", "systemd");
        Assumptions.assumeTrue(
                Files.getOwner(root).getName().equals("root"), "systemd-tmpfiles --root changes owners: needs root");
        Trees.write(tree(), root);
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                if (!Files.isSymbolicLink(path)) {
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
        Oracle.run(root, "systemd-tmpfiles", "--root=" + root, "--create", "--prefix=/etc");
        assertThat(ours(new TmpfilesTransform(5).apply(tree()))).isEqualTo(theirs());
    }

    private Map<String, String> theirs() throws Exception {
        Map<String, String> result = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root.resolve("etc"))) {
            for (Path path : all.toList()) {
                String name = "/" + root.relativize(path);
                if (Files.isSymbolicLink(path)) {
                    result.put(name, "-> " + Files.readSymbolicLink(path));
                } else {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                    result.put(name, mode + (Files.isDirectory(path) ? "" : " " + Files.readString(path)));
                }
            }
        }
        return result;
    }

    private static Map<String, String> ours(FileTree tree) throws Exception {
        Map<String, String> result = new TreeMap<>();
        for (var entry : tree.entries().tailMap(Trees.path("/etc")).entrySet()) {
            if (!entry.getKey().startsWith(Trees.path("/etc"))) {
                break;
            }
            Attributes a = entry.getValue().attributes();
            String name = entry.getKey().toString();
            if (entry.getValue() instanceof Inode.Symlink link) {
                result.put(name, "-> " + link.targetText());
            } else {
                String mode = mode(a.mode());
                result.put(
                        name, mode + (entry.getValue() instanceof Inode.Directory ? "" : " " + Trees.text(tree, name)));
            }
        }
        return result;
    }

    private static String mode(int bits) {
        StringBuilder text = new StringBuilder();
        for (int i = 8; i >= 0; i--) {
            text.append((bits >> i & 1) == 1 ? "rwx".charAt((8 - i) % 3) : '-');
        }
        return text.toString();
    }
}
