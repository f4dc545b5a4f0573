package dev.caisson.filetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreePathTest {
    private static TreePath raw(int... bytes) {
        byte[] path = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            path[i] = (byte) bytes[i];
        }
        return TreePath.ofBytes(path);
    }

    /** The order that the class promises, spelled out: name by name, each as unsigned bytes, a prefix first. */
    private static int slowOrder(TreePath a, TreePath b) {
        List<byte[]> x = a.names();
        List<byte[]> y = b.names();
        for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
            int order = Arrays.compareUnsigned(x.get(i), y.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(x.size(), y.size());
    }

    @Test
    void order_ofAwkwardBytes() {
        List<TreePath> sorted = List.of(
                TreePath.ROOT,
                raw('/', 'a'),
                raw('/', 'a', '/', 1),
                raw('/', 'a', '/', 0xff),
                raw('/', 'a', 1),
                raw('/', 'a', 1, '/', 'b'),
                raw('/', 'a', ' '),
                raw('/', 'a', '.'),
                raw('/', 'a', 'a'),
                raw('/', 0x7f),
                raw('/', 0x80),
                raw('/', 0xc3, 0xa4),
                raw('/', 0xff),
                raw('/', 0xff, '/', 'a'),
                raw('/', 0xff, 1));
        List<TreePath> shuffled = new ArrayList<>(sorted);
        Collections.shuffle(shuffled, new Random(2));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(sorted);
    }

    @Test
    void order_isThatOfNamesAsUnsignedBytes() {
        Random random = new Random(4);
        int[] alphabet = {1, 2, 'a', 'b', '.', 0x7f, 0x80, 0xff};
        List<TreePath> paths = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            TreePath path = TreePath.ROOT;
            for (int depth = random.nextInt(4); depth > 0; depth--) {
                byte[] name = new byte[1 + random.nextInt(3)];
                for (int k = 0; k < name.length; k++) {
                    name[k] = (byte) alphabet[random.nextInt(alphabet.length)];
                }
                String text = new String(name, StandardCharsets.ISO_8859_1);
                path = text.equals(".") || text.equals("..") ? path : path.child(name);
            }
            paths.add(path);
        }
        for (TreePath a : paths) {
            for (TreePath b : paths) {
                assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Integer.signum(slowOrder(a, b)));
                assertThat(a.equals(b)).isEqualTo(slowOrder(a, b) == 0);
            }
        }
    }

    /** UTF-16 order and UTF-8 order differ above U+FFFF. */
    @Test
    void order_isNotThatOfStrings() {
        assertThat(TreePath.of("/\uff5e")).isLessThan(TreePath.of("/\ud83d\ude00"));
    }

    @Test
    void of_normalises() {
        assertThat(TreePath.of("usr//bin/./env/")).isEqualTo(TreePath.of("/usr/bin/env"));
        assertThat(TreePath.of("")).isEqualTo(TreePath.ROOT);
        assertThat(TreePath.of("/.")).isSameAs(TreePath.ROOT);
        assertThat(TreePath.of("/usr/bin")).hasToString("/usr/bin").hasSameHashCodeAs(TreePath.of("usr/bin"));
        assertThat(TreePath.ROOT).hasToString("/");
        assertThat(TreePath.ROOT.depth()).isZero();
        assertThat(TreePath.of("/a/b").depth()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../b", "..", "/a\0b"})
    void of_refuses(String path) {
        assertThatThrownBy(() -> TreePath.of(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_haveLimits() {
        assertThat(TreePath.of("/" + "x".repeat(255)).nameBytes()).hasSize(255);
        assertThatThrownBy(() -> TreePath.of("/" + "x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        // 128 umlauts are 256 bytes
        assertThatThrownBy(() -> TreePath.of("/" + "\u00e4".repeat(128))).isInstanceOf(IllegalArgumentException.class);
        for (String name : List.of("", ".", "..", "a/b", "a\0")) {
            assertThatThrownBy(() -> TreePath.ROOT.child(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void bytes_thatAreNotUtf8() {
        TreePath path = raw('/', 'd', '/', 0xff, 'x', 0xc3);
        assertThat(path).hasToString("/d/\\xffx\\xc3");
        assertThat(path.name()).isEqualTo("\\xffx\\xc3");
        assertThat(path.nameBytes()).containsExactly(0xff, 'x', 0xc3);
        assertThat(path.bytes()).containsExactly('/', 'd', '/', 0xff, 'x', 0xc3);
        assertThat(path.relativeBytes()).containsExactly('d', '/', 0xff, 'x', 0xc3);
        assertThat(TreePath.ofBytes(path.bytes())).isEqualTo(path);
        assertThat(TreePath.of("/\u00e4").name()).isEqualTo("\u00e4");
    }

    @Test
    void ancestors() {
        TreePath path = TreePath.of("/a/b/c");
        assertThat(path.parent().parent().parent()).isEqualTo(TreePath.ROOT);
        assertThat(TreePath.ROOT.parent()).isEqualTo(TreePath.ROOT);
        assertThat(path.startsWith(TreePath.ROOT)).isTrue();
        assertThat(path.startsWith(TreePath.of("/a/b"))).isTrue();
        assertThat(path.startsWith(path)).isTrue();
        assertThat(TreePath.of("/a/bb").startsWith(TreePath.of("/a/b"))).isFalse();
        assertThat(TreePath.of("/a/b").startsWith(path)).isFalse();
    }

    @Test
    void rebase() {
        TreePath path = TreePath.of("/a/b/c");
        assertThat(path.rebase(TreePath.of("/a"), TreePath.of("/x/y"))).isEqualTo(TreePath.of("/x/y/b/c"));
        assertThat(path.rebase(TreePath.ROOT, TreePath.of("/x"))).isEqualTo(TreePath.of("/x/a/b/c"));
        assertThat(path.rebase(TreePath.of("/a/b"), TreePath.ROOT)).isEqualTo(TreePath.of("/c"));
        assertThat(path.rebase(path, TreePath.of("/z"))).isEqualTo(TreePath.of("/z"));
        assertThat(path.rebase(TreePath.ROOT, TreePath.ROOT)).isEqualTo(path);
        assertThatThrownBy(() -> path.rebase(TreePath.of("/b"), TreePath.ROOT))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
