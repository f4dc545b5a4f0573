package dev.caisson.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** glibc's {@code ldconfig} as judge of which library a name leads to, and of the order that it searches in. */
@Tag("oracle")
class LdSoCacheOracleTest {
    @TempDir
    Path root;

    private static FileTree.Builder read(Path root) throws IOException {
        FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, 0));
        add(builder, root, TreePath.ROOT);
        return builder;
    }

    private static void add(FileTree.Builder builder, Path folder, TreePath at) throws IOException {
        for (Path file : SortedListing.of(folder)) {
            TreePath path = at.child(file.getFileName().toString());
            if (Files.isSymbolicLink(file)) {
                byte[] target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
                builder.put(path, new Inode.Symlink(Attributes.ofRoot(0777, 0), target));
            } else if (Files.isDirectory(file)) {
                builder.put(path, new Inode.Directory(Attributes.ofRoot(0755, 0)));
                add(builder, file, path);
            } else {
                builder.put(
                        path,
                        new Inode.RegularFile(Attributes.ofRoot(0644, 0), ByteSource.of(Files.readAllBytes(file))));
            }
        }
    }

    private void copyHostLibraries() throws IOException {
        Path host = Path.of("/usr/lib/x86_64-linux-gnu");
        Assumptions.assumeTrue(Files.isDirectory(host), "needs a Debian multiarch machine");
        Path target = Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu"));
        int copied = 0;
        for (Path file : SortedListing.of(host)) {
            String name = file.getFileName().toString();
            if (!name.contains(".so") || copied > 150) {
                continue;
            }
            if (Files.isSymbolicLink(file)) {
                Path to = Files.readSymbolicLink(file);
                if (to.getNameCount() == 1 && !to.isAbsolute()) {
                    Files.createSymbolicLink(target.resolve(name), to);
                }
            } else if (Files.isRegularFile(file) && Files.size(file) < 400_000) {
                Files.copy(file, target.resolve(name));
                copied++;
            }
        }
    }

    @Test
    void ldconfig_findsTheSame() throws Exception {
        Oracle.require("ldconfig", "libc-bin");
        copyHostLibraries();
        Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
        Files.createDirectories(root.resolve("usr/local/lib"));
        Files.createDirectories(root.resolve("etc/ld.so.conf.d"));
        Files.writeString(root.resolve("etc/ld.so.conf"), "include /etc/ld.so.conf.d/*.conf\n");
        Files.writeString(root.resolve("etc/ld.so.conf.d/libc.conf"), "# libc default configuration\n/usr/local/lib\n");
        Files.writeString(
                root.resolve("etc/ld.so.conf.d/x86_64-linux-gnu.conf"),
                "/usr/local/lib/x86_64-linux-gnu\n/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n");
        for (String soname : List.of("libnum.so.9", "libnum.so.10", "libnum.so.1.2", "libnum.so.1")) {
            Files.write(
                    root.resolve("usr/local/lib/" + soname),
                    ElfBytes.x86().soname(soname).build());
            Files.write(
                    root.resolve("usr/lib/" + soname),
                    ElfBytes.x86().soname(soname).build());
        }
        Files.write(
                root.resolve("usr/lib/liblinked.so.3.1"),
                ElfBytes.x86().soname("liblinked.so.3").build());
        Files.createSymbolicLink(root.resolve("usr/lib/liblinked.so.3"), Path.of("liblinked.so.3.1"));
        Files.createSymbolicLink(root.resolve("usr/lib/liblinked.so"), Path.of("liblinked.so.3"));
        Files.createSymbolicLink(root.resolve("usr/lib/libother.so.7"), Path.of("liblinked.so.3.1"));
        Files.write(
                root.resolve("usr/lib/libnosoname.so"),
                ElfBytes.x86().needed("libc.so.6").build());
        byte[] ours = LdSoCache.encode(LdSoCache.collect(read(root).build()));
        Path cache = root.resolve("ours");
        Files.write(cache, ours);
        // -X: links are the packages' business; -i: no auxiliary cache of the machine
        Oracle.run(root, "ldconfig", "-X", "-i", "-r", root.toString());
        List<String> theirs = Oracle.run(
                        root,
                        "ldconfig",
                        "-p",
                        "-C",
                        root.resolve("etc/ld.so.cache").toString())
                .lines()
                .filter(line -> line.startsWith("\t"))
                .toList();
        List<String> mine = Oracle.run(root, "ldconfig", "-p", "-C", cache.toString())
                .lines()
                .filter(line -> line.startsWith("\t"))
                .toList();
        assertThat(mine).isNotEmpty().isEqualTo(theirs);
    }
}
