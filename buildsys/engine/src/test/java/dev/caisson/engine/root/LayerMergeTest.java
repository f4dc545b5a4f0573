package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreeDump;
import dev.caisson.manifest.PathPattern;
import dev.caisson.manifest.WinnerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayerMergeTest {
    private static FileTree merge(PackageLayer... layers) throws Exception {
        return new LayerMerge(List.of(), 5).merge(List.of(layers));
    }

    private static BuildException conflict(List<WinnerSpec> winners, PackageLayer... layers) {
        BuildException e =
                catchThrowableOfType(BuildException.class, () -> new LayerMerge(winners, 5).merge(List.of(layers)));
        assertThat(e).isNotNull();
        assertThat(e.code()).isEqualTo(FailureCode.CONTENT);
        return e;
    }

    private static WinnerSpec winner(String path, String name) {
        return new WinnerSpec(new PathPattern(path), name, Optional.empty(), Trees.HERE);
    }

    @Test
    void mergedUsr_inBothDirections() throws Exception {
        FileTree tree = merge(
                Trees.layer("old", Trees.entry("/bin/a", Trees.file("a")), Trees.entry("/lib/x/y", Trees.file("y"))),
                Trees.layer(
                        "new",
                        Trees.entry("/usr/bin/b", Trees.file("b")),
                        Trees.entry("/usr/lib/x/z", Trees.file("z"))));
        assertThat(Trees.target(tree, "/bin")).isEqualTo("usr/bin");
        assertThat(Trees.target(tree, "/lib")).isEqualTo("usr/lib");
        assertThat(tree.contains(Trees.path("/sbin"))).isFalse();
        assertThat(Trees.text(tree, "/bin/a")).isEqualTo("a");
        assertThat(tree.contains(Trees.path("/usr/bin/a"))).isTrue();
        assertThat(tree.children(Trees.path("/usr/lib/x"))).hasSize(2);
    }

    /** base-files ships the links themselves; old packages ship the folder. */
    @Test
    void mergedUsr_shippedAsLinkOrFolder() throws Exception {
        FileTree tree = merge(
                Trees.layer("base-files", Trees.entry("/bin", Trees.link("usr/bin"))),
                Trees.layer("old", Trees.entry("/bin", Trees.directory()), Trees.entry("/bin/a", Trees.file("a"))));
        assertThat(Trees.target(tree, "/bin")).isEqualTo("usr/bin");
        assertThat(tree.contains(Trees.path("/usr/bin/a"))).isTrue();
    }

    @Test
    void mergedUsr_sameFileUnderBothNamesConflicts() {
        BuildException e = conflict(
                List.of(),
                Trees.layer("one", Trees.entry("/bin/x", Trees.file("1"))),
                Trees.layer("two", Trees.entry("/usr/bin/x", Trees.file("2"))));
        assertThat(e)
                .hasMessageContaining("/usr/bin/x")
                .hasMessageContaining("one 1.0-1")
                .hasMessageContaining("two 1.0-1");
        assertThat(e.hint()).contains("conflicts");
    }

    @Test
    void identicalFiles_areOne() throws Exception {
        FileTree tree = merge(
                Trees.layer("one", Trees.entry("/x", Trees.file("same")), Trees.entry("/l", Trees.link("x"))),
                Trees.layer("two", Trees.entry("/x", Trees.file("same")), Trees.entry("/l", Trees.link("x"))));
        assertThat(Trees.text(tree, "/l")).isEqualTo("same");
        Inode other = Trees.file("same").with(Trees.FILE.withMode(0600));
        conflict(
                List.of(),
                Trees.layer("one", Trees.entry("/x", Trees.file("same"))),
                Trees.layer("two", Trees.entry("/x", other)));
        conflict(
                List.of(),
                Trees.layer("one", Trees.entry("/x", Trees.link("a"))),
                Trees.layer("two", Trees.entry("/x", Trees.link("b"))));
    }

    @Test
    void replaces_winsWhateverTheOrder() throws Exception {
        PackageLayer old = Trees.layer("old", Trees.entry("/x", Trees.file("old")));
        for (String name : List.of("a-new", "z-new")) {
            PackageLayer fresh = Trees.layer(name, Set.of("old"), Map.of(), Trees.entry("/x", Trees.file("new")));
            assertThat(Trees.text(merge(old, fresh), "/x")).isEqualTo("new");
            assertThat(Trees.text(merge(fresh, old), "/x")).isEqualTo("new");
        }
    }

    @Test
    void winner_isThePackageThatTheVariantNames() throws Exception {
        PackageLayer one = Trees.layer("one", Trees.entry("/etc/x", Trees.file("1")));
        PackageLayer two = Trees.layer("two", Trees.entry("/etc/x", Trees.file("2")));
        PackageLayer three = Trees.layer("three", Trees.entry("/etc/x", Trees.file("3")));
        for (PackageLayer wanted : List.of(one, two)) {
            LayerMerge merge = new LayerMerge(List.of(winner("/etc/*", wanted.name())), 5);
            FileTree tree = merge.merge(List.of(one, two));
            assertThat(Trees.text(tree, "/etc/x")).isEqualTo(wanted.name().equals("one") ? "1" : "2");
            assertThat(merge.owners().get(Trees.path("/etc/x"))).isEqualTo(wanted);
        }
        conflict(List.of(winner("/etc/x", "four")), one, two);
        conflict(List.of(winner("/usr/x", "one")), one, two);
        for (PackageLayer wanted : List.of(one, two, three)) {
            FileTree tree = new LayerMerge(List.of(winner("/etc/x", wanted.name())), 5).merge(List.of(one, two, three));
            assertThat(Trees.text(tree, "/etc/x")).isEqualTo(Trees.text(merge(wanted), "/etc/x"));
        }
    }

    @Test
    void directoryAgainstLinkAndFile() throws Exception {
        FileTree tree = merge(
                Trees.layer("a", Trees.entry("/real", Trees.directory()), Trees.entry("/way", Trees.link("real"))),
                Trees.layer("b", Trees.entry("/way", Trees.directory()), Trees.entry("/way/x", Trees.file("x"))));
        assertThat(tree.contains(Trees.path("/real/x"))).isTrue();
        conflict(
                List.of(),
                Trees.layer("a", Trees.entry("/x", Trees.file("x"))),
                Trees.layer("b", Trees.entry("/x", Trees.directory())));
        conflict(
                List.of(),
                Trees.layer("a", Trees.entry("/x/y", Trees.file("x"))),
                Trees.layer("b", Trees.entry("/x", Trees.file("x"))));
        BuildException e = conflict(
                List.of(),
                Trees.layer("a", Trees.entry("/x", Trees.file("x"))),
                Trees.layer("b", Trees.entry("/x/y", Trees.file("x"))));
        assertThat(e).hasMessageContaining("b 1.0-1");
        conflict(
                List.of(),
                Trees.layer("a", Trees.entry("/x", Trees.link("nowhere"))),
                Trees.layer("b", Trees.entry("/x", Trees.directory())));
        conflict(
                List.of(),
                Trees.layer("a", Trees.entry("/x", Trees.link("x"))),
                Trees.layer("b", Trees.entry("/x/y", Trees.file("loops"))));
    }

    @Test
    void directories_takeTheShippedAttributes() throws Exception {
        Inode secret = new Inode.Directory(Attributes.ofRoot(0700, 5));
        FileTree tree = merge(
                Trees.layer("a", Trees.entry("/d/x", Trees.file("x"))), Trees.layer("b", Trees.entry("/d", secret)));
        assertThat(tree.get(Trees.path("/d")).orElseThrow().attributes().mode()).isEqualTo(0700);
        assertThat(tree.contains(Trees.path("/d/x"))).isTrue();
    }

    @Test
    void hardLinks_stay() throws Exception {
        Inode file = Trees.file("x");
        FileTree tree = merge(Trees.layer("a", Trees.entry("/bin/x", file), Trees.entry("/usr/bin/y", file)));
        assertThat(tree.get(Trees.path("/usr/bin/x"))).isEqualTo(tree.get(Trees.path("/usr/bin/y")));
        assertThat(tree.get(Trees.path("/usr/bin/x")).orElseThrow()).isSameAs(file);
    }

    @Test
    void order_ofLayersDoesNotMatter() throws Exception {
        List<PackageLayer> layers = new ArrayList<>(List.of(
                Trees.layer("c", Trees.entry("/d", Trees.directory()), Trees.entry("/d/c", Trees.file("c"))),
                Trees.layer("base-files", Trees.entry("/d", new Inode.Directory(Attributes.ofRoot(0711, 1)))),
                Trees.layer("a", Trees.entry("/lib/a", Trees.file("a")))));
        String first = TreeDump.of(new LayerMerge(List.of(), 5).merge(layers), true);
        java.util.Collections.reverse(layers);
        assertThat(TreeDump.of(new LayerMerge(List.of(), 5).merge(layers), true))
                .isEqualTo(first);
        assertThat(first).contains("d 0711");
    }
}
