package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.BuildException;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.manifest.SelinuxMode;
import dev.caisson.manifest.SelinuxSpec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelinuxTransformTest {
    private static final String FILES = "/etc/selinux/targeted/contexts/files/file_contexts";

    private static FileTree.Builder tree() {
        Inode hard = Trees.file("hard");
        FileTree.Builder tree = Trees.empty()
                .file(FILES, Trees.FILE, Trees.utf8("""
                    /.*	any
                    /etc(/.*)?	etc
                    /usr/bin/.*	--	bin
                    /nothing	<<none>>
                    """))
                .file(FILES + ".subs_dist", Trees.FILE, Trees.utf8("/bin2 /usr/bin\n"))
                .file("/usr/bin/x", Trees.FILE, Trees.utf8("x"))
                .file("/bin2/y", Trees.FILE, Trees.utf8("y"))
                .file("/nothing", Trees.FILE, Trees.utf8("n"))
                .symlink("/usr/bin/l", "x", 5);
        tree.put(Trees.path("/usr/bin/hard"), hard).put(Trees.path("/etc/hard"), hard);
        return tree;
    }

    private static String label(FileTree tree, String path) {
        byte[] value = tree.get(Trees.path(path))
                .orElseThrow()
                .attributes()
                .xattrs()
                .asMap()
                .get(SelinuxTransform.XATTR);
        return value == null ? "none" : new String(value, StandardCharsets.US_ASCII);
    }

    private static FileTree apply(FileTree.Builder tree, SelinuxSpec spec) throws Exception {
        return new SelinuxTransform(spec, 7).apply(tree.build());
    }

    @Test
    void everyFile_isLabelled() throws Exception {
        FileTree tree = apply(tree(), SelinuxSpec.DEFAULT);
        assertThat(label(tree, "/")).isEqualTo("any\0");
        assertThat(label(tree, "/etc")).isEqualTo("etc\0");
        assertThat(label(tree, FILES)).isEqualTo("etc\0");
        assertThat(label(tree, "/usr/bin/x")).isEqualTo("bin\0");
        assertThat(label(tree, "/usr/bin/l")).isEqualTo("any\0");
        assertThat(label(tree, "/bin2/y")).isEqualTo("bin\0");
        assertThat(label(tree, "/nothing")).isEqualTo("none");
        assertThat(label(tree, "/etc/hard")).isEqualTo("etc\0");
        assertThat(tree.get(Trees.path("/etc/hard"))).isEqualTo(tree.get(Trees.path("/usr/bin/hard")));
        assertThat(tree.contains(Trees.path("/etc/selinux/config"))).isFalse();
    }

    @Test
    void theConfiguredPolicy_isTaken() throws Exception {
        FileTree.Builder two =
                tree().file(FILES.replace("targeted", "minimum"), Trees.FILE, Trees.utf8("/.*\tminimum\n"));
        assertThat(label(apply(two, SelinuxSpec.DEFAULT), "/etc")).isEqualTo("none");
        two.file("/etc/selinux/config", Trees.FILE, Trees.utf8("#SELINUXTYPE=no\nSELINUXTYPE=minimum # x\n"));
        assertThat(label(apply(two, SelinuxSpec.DEFAULT), "/etc")).isEqualTo("minimum\0");
        FileTree named = apply(two, new SelinuxSpec("targeted", Optional.of(SelinuxMode.ENFORCING)));
        assertThat(label(named, "/etc")).isEqualTo("etc\0");
        assertThat(label(named, "/etc/selinux/config")).isEqualTo("etc\0");
        assertThat(Trees.text(named, "/etc/selinux/config")).endsWith("\nSELINUX=enforcing\nSELINUXTYPE=targeted\n");
        assertThat(label(apply(two, new SelinuxSpec("none", Optional.empty())), "/etc"))
                .isEqualTo("none");
    }

    @Test
    void aMissingPolicy_isAnErrorOnlyIfItIsWanted() throws Exception {
        FileTree.Builder empty = Trees.empty().file("/x", Trees.FILE, new byte[0]);
        assertThat(label(apply(empty, SelinuxSpec.DEFAULT), "/x")).isEqualTo("none");
        assertThat(Trees.text(
                        apply(empty, new SelinuxSpec("none", Optional.of(SelinuxMode.DISABLED))),
                        "/etc/selinux/config"))
                .endsWith("\nSELINUX=disabled\n");
        assertThatThrownBy(() -> apply(empty, new SelinuxSpec("auto", Optional.of(SelinuxMode.ENFORCING))))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("no SELinux policy");
        assertThatThrownBy(() -> apply(tree(), new SelinuxSpec("mls", Optional.empty())))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("no SELinux policy mls");
        FileTree.Builder broken = tree().file(FILES, Trees.FILE, Trees.utf8("/a(\tx\n"));
        assertThatThrownBy(() -> apply(broken, SelinuxSpec.DEFAULT))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining(FILES + ":1");
    }
}
