package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.archive.CpioReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class InitrdBuilderTest {
    private static final Attributes FILE = Attributes.ofRoot(0755, 7);
    private static final KernelFiles KERNEL =
            new KernelFiles("6.1", ByteSource.of(new byte[0]), TreePath.of("/usr/lib/modules/6.1"));

    /** An x86-64 ELF file with an interpreter (if given) and needed libraries. */
    private static byte[] elf(String interpreter, String... needed) {
        StringBuilder names = new StringBuilder("\0");
        BinaryWriter dynamic = BinaryWriter.littleEndian(256);
        for (String name : needed) {
            dynamic.u64(1).u64(names.length());
            names.append(name).append('\0');
        }
        byte[] strings = names.toString().getBytes(StandardCharsets.UTF_8);
        byte[] path = (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
        int dynamicAt = 64 + 3 * 56;
        int dynamicSize = dynamic.position() + 48;
        int stringsAt = dynamicAt + dynamicSize;
        int pathAt = stringsAt + strings.length;
        BinaryWriter out = BinaryWriter.littleEndian(1024);
        out.u8(0x7f).u8('E').u8('L').u8('F').u8(2).u8(1).u8(1).zeros(9);
        out.u16(3).u16(62).u32(1).u64(0).u64(64).u64(0).u32(0);
        out.u16(64).u16(56).u16(interpreter.isEmpty() ? 2 : 3).u16(64).u16(0).u16(0);
        segment(out, 1, 0, pathAt + path.length);
        segment(out, 2, dynamicAt, dynamicSize);
        segment(out, 3, pathAt, path.length);
        out.bytes(dynamic.toByteArray())
                .u64(5)
                .u64(stringsAt)
                .u64(10)
                .u64(strings.length)
                .u64(0)
                .u64(0);
        return out.bytes(strings).bytes(path).toByteArray();
    }

    private static void segment(BinaryWriter out, int type, long offset, long size) {
        out.u32(type)
                .u32(4)
                .u64(offset)
                .u64(offset)
                .u64(offset)
                .u64(size)
                .u64(size)
                .u64(1);
    }

    private static byte[] gzip(String text) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static FileTree.Builder tree() throws Exception {
        FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, 7));
        builder.directories(TreePath.of("/usr/lib64"), FILE).symlink("/lib64", "usr/lib64", 7);
        builder.file("/usr/bin/busybox", FILE, elf(""));
        builder.file("/usr/sbin/dmsetup", FILE, elf("/lib64/ld.so.2", "liba.so.1", "libb.so.1"));
        builder.file("/usr/lib64/ld.so.2", FILE, elf(""));
        builder.file("/usr/lib/x86_64-linux-gnu/liba.so.1.5", FILE, elf("", "libb.so.1"));
        builder.symlink("/usr/lib/x86_64-linux-gnu/liba.so.1", "liba.so.1.5", 7);
        builder.file("/usr/lib/x86_64-linux-gnu/libb.so.1", FILE, elf("", "liba.so.1"));
        builder.file(
                "/usr/lib/modules/6.1/modules.dep",
                FILE,
                "k/dm-x.ko.gz: k/y.ko\nk/y.ko:\n".getBytes(StandardCharsets.UTF_8));
        builder.file("/usr/lib/modules/6.1/modules.builtin", FILE, "k/built-in.ko\n".getBytes(StandardCharsets.UTF_8));
        builder.file("/usr/lib/modules/6.1/k/dm-x.ko.gz", FILE, gzip("module x"));
        builder.file("/usr/lib/modules/6.1/k/y.ko", FILE, "module y".getBytes(StandardCharsets.UTF_8));
        return builder;
    }

    private static String text(FileTree archive, String path) throws Exception {
        return archive.text(path, 1 << 20).orElseThrow(() -> new AssertionError(path));
    }

    @Test
    void minimal_hasProgramsLibrariesAndDriversInOrder() throws Exception {
        byte[] bytes = InitrdBuilder.minimal(tree().build(), KERNEL, List.of("dm_x", "built-in"), 7);
        FileTree archive = CpioReader.read(ByteSource.of(bytes), 1000);
        assertThat(text(archive, "/init")).startsWith("#!/bin/sh");
        assertThat(archive.get(TreePath.of("/init")).orElseThrow().attributes().mode())
                .isEqualTo(0755);
        assertThat(archive.get(TreePath.of("/bin/sh")).orElseThrow()).isInstanceOf(Inode.Symlink.class);
        for (String file : List.of(
                "/bin/busybox",
                "/bin/dmsetup",
                "/lib64/ld.so.2",
                "/usr/lib/x86_64-linux-gnu/liba.so.1",
                "/usr/lib/x86_64-linux-gnu/libb.so.1")) {
            assertThat(archive.file(file)).as(file).isPresent();
        }
        assertThat(text(archive, "/modules/order")).isEqualTo("y.ko\ndm-x.ko\n");
        assertThat(text(archive, "/modules/dm-x.ko")).isEqualTo("module x");
        assertThat(archive.entries().values())
                .allMatch(inode -> inode.attributes().mtimeSeconds() <= 7
                        && inode.attributes().uid() == 0);
        assertThat(InitrdBuilder.minimal(tree().build(), KERNEL, List.of("dm_x", "built-in"), 7))
                .isEqualTo(bytes);
    }

    @Test
    void minimal_namesWhatIsMissing() throws Exception {
        for (String path : List.of(
                "/usr/bin/busybox",
                "/usr/sbin/dmsetup",
                "/usr/lib64/ld.so.2",
                "/usr/lib/x86_64-linux-gnu/libb.so.1",
                "/usr/lib/modules/6.1/k/y.ko")) {
            FileTree tree = tree().remove(TreePath.of(path)).build();
            BuildException e = catchThrowableOfType(
                    BuildException.class, () -> InitrdBuilder.minimal(tree, KERNEL, List.of("dm-x"), 7));
            assertThat(e).as(path).isNotNull();
            assertThat(e.code()).isEqualTo(FailureCode.CONTENT);
            assertThat(e).hasMessageContaining(path.substring(path.lastIndexOf('/') + 1));
        }
    }

    @Test
    void minimal_refusesADriverThatTheKernelDoesNotHave() throws Exception {
        FileTree tree = tree().build();
        assertThatThrownBy(() -> InitrdBuilder.minimal(tree, KERNEL, List.of("dm-xx"), 7))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("no module dm-xx")
                .satisfies(e -> assertThat(((BuildException) e).hint()).contains("did you mean dm-x?"));
    }

    @Test
    void minimal_namesAProgramThatIsNone() throws Exception {
        FileTree tree = tree().file("/usr/bin/busybox", FILE, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8))
                .build();
        assertThatThrownBy(() -> InitrdBuilder.minimal(tree, KERNEL, List.of(), 7))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("/usr/bin/busybox");
    }
}
