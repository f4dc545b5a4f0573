package dev.caisson.engine.root;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Small trees and layers, and the way from and to the host's file system. */
final class Trees {
    static final Position HERE = new Position(Path.of("variant.yaml"), 3, 5);
    static final Attributes FILE = Attributes.ofRoot(0644, 5);
    static final Attributes DIRECTORY = Attributes.ofRoot(0755, 5);

    private Trees() {}

    static FileTree.Builder empty() {
        return FileTree.builder(DIRECTORY);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static TreePath path(String text) {
        return TreePath.of(text);
    }

    static Inode file(String text) {
        return new Inode.RegularFile(FILE, ByteSource.of(utf8(text)));
    }

    static Inode directory() {
        return new Inode.Directory(DIRECTORY);
    }

    static Inode link(String target) {
        return new Inode.Symlink(Attributes.ofRoot(0777, 5), utf8(target));
    }

    static PackageLayer.Entry entry(String path, Inode inode) {
        return new PackageLayer.Entry(path(path), inode);
    }

    static PackageLayer layer(String name, PackageLayer.Entry... entries) {
        return layer(name, Set.of(), Map.of(), entries);
    }

    static PackageLayer layer(
            String name, Set<String> replaces, Map<String, String> scripts, PackageLayer.Entry... entries) {
        TreeMap<String, byte[]> bytes = new TreeMap<>();
        scripts.forEach((script, text) -> bytes.put(script, utf8(text)));
        return new PackageLayer(name, "1.0-1", "amd64", Map.of(), replaces, bytes, List.of(entries));
    }

    static String text(FileTree tree, String path) throws IOException {
        return tree.text(path, 1 << 20).orElseThrow(() -> new AssertionError(path + " is not there"));
    }

    /** The target of a symbolic link at exactly this path, or what else is there. */
    static String target(FileTree tree, String path) {
        Inode inode = tree.get(path(path)).orElse(null);
        return inode instanceof Inode.Symlink link ? link.targetText() : String.valueOf(inode);
    }

    /** Writes a tree to a folder: names and contents, modes of files where the host knows them. */
    static void write(FileTree tree, Path folder) throws IOException {
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            Path at = folder.resolve(entry.getKey().toString().substring(1));
            if (entry.getValue() instanceof Inode.Directory) {
                Files.createDirectories(at);
            } else if (entry.getValue() instanceof Inode.Symlink link) {
                Files.createSymbolicLink(at, Path.of(link.targetText()));
            } else if (entry.getValue() instanceof Inode.RegularFile file) {
                Files.write(at, file.content().readAll(1 << 20));
            }
        }
    }

    /** All symbolic links below a folder: path relative to {@code root} → target. */
    static Map<String, String> links(Path root, Path folder) throws IOException {
        Map<String, String> links = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            for (Path child : SortedListing.of(folder)) {
                if (Files.isSymbolicLink(child)) {
                    links.put(
                            "/" + root.relativize(child),
                            Files.readSymbolicLink(child).toString());
                } else {
                    links.putAll(links(root, child));
                }
            }
        }
        return links;
    }

    static Map<String, String> links(FileTree tree, String folder) {
        Map<String, String> links = new TreeMap<>();
        tree.entries().forEach((path, inode) -> {
            if (path.startsWith(path(folder)) && inode instanceof Inode.Symlink link) {
                links.put(path.toString(), link.targetText());
            }
        });
        return links;
    }
}
