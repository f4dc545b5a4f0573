package dev.caisson.filetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileTreeTest {
    private static final Attributes DIRECTORY = Attributes.ofRoot(0755, 1);
    private static final Attributes FILE = Attributes.ofRoot(0644, 2);

    private static FileTree.Builder merged() {
        FileTree.Builder builder = FileTree.builder(DIRECTORY);
        builder.directories(TreePath.of("/usr/lib"), DIRECTORY);
        builder.symlink("/lib", "usr/lib", 1);
        builder.file("/usr/lib/a", FILE, "A".getBytes(StandardCharsets.UTF_8));
        return builder;
    }

    private static TreePath path(String text) {
        return TreePath.of(text);
    }

    @Test
    void resolve_followsLinks() throws Exception {
        FileTree tree = merged().symlink("/usr/lib/relative", "../lib/a", 1)
                .symlink("/usr/lib/absolute", "/lib/relative", 1)
                .symlink("/usr/lib/up", "../../../../usr", 1)
                .symlink("/usr/lib/dots", "././/./a", 1)
                .symlink("/usr/lib/root", "/", 1)
                .build();
        assertThat(tree.resolve(path("/lib/a"))).contains(path("/usr/lib/a"));
        assertThat(tree.resolve(path("/lib/absolute"))).contains(path("/usr/lib/a"));
        assertThat(tree.resolve(path("/lib/up/lib"))).contains(path("/usr/lib"));
        assertThat(tree.resolve(path("/lib/dots"))).contains(path("/usr/lib/a"));
        assertThat(tree.resolve(path("/lib/root"))).contains(TreePath.ROOT);
        assertThat(tree.resolve(TreePath.ROOT)).contains(TreePath.ROOT);
        assertThat(tree.text("/lib/absolute", 10)).contains("A");
        assertThat(tree.file("/lib")).isEmpty();
        assertThat(tree.resolve(path("/lib/none"))).isEmpty();
    }

    @Test
    void resolve_endsInLoops() {
        FileTree tree = merged().symlink("/self", "self", 1)
                .symlink("/one", "two", 1)
                .symlink("/two", "one", 1)
                .symlink("/grow", "grow/x", 1)
                .build();
        for (String loop : new String[] {"/self", "/one", "/two/x", "/grow"}) {
            assertThat(tree.resolve(path(loop))).isEmpty();
        }
        assertThat(tree.resolveParent(path("/self"))).contains(path("/self"));
        assertThat(tree.resolveParent(path("/self/x"))).isEmpty();
        assertThatThrownBy(() -> tree.toBuilder().canonical(path("/self/x/y")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** As many as Linux follows, and not one more. */
    @Test
    void resolve_fortyLinks() {
        FileTree.Builder builder = merged();
        for (int i = 1; i <= 41; i++) {
            builder.symlink("/l" + i, i == 1 ? "usr" : "l" + (i - 1), 1);
        }
        FileTree tree = builder.build();
        assertThat(tree.resolve(path("/l40"))).contains(path("/usr"));
        assertThat(tree.resolve(path("/l41"))).isEmpty();
    }

    /** Targets come from packages: whatever they hold, the walk ends without a path and not with an exception. */
    @Test
    void resolve_targetsThatAreNoPaths() {
        FileTree tree = merged().symlink("/long", "x".repeat(300), 1)
                .symlink("/nul", "a\0b", 1)
                .symlink("/file", "usr/lib/a/../a", 1)
                .symlink("/slash", "usr/lib/a/", 1)
                .build();
        for (String link : new String[] {"/long", "/nul", "/long/x", "/file", "/slash", "/usr/lib/a/x"}) {
            assertThat(tree.resolve(path(link))).as(link).isEmpty();
        }
        assertThatThrownBy(() -> tree.toBuilder().canonical(path("/long/x/y")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resolveParent_doesNotFollowTheLastName() {
        FileTree tree = merged().symlink("/usr/lib/link", "a", 1).build();
        assertThat(tree.resolveParent(path("/lib/link"))).contains(path("/usr/lib/link"));
        assertThat(tree.resolveParent(path("/lib/new"))).contains(path("/usr/lib/new"));
        assertThat(tree.resolveParent(path("/lib/a/x"))).isEmpty();
        assertThat(tree.resolveParent(path("/none/x"))).isEmpty();
        assertThat(tree.resolveParent(TreePath.ROOT)).contains(TreePath.ROOT);
    }

    @Test
    void canonical_keepsNamesThatDoNotExist() {
        FileTree.Builder builder = merged();
        assertThat(builder.canonical(path("/lib/new/deep/x"))).isEqualTo(path("/usr/lib/new/deep/x"));
        assertThat(builder.canonical(path("/lib"))).isEqualTo(path("/lib"));
        assertThat(builder.canonical(TreePath.ROOT)).isEqualTo(TreePath.ROOT);
        builder.file("/lib/new/x", FILE, new byte[0]);
        assertThat(builder.get(path("/usr/lib/new/x"))).isNotNull();
    }

    @Test
    void children_areDirectOnes() {
        FileTree.Builder builder = FileTree.builder(DIRECTORY);
        builder.directories(path("/d/sub/deep"), DIRECTORY);
        TreePath odd = path("/d").child(new byte[] {'s', 'u', 'b', 1});
        builder.put(odd, new Inode.Fifo(FILE));
        builder.directories(odd.parent().child(new byte[] {(byte) 0xff}), DIRECTORY);
        builder.file("/d/sub-x", FILE, new byte[0]);
        builder.file("/e", FILE, new byte[0]);
        FileTree tree = builder.build();
        assertThat(tree.children(path("/d")))
                .containsExactly(
                        path("/d/sub"), odd, path("/d/sub-x"), path("/d").child(new byte[] {(byte) 0xff}));
        assertThat(tree.children(TreePath.ROOT)).containsExactly(path("/d"), path("/e"));
        assertThat(tree.children(path("/e"))).isEmpty();
        assertThat(tree.children(path("/none"))).isEmpty();
    }

    @Test
    void builder_parentsAreDirectories() {
        FileTree.Builder builder = merged();
        Inode file = new Inode.RegularFile(FILE, ByteSource.of(new byte[0]));
        assertThatThrownBy(() -> builder.put(path("/none/x"), file)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.put(path("/lib/x"), file)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.put(path("/usr/lib/a/x"), file)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.put(path("/usr"), file)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.put(TreePath.ROOT, file)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.remove(TreePath.ROOT)).isInstanceOf(IllegalArgumentException.class);
        builder.put(path("/usr"), new Inode.Directory(DIRECTORY.withMode(0700)));
        assertThat(builder.get(path("/usr/lib/a"))).isNotNull();
    }

    @Test
    void builder_removeTakesWhatIsBelowOnly() {
        FileTree.Builder builder = merged();
        builder.file("/usr/lib-x", FILE, new byte[0]);
        builder.remove(path("/usr/lib")).remove(path("/usr/lib"));
        assertThat(builder.entries().keySet())
                .containsExactly(TreePath.ROOT, path("/lib"), path("/usr"), path("/usr/lib-x"));
        assertThat(builder.isEmptyAt(path("/usr"))).isFalse();
    }

    @Test
    void build_isIndependentOfTheBuilder() {
        FileTree.Builder builder = merged();
        FileTree before = builder.build();
        builder.remove(path("/usr"));
        assertThat(before.contains(path("/usr/lib/a"))).isTrue();
        FileTree.Builder other = before.toBuilder().remove(path("/usr/lib/a"));
        assertThat(before.contains(path("/usr/lib/a"))).isTrue();
        assertThat(other.build().contains(path("/usr/lib/a"))).isFalse();
        assertThatThrownBy(() -> before.entries().remove(path("/lib")))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
