package dev.caisson.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreeDump;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.Oracle;
import dev.caisson.fixture.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GNU tar, GNU cpio and ar as judges. */
@Tag("oracle")
class ArchiveOracleTest {
    private static final String LONG = "long-name-".repeat(20);

    @TempDir
    Path scratch;

    private Path tree;

    @BeforeEach
    void makeTree() throws Exception {
        Oracle.require("tar", "tar");
        Oracle.require("cpio", "cpio");
        Oracle.require("sh", "dash");
        tree = Files.createDirectory(scratch.resolve("tree"));
        Oracle.run(
                tree,
                "sh",
                "-ec",
                "umask 022; mkdir -p d/e; printf hello > d/file; chmod 4755 d/file; ln d/file d/e/hard; ln -s ../file d/e/soft;"
                        + "mkfifo d/pipe; printf x > \"$(printf 'd/\\377\\303\\244')\"; printf empty > d/e/other; : > d/zero;"
                        + "touch -d @1234567890.5 d/zero; chmod 1777 d/e; dd if=/dev/urandom of=d/big bs=1000 count=700 2>/dev/null;"
                        + "printf short > s; ln -s \"$(printf '%0100d' 7)\" d/link100");
    }

    private static Map<String, TarEntry> read(byte[] archive, Map<String, byte[]> contents) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(archive), TarLimits.DEFAULT);
        Map<String, TarEntry> entries = new TreeMap<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.put(entry.pathText(), entry);
            contents.put(entry.pathText(), reader.readContent(1 << 20));
        }
        return entries;
    }

    @ParameterizedTest
    @ValueSource(strings = {"v7", "ustar", "oldgnu", "gnu", "posix"})
    void gnuTar_writesWhatWeRead(String format) throws Exception {
        boolean longNames = format.equals("gnu") || format.equals("oldgnu") || format.equals("posix");
        if (longNames) {
            Files.writeString(tree.resolve("d").resolve(LONG), "long");
            Files.createSymbolicLink(tree.resolve("d/longlink"), Path.of(LONG + "/" + LONG));
        }
        if (format.equals("v7")) {
            Files.delete(tree.resolve("d/pipe"));
            Files.delete(tree.resolve("d/link100"));
        } else if (!longNames) {
            Files.delete(tree.resolve("d/link100"));
            Oracle.run(tree, "sh", "-ec", "ln -s \"$(printf '%099d' 7)\" d/link100");
        }
        String owner = longNames ? "3000000000" : "1234567";
        Oracle.run(
                scratch,
                "tar",
                "--format=" + format,
                "--numeric-owner",
                "--owner=" + owner,
                "--group=77",
                "--sort=name",
                "-C",
                "tree",
                "-cf",
                "t.tar",
                ".");
        Map<String, byte[]> contents = new TreeMap<>();
        Map<String, TarEntry> entries = read(Files.readAllBytes(scratch.resolve("t.tar")), contents);

        assertThat(contents.get("./d/big")).isEqualTo(Files.readAllBytes(tree.resolve("d/big")));
        // Of two names the first by name holds the content: d/e/hard.
        assertThat(contents.get("./d/e/hard")).asString().isEqualTo("hello");
        assertThat(entries.get("./d/file").type()).isEqualTo(TarEntry.Type.HARD_LINK);
        assertThat(entries.get("./d/file").linkTarget()).asString().isEqualTo("./d/e/hard");
        assertThat(entries.get("./d/e/hard").mode()).isEqualTo(04755);
        assertThat(entries.get("./d/e/hard").uid()).isEqualTo(Long.parseLong(owner));
        assertThat(entries.get("./d/e/hard").gid()).isEqualTo(77);
        assertThat(entries.get("./d/e/").type()).isEqualTo(TarEntry.Type.DIRECTORY);
        assertThat(entries.get("./d/e/").mode()).isEqualTo(01777);
        assertThat(entries.get("./d/e/soft").linkTarget()).asString().isEqualTo("../file");
        assertThat(entries).containsKey("./d/\\xff\\xc3\\xa4");
        assertThat(entries.get("./d/zero").mtimeSeconds()).isEqualTo(1234567890);
        assertThat(entries.get("./d/zero").mtimeNanos()).isEqualTo(format.equals("posix") ? 500_000_000 : 0);
        if (longNames) {
            assertThat(contents.get("./d/" + LONG)).asString().isEqualTo("long");
            assertThat(entries.get("./d/longlink").linkTarget()).asString().isEqualTo(LONG + "/" + LONG);
        }
        long listed = Oracle.run(scratch, "tar", "-tf", "t.tar").lines().count();
        assertThat(entries).hasSize((int) listed);
    }

    @Test
    void gnuTar_takesTheTestsOwnDevices() throws Exception {
        byte[] archive = new TarBuilder()
                .header(new TarBuilder.Header("c", '3').device(5, 1).mode(0600))
                .header(new TarBuilder.Header("b", '4').device(254, 70000).mode(0660))
                .finished();
        Files.write(scratch.resolve("dev.tar"), archive);
        assertThat(Oracle.run(scratch, "tar", "-tvf", "dev.tar")).contains("5,1", "254,70000");
        assertThat(read(archive, new TreeMap<>()).get("b").minor()).isEqualTo(70000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"newc", "crc"})
    void gnuCpio_writesWhatWeRead(String format) throws Exception {
        Oracle.run(tree, "sh", "-ec", "find . | LC_ALL=C sort | cpio --quiet -o -H " + format + " > ../c.cpio");
        FileTree read = CpioReader.read(ByteSource.of(Files.readAllBytes(scratch.resolve("c.cpio"))), 100);
        assertThat(((Inode.RegularFile) read.get(TreePath.of("/d/big")).orElseThrow())
                        .content()
                        .readAll(1 << 20))
                .isEqualTo(Files.readAllBytes(tree.resolve("d/big")));
        assertThat(read.text("/d/file", 10)).contains("hello");
        assertThat(read.get(TreePath.of("/d/e/hard")))
                .containsSame(read.get(TreePath.of("/d/file")).orElseThrow());
        assertThat(read.get(TreePath.of("/d/pipe")).orElseThrow()).isInstanceOf(Inode.Fifo.class);
        assertThat(read.get(TreePath.of("/d/zero")).orElseThrow().attributes().mtimeSeconds())
                .isEqualTo(1234567890);
        assertThat(read.text("/d/e/soft", 10)).contains("hello");
        long names = Oracle.run(tree, "find", ".").lines().count();
        assertThat(read.entries()).hasSize((int) names);
    }

    @Test
    void gnuCpio_readsWhatWeWrite() throws Exception {
        // cpio restores times of regular files only.
        String settle = "find . ! -type f -exec touch -h -d @1234567890 {} +; ";
        Oracle.run(tree, "sh", "-ec", settle + "find . | LC_ALL=C sort | cpio --quiet -o -H newc > ../c.cpio");
        FileTree original = CpioReader.read(ByteSource.of(Files.readAllBytes(scratch.resolve("c.cpio"))), 100);
        try (FileSink sink = FileSink.create(scratch.resolve("ours.cpio"))) {
            CpioWriter.plan(original).writeTo(sink);
        }
        Oracle.run(scratch, "sh", "-ec", "mkdir out; cd out; cpio --quiet -idm < ../ours.cpio");
        Oracle.run(
                scratch,
                "sh",
                "-ec",
                "cd out; " + settle + "find . | LC_ALL=C sort | cpio --quiet -o -H newc > ../again.cpio");
        FileTree again = CpioReader.read(ByteSource.of(Files.readAllBytes(scratch.resolve("again.cpio"))), 100);
        assertThat(TreeDump.of(again, true)).isEqualTo(TreeDump.of(original, true));
    }

    @Test
    void gnuCpio_listsOurDevices() throws Exception {
        FileTree sample = CpioTest.sample();
        try (FileSink sink = FileSink.create(scratch.resolve("sample.cpio"))) {
            CpioWriter.plan(sample).writeTo(sink);
        }
        String listing = Oracle.run(scratch, "sh", "-ec", "TZ=UTC cpio --quiet -tvn < sample.cpio");
        assertThat(listing.lines()).hasSize(sample.entries().size());
        assertThat(listing)
                .containsPattern("crw-------\\s+1 0\\s+0\\s+5,\\s+1 .* dev/console")
                .containsPattern("brw-rw----\\s+1 0\\s+0\\s+254, 1048575 .* dev/vda")
                .containsPattern("-rwsr-xr-x .* init")
                .containsPattern("-rw-r--r--\\s+3 7\\s+8\\s+3 .* c\\n");
    }

    @Test
    void ar_writesWhatWeRead() throws Exception {
        Oracle.require("ar", "binutils");
        Files.writeString(scratch.resolve("one"), "12345");
        Files.writeString(scratch.resolve("two.tar.gz"), "6789");
        Oracle.run(scratch, "ar", "qcS", "a.ar", "one", "two.tar.gz");
        ByteSource archive = ByteSource.of(Files.readAllBytes(scratch.resolve("a.ar")));
        assertThat(ArReader.read(archive, 9)).extracting(ArReader.Member::name).containsExactly("one", "two.tar.gz");
        assertThat(new String(ArReader.read(archive, 9).get(1).in(archive).readAll(9), StandardCharsets.US_ASCII))
                .isEqualTo("6789");
    }
}
