package dev.caisson.fat;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Trees for the tests of this package. */
final class FatFixtures {
    static final long TIME = 1_700_000_000;

    private FatFixtures() {}

    static Attributes attributes(int mode) {
        return Attributes.ofRoot(mode, TIME);
    }

    static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** An ESP as we make it. */
    static FileTree esp() {
        return FileTree.builder(attributes(0755))
                .file("/EFI/BOOT/BOOTX64.EFI", attributes(0644), bytes(1, 100_001))
                .file("/EFI/systemd/systemd-bootx64.efi", attributes(0644), bytes(1, 100_001))
                .file("/EFI/Linux/container-host_1.0.0+3.efi", attributes(0644), bytes(2, 700_000))
                .file("/EFI/Linux/container-host_0.9.0+0-3.efi", attributes(0644), bytes(3, 12_288))
                .file("/loader/loader.conf", attributes(0644), "timeout 3\n".getBytes(StandardCharsets.UTF_8))
                .file("/loader/entries.srel", attributes(0644), "type1\n".getBytes(StandardCharsets.UTF_8))
                .file("/loader/random-seed", attributes(0644), new byte[0])
                .build();
    }

    static FileTree random(Random random, int files) {
        FileTree.Builder builder = FileTree.builder(attributes(0755));
        TreePath[] directories = new TreePath[] {TreePath.ROOT, TreePath.of("/a"), TreePath.of("/a/Sub Dir.d")};
        builder.directories(directories[2], attributes(0755));
        for (int i = 0; i < files; i++) {
            TreePath path = directories[random.nextInt(3)].child(name(random, i));
            int size = random.nextInt(4) == 0 ? 0 : random.nextInt(9000);
            Attributes attributes = Attributes.ofRoot(0644, 315_532_800L + 2L * random.nextInt(1 << 30));
            builder.put(path, new Inode.RegularFile(attributes, ByteSource.of(bytes(i, size))));
        }
        return builder.build();
    }

    private static String name(Random random, int i) {
        return switch (random.nextInt(6)) {
            case 0 -> String.format(Locale.ROOT, "FILE%d.TXT", i);
            case 1 -> String.format(Locale.ROOT, "a rather long name, number %d.with.dots", i);
            case 2 -> String.format(Locale.ROOT, "lower%d.c", i);
            case 3 -> String.format(Locale.ROOT, ".hidden-%d", i);
            case 4 -> String.format(Locale.ROOT, "\u00e4\u4e2d\ud83d\ude00 %d", i);
            default -> String.format(Locale.ROOT, "%d-%s", i, "x".repeat(1 + random.nextInt(240)));
        };
    }

    static byte[] write(FatPlan plan) throws IOException {
        ArraySink out = new ArraySink(Math.toIntExact(plan.size()));
        plan.writeTo(out);
        return out.toByteArray();
    }

    /** Path, kind, time and content of everything but the root, whose time FAT does not keep. */
    static Map<String, String> description(FileTree tree) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            if (!entry.getKey().isRoot()) {
                Inode inode = entry.getValue();
                String content = inode instanceof Inode.RegularFile file
                        ? dev.caisson.bytes.DigestAlgorithm.SHA256
                                .of(file.content())
                                .hex()
                        : "";
                lines.put(
                        entry.getKey().toString(),
                        inode.typeLetter() + " " + inode.attributes().mtimeSeconds() + " " + content);
            }
        }
        return lines;
    }
}
