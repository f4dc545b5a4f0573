package dev.caisson.engine.formats;

import dev.caisson.archive.TarWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.Variant;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a machine boots over the network, as a tar archive to be unpacked on a server: for UEFI HTTP boot one signed kernel image with
 * everything in it; for PXE and iPXE kernel, initrd and command line apart, with a script. The root is in the initrd
 * ({@link LiveInitrd}), so nothing else is fetched.
 */
final class NetworkBoot {
    private final Variant variant;
    private final BootParts parts;

    NetworkBoot(Variant variant, BootParts parts) {
        this.variant = variant;
        this.parts = parts;
    }

    /** Writes the archive, which must not exist. */
    void write(Path file) throws Exception {
        BootParts.Boot boot = parts.boot();
        String commandLine = LiveCommandLine.fromInitrd(variant, boot, "pxe");
        Path archive = file.resolveSibling("." + file.getFileName() + ".initrd");
        Path image = file.resolveSibling("." + file.getFileName() + ".efi");
        try {
            LiveInitrd.write(parts, "pxe", archive);
            try (FileSource second = FileSource.open(archive)) {
                ByteSource initrd =
                        LiveInitrd.joined(List.of(ByteSource.of(boot.initrd().orElseThrow()), second));
                try (FileSink out = FileSink.create(image)) {
                    boot.images().of(commandLine, initrd).writeTo(out);
                }
                try (FileSource signed = FileSource.open(image);
                        FileSink out = FileSink.create(file)) {
                    TarWriter.plan(tree(signed, initrd, commandLine)).writeTo(out);
                }
            }
        } finally {
            Files.deleteIfExists(archive);
            Files.deleteIfExists(image);
        }
    }

    private FileTree tree(ByteSource signed, ByteSource initrd, String commandLine) throws Exception {
        Map<String, ByteSource> files = new TreeMap<>();
        files.put("boot.efi", signed);
        files.put(
                "boot.ipxe",
                text("#!ipxe\nkernel vmlinuz initrd=initrd.img " + commandLine + "\ninitrd initrd.img\nboot\n"));
        files.put("cmdline", text(commandLine + "\n"));
        files.put("initrd.img", initrd);
        files.put("vmlinuz", parts.boot().kernel());
        StringBuilder sums = new StringBuilder();
        for (Map.Entry<String, ByteSource> entry : files.entrySet()) {
            sums.append(DigestAlgorithm.SHA256.of(entry.getValue()).hex())
                    .append("  ")
                    .append(entry.getKey())
                    .append('\n');
        }
        files.put("SHA256SUMS", text(sums.toString()));
        FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, parts.epochSeconds()));
        Attributes attributes = Attributes.ofRoot(0644, parts.epochSeconds());
        files.forEach(
                (name, content) -> tree.put(TreePath.ROOT.child(name), new Inode.RegularFile(attributes, content)));
        return tree.build();
    }

    private static ByteSource text(String text) {
        return ByteSource.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
