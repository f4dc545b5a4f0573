package dev.caisson.filetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TreeDumpTest {
    private static final Attributes ROOT = Attributes.ofRoot(0755, 0);

    @Test
    void dump_everyKind() throws Exception {
        Inode file = new Inode.RegularFile(
                new Attributes(
                        04755,
                        1,
                        0xffffffffL,
                        -5,
                        7,
                        Xattrs.NONE.with("user.b", new byte[] {1}).with("security.capability", new byte[] {(byte) 0xff
                        })),
                ByteSource.of("abc".getBytes(StandardCharsets.UTF_8)));
        FileTree tree = FileTree.builder(ROOT)
                .put(TreePath.of("/a b\n"), file)
                .put(TreePath.of("/hard"), file)
                .put(TreePath.of("/c"), new Inode.Device(ROOT.withMode(0600), false, 5, 1))
                .put(TreePath.of("/d"), new Inode.Device(ROOT.withMode(0600), true, 259, 70000))
                .put(TreePath.of("/p"), new Inode.Fifo(ROOT))
                .put(TreePath.of("/s"), new Inode.Socket(ROOT))
                .symlink("/z", "to", 9)
                .build();
        assertThat(TreeDump.of(tree, true))
                .isEqualTo("""
                        d 0755 0 0 0 - /
                        f 4755 1 4294967295 -5.000000007 3 /a\\040b\\n sha256=%s security.capability=0xff user.b=0x01
                        c 0600 0 0 0 5:1 /c
                        b 0600 0 0 0 259:70000 /d
                        f 4755 1 4294967295 -5.000000007 3 /hard link=/a\\040b\\n security.capability=0xff user.b=0x01
                        p 0755 0 0 0 - /p
                        s 0755 0 0 0 - /s
                        l 0777 0 0 9 - /z -> to
                        """.formatted("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assertThat(TreeDump.of(tree, false)).doesNotContain("sha256");
    }

    /** Names and targets that could be taken for one another have different dumps, and no name makes a second line. */
    @Test
    void dump_isUnambiguous() throws Exception {
        List<byte[]> names = List.of(
                "\\xff".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xff},
                "a\\n".getBytes(StandardCharsets.UTF_8),
                "a\n".getBytes(StandardCharsets.UTF_8),
                "a\\040".getBytes(StandardCharsets.UTF_8),
                "a ".getBytes(StandardCharsets.UTF_8),
                "a\r".getBytes(StandardCharsets.UTF_8),
                "a\\x0d".getBytes(StandardCharsets.UTF_8),
                "a -> b".getBytes(StandardCharsets.UTF_8));
        Set<String> dumps = new HashSet<>();
        for (byte[] name : names) {
            FileTree asName = FileTree.builder(ROOT)
                    .put(TreePath.ROOT.child(name), new Inode.Fifo(ROOT))
                    .build();
            FileTree asTarget = FileTree.builder(ROOT)
                    .put(TreePath.of("/l"), new Inode.Symlink(ROOT, name))
                    .build();
            for (FileTree tree : List.of(asName, asTarget)) {
                String dump = TreeDump.of(tree, false);
                assertThat(dump.lines()).hasSize(2);
                assertThat(dumps.add(dump)).as(dump).isTrue();
            }
        }
    }

    @Test
    void attributes_haveRanges() {
        assertThatThrownBy(() -> Attributes.ofRoot(010000, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ROOT.withOwner(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ROOT.withOwner(0, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ROOT.withMtime(0, 1_000_000_000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inode.Device(ROOT, true, 4096, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inode.Device(ROOT, true, 0, 1 << 20)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inode.Symlink(ROOT, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inode.Symlink(ROOT, new byte[4096])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void xattrs_areValues() {
        Xattrs one = Xattrs.NONE.with("user.a", new byte[] {1}).with("user.b", new byte[0]);
        Xattrs other = Xattrs.NONE.with("user.b", new byte[0]).with("user.a", new byte[] {1});
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(one.with("user.a", new byte[] {2}));
        assertThat(Xattrs.NONE.isEmpty()).isTrue();
        for (String name : List.of("", "user", ".x", "user.\0", "user." + "x".repeat(251))) {
            assertThatThrownBy(() -> one.with(name, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> one.with("user.a", new byte[65536])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void with_keepsTheFileButIsAnotherInode() {
        Inode.Device device = new Inode.Device(ROOT, true, 8, 1);
        Inode.Device copy = device.with(ROOT.withMode(0600));
        assertThat(copy).isNotSameAs(device);
        assertThat(copy.isBlock()).isTrue();
        assertThat(copy.major()).isEqualTo(8);
        byte[] target = {'x'};
        Inode.Symlink link = new Inode.Symlink(ROOT, target);
        target[0] = 'y';
        link.target()[0] = 'z';
        assertThat(link.with(ROOT).targetText()).isEqualTo("x");
    }
}
