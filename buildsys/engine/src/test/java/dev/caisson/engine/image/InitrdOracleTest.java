package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.archive.CpioReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.Oracle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GNU cpio as judge of the initrd's archive. */
@Tag("oracle")
class InitrdOracleTest {
    private static final byte[] STATIC_PROGRAM = {
        0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0, 1, 0, 0, 0
    };

    @TempDir
    Path folder;

    @Test
    void cpio_listsTheSame() throws Exception {
        Oracle.require("cpio", "cpio");
        byte[] program = java.util.Arrays.copyOf(STATIC_PROGRAM, 64);
        FileTree tree = FileTree.builder(Attributes.ofRoot(0755, 7))
                .file("/usr/bin/busybox", Attributes.ofRoot(0755, 7), program)
                .file("/usr/sbin/dmsetup", Attributes.ofRoot(0755, 7), program)
                .build();
        KernelFiles kernel = new KernelFiles("6", ByteSource.of(new byte[0]), TreePath.of("/usr/lib/modules/6"));
        byte[] archive = InitrdBuilder.minimal(tree, kernel, List.of(), 7);
        Path file = Files.write(folder.resolve("initrd"), archive);
        Process process = new ProcessBuilder("/usr/bin/cpio", "-t", "--quiet", "-F", file.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        List<String> ours = CpioReader.read(ByteSource.of(archive), 1000).entries().keySet().stream()
                .map(path -> path.isRoot() ? "." : path.toString().substring(1))
                .toList();
        assertThat(output.lines()).containsExactlyInAnyOrderElementsOf(ours);
    }
}
