package dev.caisson.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreeDump;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.DebBuilder;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.fixture.TarBuilder.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class DebPackageTest {
    private static TarBuilder root() {
        return new TarBuilder().directory("./");
    }

    private static void assertRefused(
            TarBuilder data, Class<? extends FormatException> type, String member, String message) throws IOException {
        byte[] deb = DebBuilder.of(data);
        assertThatThrownBy(() -> Collected.of(deb))
                .isInstanceOf(type)
                .hasMessageContaining("package evil 1.0-1: data.tar")
                .hasMessageContaining("member " + member)
                .hasMessageContaining(message);
    }

    private static void assertCorrupt(TarBuilder data, String member, String message) throws IOException {
        assertRefused(data, CorruptDataException.class, member, message);
    }

    @Test
    void everyKindOfMember_isGiven() throws IOException {
        FileTree tree = Collected.of(DebBuilder.of(root().directory("./usr/")
                .member(new Header("./usr/su", '0').mode(04755).owner(0, 42).mtime(5), new byte[] {'x'})
                .header(new Header("./usr/hard", '1').link("./usr/su"))
                .header(new Header("./usr/harder", '1').link("usr/hard"))
                .symlink("./usr/link", "/anywhere/../at/all")
                .header(new Header("./dev", '3').device(1, 3).mode(0666))
                .header(new Header("./blk", '4').device(8, 16).mode(0660))
                .header(new Header("fifo", '6').mode(0600))
                .pax('x', "SCHILY.xattr.security.capability", "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0")
                .file("./ping", "p")));
        assertThat(TreeDump.of(tree, false).lines())
                .anyMatch(line -> line.contains("/usr/su") && line.contains("4755"))
                .anyMatch(line -> line.contains("1:3") && line.contains("/dev"))
                .anyMatch(line -> line.contains("8:16"))
                .anyMatch(line -> line.contains("security.capability=0x0100000200040000"));
        assertThat(tree.get(TreePath.of("/usr/harder")))
                .containsSame(tree.get(TreePath.of("/usr/su")).orElseThrow());
        assertThat(tree.get(TreePath.of("/usr/su")).orElseThrow().attributes().gid())
                .isEqualTo(42);
    }

    @Test
    void identity_isKnown() throws IOException {
        DebPackage deb = DebPackage.open(ByteSource.of(DebBuilder.of(root())), DebLimits.DEFAULT);
        assertThat(deb.name()).isEqualTo("evil 1.0-1");
        assertThat(deb.control().get("architecture")).contains("all");
        assertThat(deb.controlFiles()).containsOnlyKeys("control");
        assertThat(deb.dataMember()).isEqualTo("data.tar");
        byte[] bad = DebBuilder.of(root().symlink("./a", "/").file("./a/b", ""));
        DebPackage named = DebPackage.open("from the pool", ByteSource.of(bad), DebLimits.DEFAULT);
        assertThatThrownBy(() -> named.readData(new Collected()))
                .hasMessageStartingWith("package from the pool: data.tar");
    }

    @Test
    void paths_thatAnUnpackerWouldFollowElsewhere() throws IOException {
        assertCorrupt(root().file("/etc/passwd", ""), "/etc/passwd", "absolute");
        assertCorrupt(root().file("//etc/passwd", ""), "//etc/passwd", "absolute");
        assertCorrupt(root().file("./../x", ""), "./../x", "\"..\"");
        assertCorrupt(root().file("./a/../../x", ""), "./a/../../x", "\"..\"");
        assertCorrupt(root().file("..", ""), "..", "\"..\"");
        assertCorrupt(root().directory("./a/../"), "./a/../", "\"..\"");
        assertCorrupt(root().file(".//etc/passwd", ""), ".//etc/passwd", "empty name");
        assertCorrupt(root().file("./a/./b", ""), "./a/./b", "empty name");
        assertCorrupt(root().directory("./a//"), "./a//", "empty name");
        assertCorrupt(
                root().longName('L', "./" + "n".repeat(256)).header(new Header("n", '0').gnu()), "./nnn", "256 bytes");
        assertCorrupt(root().symlink("./", "/etc"), "./", "a symbolic link and a directory");
        assertCorrupt(
                new TarBuilder().symlink(".", "/etc").file("./passwd", ""), ".", "a symbolic link and a directory");
        assertCorrupt(root().file("./a", "").header(new Header("./b", '0').text(100, 8, "0x7")), "./a", "mode of ./b");
        assertThat(Collected.of(DebBuilder.of(
                                root().longName('L', "./" + "n".repeat(255)).header(new Header("n", '0').gnu())))
                        .entries())
                .hasSize(2);
    }

    @Test
    void absolutePaths_areTakenOnlyWhenAsked() throws IOException {
        byte[] deb = DebBuilder.of(root().file("/x", "y"));
        DebLimits limits = DebLimits.DEFAULT.withAbsolutePaths();
        assertThat(Collected.of(ByteSource.of(deb), limits).text("/x", 9)).contains("y");
        byte[] twice = DebBuilder.of(root().file("//x", "y"));
        assertThatThrownBy(() -> Collected.of(ByteSource.of(twice), limits)).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void nulInPax_isRefused() throws IOException {
        byte[] deb = DebBuilder.of(root().pax('x', "path", "./a\0b").file("x", ""));
        assertThatThrownBy(() -> Collected.of(deb))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("package evil");
    }

    @Test
    void writingThroughALink_isRefused() throws IOException {
        assertCorrupt(
                root().symlink("./d", "/etc").file("./d/passwd", "x"),
                "./d/passwd",
                "below /d, which is a symbolic link");
        assertCorrupt(
                root().symlink("./d", "e").directory("./e/").file("./d/x/y", ""),
                "./d/x/y",
                "below /d, which is a symbolic link");
        assertCorrupt(root().symlink("./d", "e").directory("./d/"), "./d/", "symbolic link");
        assertCorrupt(root().symlink("./f", "/etc/passwd").file("./f", "x"), "./f", "symbolic link");
        assertCorrupt(root().file("./d/x", "").symlink("./d", "/etc"), "./d", "a symbolic link and a directory");
        assertCorrupt(
                root().symlink("./l", "/etc/passwd").header(new Header("./h", '1').link("./l")),
                "./h",
                "symbolic link");
    }

    @Test
    void contradictions_areRefused() throws IOException {
        assertCorrupt(root().file("./f", "").file("./f/g", ""), "./f/g", "below /f, which is a regular file");
        assertCorrupt(root().file("./f", "").directory("./f/"), "./f/", "a directory and a regular file");
        assertCorrupt(root().directory("./d/").file("./d", ""), "./d", "a regular file and a directory");
        assertCorrupt(root().file("./f", "a").file("./f", "a"), "./f", "twice");
        assertCorrupt(root().file("./f", "a").file("f", "a"), "f", "twice");
        assertCorrupt(root().file("./f", "a").header(new Header("./f", '1').link("./f")), "./f", "twice");
        assertCorrupt(root().symlink("./f", "a").symlink("./f", "a"), "./f", "twice");
        assertCorrupt(
                root().directory("./d/").header(new Header("./d/", '5').mode(0700)), "./d/", "different attributes");
        assertThat(Collected.of(DebBuilder.of(
                                root().file("./d/x", "").directory("./d").directory("./d/")))
                        .entries())
                .hasSize(3);
    }

    @Test
    void hardLinks_leadToRegularFilesOnly() throws IOException {
        assertCorrupt(root().header(new Header("./h", '1').link("./none")), "./h", "no member before it");
        assertCorrupt(root().header(new Header("./h", '1').link("./h")), "./h", "no member before it");
        assertCorrupt(root().header(new Header("./h", '1').link("/etc/passwd")), "./h", "absolute");
        assertCorrupt(root().header(new Header("./h", '1').link("./../x")), "./h", "\"..\"");
        assertCorrupt(root().directory("./d/").header(new Header("./h", '1').link("./d")), "./h", "a directory");
        assertCorrupt(
                root().header(new Header("./p", '6')).header(new Header("./h", '1').link("./p")), "./h", "a fifo");
        assertCorrupt(root().file("./d/x", "").header(new Header("./h", '1').link("./d")), "./h", "no member");
    }

    @Test
    void otherTypes_areRefused() throws IOException {
        assertRefused(root().header(new Header("./s", 's')), UnsupportedFeatureException.class, "./s", "type 's'");
        assertRefused(root().header(new Header("./s", 'S')), UnsupportedFeatureException.class, "./s", "sparse");
    }

    @Test
    void sizes_areBounded() throws IOException {
        assertRefused(
                root().header(new Header("./huge", '0').gnu().base256(124, 12, Long.MAX_VALUE)),
                LimitExceededException.class,
                "./huge",
                "bytes");
        // Says more than there is.
        assertCorrupt(root().header(new Header("./cut", '0').size(1 << 20)), "./cut", "truncated");
        byte[] deb = DebBuilder.of(root().file("./f", "x".repeat(2000)));
        for (DebLimits limits : new DebLimits[] {
            new DebLimits(1 << 20, 1999, 100, 100, false),
            new DebLimits(1 << 20, 1 << 20, 1, 100, false),
            new DebLimits(100, 1 << 20, 100, 100, false)
        }) {
            assertThatThrownBy(() -> Collected.of(ByteSource.of(deb), limits))
                    .isInstanceOf(LimitExceededException.class);
        }
    }

    @Test
    void bombs_stopEarly() throws IOException {
        // 600 MiB of zeros in 600 KiB.
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(
                    root().header(new Header("./zeros", '0').size(600L << 20)).withoutEnd());
            byte[] chunk = new byte[1 << 20];
            for (int i = 0; i < 600; i++) {
                gzip.write(chunk);
            }
            gzip.write(new byte[1024]);
        }
        byte[] deb = new DebBuilder()
                .version()
                .control()
                .member("data.tar.gz", compressed.toByteArray())
                .finished();
        DebPackage open = DebPackage.open(ByteSource.of(deb), DebLimits.DEFAULT);
        assertThatThrownBy(() -> open.readData(new Skipping()))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("package evil 1.0-1: data.tar.gz: member ./zeros");
        byte[] control = new DebBuilder()
                .version()
                .member("control.tar.gz", compressed.toByteArray())
                .member("data.tar", root().finished())
                .finished();
        assertThatThrownBy(() -> Collected.of(control)).isInstanceOf(LimitExceededException.class);
    }

    /** Leaves contents unread. */
    private static final class Skipping implements DataVisitor {
        @Override
        public void directory(TreePath path, Attributes attributes) {}

        @Override
        public void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) {}

        @Override
        public void symlink(TreePath path, Attributes attributes, byte[] target) {}

        @Override
        public void hardLink(TreePath path, TreePath existing) {}

        @Override
        public void device(TreePath path, Attributes attributes, boolean block, int major, int minor) {}

        @Override
        public void fifo(TreePath path, Attributes attributes) {}
    }

    @Test
    void members_haveAnOrder() throws IOException {
        byte[] data = root().finished();
        byte[] text = "x\n".getBytes(StandardCharsets.US_ASCII);
        Collected.of(new DebBuilder()
                .version()
                .member("_first", text)
                .control()
                .member("_second", text)
                .member("data.tar", data)
                .member("_gpgorigin", text)
                .member("later", text)
                .finished());
        assertOrder(NotThisFormatException.class, new DebBuilder().control().member("data.tar", data));
        assertOrder(
                NotThisFormatException.class,
                new DebBuilder().member("_x", text).version().control());
        assertOrder(NotThisFormatException.class, new DebBuilder());
        assertOrder(
                CorruptDataException.class,
                new DebBuilder().version().member("data.tar", data).control());
        assertOrder(
                CorruptDataException.class,
                new DebBuilder().version().member("unknown", text).control().member("data.tar", data));
        assertOrder(
                CorruptDataException.class,
                new DebBuilder().version().control().control().member("data.tar", data));
        assertOrder(
                CorruptDataException.class,
                new DebBuilder().version().version().control().member("data.tar", data));
        assertOrder(
                CorruptDataException.class,
                new DebBuilder().version().control().member("data.tar", data).member("data.tar.gz", data));
        assertOrder(
                CorruptDataException.class,
                new DebBuilder().version().control().member("data.tar", data).control());
        assertOrder(CorruptDataException.class, new DebBuilder().version().control());
        assertOrder(
                UnsupportedFeatureException.class,
                new DebBuilder().version().control().member("data.tar.br", data));
        assertOrder(
                UnsupportedFeatureException.class,
                new DebBuilder().version().member("control.tar.bz2", data).member("data.tar", data));
        assertOrder(
                UnsupportedFeatureException.class,
                new DebBuilder()
                        .member("debian-binary", "3.0\n".getBytes(StandardCharsets.US_ASCII))
                        .control()
                        .member("data.tar", data));
        assertOrder(
                CorruptDataException.class,
                new DebBuilder().member("debian-binary", text).control().member("data.tar", data));
        Collected.of(new DebBuilder()
                .member("debian-binary", "2.1\nmore\n".getBytes(StandardCharsets.US_ASCII))
                .control()
                .member("data.tar", data)
                .finished());
    }

    private static void assertOrder(Class<? extends FormatException> type, DebBuilder builder) {
        assertThatThrownBy(() -> Collected.of(builder.finished())).isInstanceOf(type);
    }

    @Test
    void controlArchive_isPlain() throws IOException {
        assertControl(
                UnsupportedFeatureException.class, root().directory("./d/").file("./control", DebBuilder.CONTROL));
        assertControl(UnsupportedFeatureException.class, root().symlink("./control", "/etc/passwd"));
        assertControl(
                UnsupportedFeatureException.class, root().file("./a b", "").file("./control", DebBuilder.CONTROL));
        assertControl(
                CorruptDataException.class,
                root().file("./control", DebBuilder.CONTROL).file("control", DebBuilder.CONTROL));
        assertControl(CorruptDataException.class, root().file("../control", DebBuilder.CONTROL));
        assertControl(CorruptDataException.class, root());
        assertControl(CorruptDataException.class, root().file("./control", "Package: x\nVersion: 1\n"));
        assertControl(
                CorruptDataException.class, root().file("./control", DebBuilder.CONTROL + "\n" + DebBuilder.CONTROL));
        assertControl(CorruptDataException.class, root().file("./control", ""));
    }

    private static void assertControl(Class<? extends FormatException> type, TarBuilder control) {
        byte[] deb = new DebBuilder()
                .version()
                .member("control.tar", control.finished())
                .member("data.tar", root().finished())
                .finished();
        assertThatThrownBy(() -> Collected.of(deb)).isInstanceOf(type).hasMessageContaining("Debian package: ");
    }

    @Test
    void everyTruncation_isReported() throws IOException {
        byte[] deb = new DebBuilder()
                .version()
                .control()
                .member(
                        "data.tar.gz",
                        DebBuilder.gzip(root().file("./f", "content")
                                .symlink("./s", "f")
                                .finished()))
                .finished();
        Collected.of(deb);
        for (int length = 0; length < deb.length; length++) {
            byte[] cut = Arrays.copyOf(deb, length);
            assertThatThrownBy(() -> Collected.of(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void everyTruncationOfTheDataArchive_isReported() throws IOException {
        byte[] data = DebBuilder.gzip(
                root().file("./f", "content").symlink("./s", "f").finished());
        for (int length = 0; length < data.length; length++) {
            byte[] deb = new DebBuilder()
                    .version()
                    .control()
                    .member("data.tar.gz", Arrays.copyOf(data, length))
                    .finished();
            assertThatThrownBy(() -> Collected.of(deb))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("package evil 1.0-1: data.tar.gz");
        }
    }

    @Test
    void damage_neverGivesAnotherException() throws IOException {
        byte[] deb = new DebBuilder()
                .version()
                .control()
                .member(
                        "data.tar.gz",
                        DebBuilder.gzip(root().file("./f", "content")
                                .symlink("./s", "f")
                                .finished()))
                .finished();
        Random random = new Random(5);
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = deb.clone();
            for (int i = 0; i <= round % 5; i++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Collected.of(damaged);
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }
}
