package dev.caisson.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Plan;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TarWriterTest {
    static FileTree tree() {
        Xattrs xattrs = Xattrs.NONE
                .with("security.capability", new byte[] {1, 0, '\n', 2})
                .with("user.text", "x=y".getBytes(StandardCharsets.UTF_8));
        Inode.RegularFile linked = new Inode.RegularFile(
                new Attributes(04755, 3_000_000_000L, 7, 1_700_000_000, 5, xattrs),
                ByteSource.of("twice".getBytes(StandardCharsets.UTF_8)));
        return FileTree.builder(Attributes.ofRoot(0755, 1))
                .directories(TreePath.of("/usr/bin"), Attributes.ofRoot(0755, 1_700_000_000))
                .put(TreePath.of("/usr/bin/a"), linked)
                .put(TreePath.of("/usr/bin/b"), linked)
                .file("/" + "long".repeat(30), Attributes.ofRoot(0600, -5), new byte[1_000])
                .file("/ümlaut", Attributes.ofRoot(0644, 0), new byte[512])
                .symlink("/link", "t/".repeat(80), 9)
                .put(TreePath.of("/null"), new Inode.Device(Attributes.ofRoot(0666, 0), false, 1, 3))
                .put(TreePath.of("/disk"), new Inode.Device(Attributes.ofRoot(0660, 0), true, 8, 17))
                .put(TreePath.of("/pipe"), new Inode.Fifo(Attributes.ofRoot(0600, 0)))
                .put(TreePath.of("/socket"), new Inode.Socket(Attributes.ofRoot(0600, 0)))
                .build();
    }

    static byte[] write(FileTree tree) throws IOException {
        Plan plan = TarWriter.plan(tree);
        ArraySink out = new ArraySink((int) plan.size());
        plan.writeTo(out);
        assertThat(out.position()).isEqualTo(plan.size());
        return out.toByteArray();
    }

    @Test
    void everythingComesBack() throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(write(tree())), TarLimits.DEFAULT);
        Map<String, TarEntry> entries = new LinkedHashMap<>();
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.put(entry.pathText(), entry);
            contents.put(entry.pathText(), reader.readContent(1 << 20));
        }
        assertThat(entries).hasSize(10).doesNotContainKey("socket");
        TarEntry first = entries.get("usr/bin/a");
        assertThat(first.attributes())
                .isEqualTo(((Inode.RegularFile)
                                tree().get(TreePath.of("/usr/bin/a")).orElseThrow())
                        .attributes());
        assertThat(contents.get("usr/bin/a")).isEqualTo("twice".getBytes(StandardCharsets.UTF_8));
        assertThat(entries.get("usr/bin/b").type()).isEqualTo(TarEntry.Type.HARD_LINK);
        assertThat(entries.get("long".repeat(30)).attributes().mtimeSeconds()).isEqualTo(-5);
        assertThat(contents.get("long".repeat(30))).hasSize(1_000);
        assertThat(entries).containsKey("\\xc3\\xbcmlaut").containsKeys("null", "disk", "pipe", "link");
    }

    @Test
    void sameBytes() throws IOException {
        assertThat(write(tree())).isEqualTo(write(tree()));
        assertThat(write(FileTree.builder(Attributes.ofRoot(0755, 1)).build()))
                .hasSize(1024)
                .containsOnly(0);
    }
}
