package dev.caisson.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.fixture.TarBuilder.Header;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private static TarReader reader(byte[] archive) {
        return new TarReader(new ByteArrayInputStream(archive), TarLimits.DEFAULT);
    }

    private static List<TarEntry> entries(byte[] archive) throws IOException {
        TarReader reader = reader(archive);
        List<TarEntry> entries = new ArrayList<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        assertThat(reader.next()).isNull();
        return entries;
    }

    private static TarEntry only(TarBuilder builder) throws IOException {
        List<TarEntry> entries = entries(builder.finished());
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    private static void assertRefused(TarBuilder builder, Class<? extends FormatException> type, String message) {
        assertThatThrownBy(() -> entries(builder.finished())).isInstanceOf(type).hasMessageContaining(message);
    }

    @Test
    void ustar_fieldsAtTheirOffsets() throws IOException {
        TarEntry e = only(new TarBuilder()
                .member(
                        new Header("name", '0')
                                .mode(04755)
                                .owner(12, 0777777)
                                .mtime(1234567890)
                                .text(345, 155, "some/prefix"),
                        new byte[] {1, 2, 3}));
        assertThat(e.pathText()).isEqualTo("some/prefix/name");
        assertThat(e.type()).isEqualTo(TarEntry.Type.FILE);
        assertThat(e.mode()).isEqualTo(04755);
        assertThat(e.uid()).isEqualTo(12);
        assertThat(e.gid()).isEqualTo(0777777);
        assertThat(e.mtimeSeconds()).isEqualTo(1234567890);
        assertThat(e.size()).isEqualTo(3);
        assertThat(e.attributes().mode()).isEqualTo(04755);
    }

    @Test
    void types_areTold() throws IOException {
        List<TarEntry> entries = entries(new TarBuilder()
                .directory("d/")
                .file("f", "x")
                .header(new Header("h", '1').link("f"))
                .symlink("s", "../f")
                .header(new Header("c", '3').device(5, 1))
                .header(new Header("b", '4').device(0xfff, 0xfffff))
                .header(new Header("p", '6'))
                .header(new Header("v7", '\0').text(257, 8, ""))
                .header(new Header("v7dir/", '\0').text(257, 8, ""))
                .header(new Header("contiguous", '7'))
                .finished());
        assertThat(entries)
                .extracting(TarEntry::type)
                .containsExactly(
                        TarEntry.Type.DIRECTORY,
                        TarEntry.Type.FILE,
                        TarEntry.Type.HARD_LINK,
                        TarEntry.Type.SYMLINK,
                        TarEntry.Type.CHARACTER_DEVICE,
                        TarEntry.Type.BLOCK_DEVICE,
                        TarEntry.Type.FIFO,
                        TarEntry.Type.FILE,
                        TarEntry.Type.DIRECTORY,
                        TarEntry.Type.FILE);
        assertThat(new String(entries.get(3).linkTarget(), StandardCharsets.US_ASCII))
                .isEqualTo("../f");
        assertThat(entries.get(4).minor()).isEqualTo(1);
        assertThat(entries.get(5).major()).isEqualTo(0xfff);
        assertThat(entries.get(5).minor()).isEqualTo(0xfffff);
    }

    @Test
    void base256_isSigned() throws IOException {
        TarEntry e = only(new TarBuilder()
                .header(new Header("f", '0').gnu().base256(136, 12, -5).base256(108, 8, 0xffffffffL)));
        assertThat(e.mtimeSeconds()).isEqualTo(-5);
        assertThat(e.uid()).isEqualTo(0xffffffffL);
        assertRefused(
                new TarBuilder().header(new Header("f", '0').gnu().base256(124, 12, -1)),
                CorruptDataException.class,
                "size");
        assertRefused(
                new TarBuilder().header(new Header("f", '0').gnu().base256(108, 8, 1L << 32)),
                CorruptDataException.class,
                "uid");
        Header tooLarge = new Header("f", '0').gnu();
        Arrays.fill(tooLarge.block, 136, 148, (byte) 0x85);
        assertRefused(new TarBuilder().header(tooLarge), CorruptDataException.class, "64 bits");
    }

    @Test
    void gnuLongNames_apply() throws IOException {
        String name = "d/".repeat(100) + "n";
        String target = "t/".repeat(80);
        TarEntry e = only(new TarBuilder()
                .longName('K', target)
                .longName('L', name)
                .header(new Header("short", '2').gnu().link("t")));
        assertThat(e.pathText()).isEqualTo(name);
        assertThat(new String(e.linkTarget(), StandardCharsets.US_ASCII)).isEqualTo(target);
    }

    @Test
    void gnuHeader_hasNoPrefix() throws IOException {
        // GNU tar keeps times and sparse maps there.
        assertThat(only(new TarBuilder().header(new Header("f", '0').gnu().text(345, 12, "1234567")))
                        .pathText())
                .isEqualTo("f");
    }

    @Test
    void pax_appliesToOneMember() throws IOException {
        List<TarEntry> entries = entries(new TarBuilder()
                .pax('g', "comment", "0123", "mtime", "7")
                .pax(
                        'x',
                        "path",
                        "a/\u00ff/b",
                        "uid",
                        "4000000000",
                        "gid",
                        "5",
                        "mtime",
                        "-1.25",
                        "SCHILY.xattr.security.capability",
                        "\1\0\0\2=\n\0",
                        "LIBARCHIVE.creationtime",
                        "1")
                .header(new Header("x", '0'))
                .header(new Header("y", '0').mtime(99))
                .finished());
        TarEntry first = entries.get(0);
        assertThat(first.pathText()).isEqualTo("a/\\xff/b");
        assertThat(first.uid()).isEqualTo(4000000000L);
        assertThat(first.gid()).isEqualTo(5);
        assertThat(first.mtimeSeconds()).isEqualTo(-2);
        assertThat(first.mtimeNanos()).isEqualTo(750_000_000);
        assertThat(first.xattrs().toString()).isEqualTo("security.capability=0x010000023d0a00");
        assertThat(entries.get(1).pathText()).isEqualTo("y");
        assertThat(entries.get(1).mtimeSeconds()).isEqualTo(7);
        assertThat(entries.get(1).xattrs().isEmpty()).isTrue();
    }

    @Test
    void pax_sizeAndLinkpath() throws IOException {
        byte[] archive = new TarBuilder()
                .pax('x', "size", "5")
                .header(new Header("x", '0').size(0))
                .content("hello".getBytes(StandardCharsets.US_ASCII))
                .pax('x', "linkpath", "to")
                .header(new Header("y", '2').link("ignored"))
                .finished();
        TarReader reader = reader(archive);
        reader.next();
        assertThat(reader.readContent(10)).asString().isEqualTo("hello");
        assertThat(reader.next().linkTarget()).asString().isEqualTo("to");
    }

    @Test
    void malformedPax_isRefused() {
        for (String records : new String[] {
            "x",
            "5 a=b",
            "6 a=b\nx",
            "99 a=b\n",
            "0 a=b\n",
            "3 \n\n",
            "5 ab\n",
            "6 =ab\n",
            "999999999999 a=b\n",
            "6 a=b\n6 a=c\n"
        }) {
            assertRefused(
                    new TarBuilder()
                            .member(new Header("p", 'x'), records.getBytes(StandardCharsets.ISO_8859_1))
                            .header(new Header("f", '0')),
                    CorruptDataException.class,
                    "pax record");
        }
        for (String[] bad : new String[][] {
            {"mtime", "x"},
            {"mtime", "1e9"},
            {"mtime", "--1"},
            {"uid", "-1"},
            {"uid", "4294967296"},
            {"size", "99999999999999999999"},
            {"path", "a\0b"},
            {"SCHILY.xattr.nodot", "x"}
        }) {
            assertRefused(
                    new TarBuilder().pax('x', bad).header(new Header("f", '0')),
                    CorruptDataException.class,
                    "pax record " + bad[0]);
        }
    }

    @Test
    void unsupported_isRefused() {
        assertRefused(new TarBuilder().header(new Header("f", 'S')), UnsupportedFeatureException.class, "sparse");
        assertRefused(
                new TarBuilder().pax('x', "GNU.sparse.major", "1").file("f", ""),
                UnsupportedFeatureException.class,
                "sparse");
        assertRefused(new TarBuilder().header(new Header("f", 'V')), UnsupportedFeatureException.class, "type 'V'");
        assertRefused(new TarBuilder().header(new Header("f", 's')), UnsupportedFeatureException.class, "type 's'");
        assertRefused(
                new TarBuilder().member(new Header("d/", '5'), new byte[1]), UnsupportedFeatureException.class, "size");
        assertRefused(new TarBuilder().pax('g', "path", "x"), UnsupportedFeatureException.class, "global");
    }

    @Test
    void malformedHeaders_areRefused() {
        assertRefused(new TarBuilder().header(new Header("", '0')), CorruptDataException.class, "name");
        assertRefused(new TarBuilder().header(new Header("s", '2')), CorruptDataException.class, "linkname of s");
        assertRefused(
                new TarBuilder().header(new Header("f", '0').text(100, 8, "0x1")), CorruptDataException.class, "mode");
        assertRefused(
                new TarBuilder().header(new Header("f", '0').text(257, 6, "USTAR")),
                CorruptDataException.class,
                "magic");
        assertRefused(
                new TarBuilder().header(new Header("c", '3').device(4096, 0)), CorruptDataException.class, "devmajor");
        assertRefused(
                new TarBuilder().longName('L', "a").longName('L', "b").file("f", ""),
                CorruptDataException.class,
                "second");
        assertRefused(new TarBuilder().longName('L', "a"), CorruptDataException.class, "extended header");
        assertRefused(new TarBuilder().longName('L', "a\0b").file("f", ""), CorruptDataException.class, "NUL");
        assertRefused(
                new TarBuilder().pax('x', "path", "a").longName('L', "b").file("f", ""),
                CorruptDataException.class,
                "second");
    }

    @Test
    void noTar_isNotThisFormat() {
        assertThatThrownBy(() -> entries("no tar archive".repeat(100).getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(NotThisFormatException.class);
    }

    @Test
    void limits_areKept() {
        byte[] archive =
                new TarBuilder().file("abc", "12345").file("d", "12345").finished();
        TarLimits[] all = {
            new TarLimits(1, 100, 100, 100, 10000),
            new TarLimits(9, 2, 100, 100, 10000),
            new TarLimits(9, 100, 100, 4, 10000),
            new TarLimits(9, 100, 100, 100, 1030)
        };
        for (TarLimits limits : all) {
            assertThatThrownBy(() -> {
                        TarReader reader = new TarReader(new ByteArrayInputStream(archive), limits);
                        while (reader.next() != null) {}
                    })
                    .isInstanceOf(LimitExceededException.class);
        }
        assertThatThrownBy(() -> new TarReader(
                                new ByteArrayInputStream(new TarBuilder()
                                        .pax('x', "comment", "x".repeat(200))
                                        .file("f", "")
                                        .finished()),
                                new TarLimits(9, 100, 100, 100, 10000))
                        .next())
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> {
                    TarReader reader = reader(archive);
                    reader.next();
                    reader.readContent(4);
                })
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void hugeSize_allocatesNothing() {
        TarBuilder builder = new TarBuilder().header(new Header("f", '0').size(1L << 32));
        assertThatThrownBy(() -> {
                    TarReader reader = reader(builder.finished());
                    reader.next();
                    reader.readContent(Integer.MAX_VALUE - 8);
                })
                .isInstanceOf(FormatException.class);
    }

    @Test
    void everyTruncation_isReported() throws IOException {
        byte[] archive = new TarBuilder()
                .directory("d/")
                .longName('L', "x".repeat(150))
                .file("f", "content")
                .pax('x', "mtime", "1.5")
                .symlink("s", "t")
                .finished();
        entries(archive);
        for (int length = 0; length < archive.length; length++) {
            byte[] cut = Arrays.copyOf(archive, length);
            assertThatThrownBy(() -> entries(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void everyHeaderBitFlip_isReported() {
        byte[] archive = new TarBuilder().file("first", "").file("second", "x").finished();
        for (int bit = 0; bit < 1024 * 8; bit++) {
            byte[] damaged = archive.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            int field = bit / 8 % 512;
            if (field >= 148 && field < 156 && (damaged[bit / 8] == ' ' || damaged[bit / 8] == 0)) {
                continue; // the checksum with other blanks around it
            }
            assertThatThrownBy(() -> entries(damaged)).as("bit %d", bit).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void randomBytes_neverGiveAnotherException() throws IOException {
        Random random = new Random(7);
        byte[] seed = new TarBuilder()
                .longName('L', "x".repeat(150))
                .file("f", "content")
                .pax('x', "mtime", "1.5", "SCHILY.xattr.user.a", "b")
                .header(new Header("c", '3').device(1, 2))
                .finished();
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = seed.clone();
            for (int i = 0; i < 1 + round % 8; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            fixChecksums(damaged);
            try {
                entries(damaged);
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }

    /** Lets the damage get past the checksum. */
    private static void fixChecksums(byte[] archive) {
        for (int at = 0; at + 512 <= archive.length; at += 512) {
            if (archive[at + 257] == 'u') {
                int sum = 8 * ' ';
                for (int i = 0; i < 512; i++) {
                    sum += i >= 148 && i < 156 ? 0 : archive[at + i] & 0xff;
                }
                byte[] text =
                        String.format(java.util.Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(text, 0, archive, at + 148, 8);
            }
        }
    }

    @Test
    void end_mustBeZerosOnly() throws IOException {
        TarBuilder builder = new TarBuilder().file("f", "x");
        assertThat(entries(Arrays.copyOf(builder.finished(), 10240))).hasSize(1);
        byte[] garbage = Arrays.copyOf(builder.finished(), 10240);
        garbage[9000] = 1;
        assertThatThrownBy(() -> entries(garbage)).isInstanceOf(CorruptDataException.class);
        byte[] endless = Arrays.copyOf(builder.finished(), 4 << 20);
        assertThatThrownBy(() -> entries(endless)).isInstanceOf(LimitExceededException.class);
        byte[] oneBlock = new TarBuilder()
                .bytes(builder.withoutEnd())
                .bytes(new byte[512])
                .bytes(builder.withoutEnd())
                .finished();
        assertThatThrownBy(() -> entries(oneBlock)).isInstanceOf(CorruptDataException.class);
        assertThat(entries(new byte[1024])).isEmpty();
    }

    @Test
    void content_survivesAnyReadSize() throws IOException {
        Random random = new Random(3);
        byte[] large = new byte[900_001];
        random.nextBytes(large);
        byte[] archive = new TarBuilder()
                .member(new Header("large", '0'), large)
                .file("small", "tail")
                .finished();
        for (int round = 0; round < 20; round++) {
            int chunk = round == 0 ? 1 << 20 : 1 + random.nextInt(700_000);
            TarReader reader = new TarReader(new Trickle(archive, new Random(round)), TarLimits.DEFAULT);
            reader.next();
            InputStream content = reader.content();
            byte[] read = new byte[large.length];
            int length = 0;
            for (int n = content.read(read, 0, Math.min(chunk, read.length)); n > 0; ) {
                length += n;
                n = content.read(read, length, Math.min(chunk, read.length - length));
            }
            assertThat(read).isEqualTo(large);
            assertThat(content.read()).isEqualTo(-1);
            reader.next();
            assertThat(reader.readContent(4)).asString().isEqualTo("tail");
            assertThat(reader.next()).isNull();
            assertThatThrownBy(() -> content.read()).isInstanceOf(IllegalStateException.class);
        }
    }

    /** Gives fewer bytes than it is asked for. */
    private static final class Trickle extends InputStream {
        private final ByteArrayInputStream in;
        private final Random random;

        Trickle(byte[] bytes, Random random) {
            this.in = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] to, int from, int length) {
            return in.read(to, from, Math.min(length, 1 + random.nextInt(100_000)));
        }
    }
}
