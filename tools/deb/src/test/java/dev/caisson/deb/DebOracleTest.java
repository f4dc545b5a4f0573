package dev.caisson.deb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.DebBuilder;
import dev.caisson.fixture.Oracle;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.fixture.TarBuilder.Header;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** dpkg-deb as judge: what it packs, lists and unpacks. */
@Tag("oracle")
class DebOracleTest {
    @TempDir
    Path scratch;

    @BeforeEach
    void requireTools() {
        Oracle.require("dpkg-deb", "dpkg");
        Oracle.require("tar", "tar");
        Oracle.require("sh", "dash");
    }

    /** Lists members as {@code dpkg-deb -c} does. */
    private static final class Listing implements DataVisitor {
        final List<String> lines = new ArrayList<>();
        private final FileTree.Builder files = FileTree.builder(Attributes.ofRoot(0755, 0));

        private void add(char type, TreePath path, Attributes a, String size, String rest) {
            String name = "." + escaped(path.bytes()) + (type == 'd' && !path.isRoot() ? "/" : "");
            String time = LocalDateTime.ofEpochSecond(a.mtimeSeconds(), 0, ZoneOffset.UTC)
                    .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT));
            lines.add(type + permissions(a.mode()) + " " + a.uid() + "/" + a.gid() + " " + size + " " + time + " "
                    + name + rest);
            if (!path.isRoot()) {
                files.directories(path.parent(), a);
                files.put(
                        path,
                        type == 'd' ? new Inode.Directory(a) : new Inode.RegularFile(a, ByteSource.of(new byte[0])));
            }
        }

        private static String permissions(int mode) {
            char[] text = "rwxrwxrwx".toCharArray();
            for (int i = 0; i < 9; i++) {
                text[i] = (mode & 0400 >> i) == 0 ? '-' : text[i];
            }
            String special = "sst";
            for (int i = 0; i < 3; i++) {
                if ((mode & 04000 >> i) != 0) {
                    int at = 3 * i + 2;
                    text[at] = text[at] == 'x' ? special.charAt(i) : Character.toUpperCase(special.charAt(i));
                }
            }
            return new String(text);
        }

        private static String escaped(byte[] bytes) {
            StringBuilder text = new StringBuilder();
            for (byte b : bytes) {
                if (b == '\\') {
                    text.append("\\\\");
                } else if (b == '\n') {
                    text.append("\\n");
                } else if (b < 0 || b < ' ' || b == 127) {
                    text.append(String.format(Locale.ROOT, "\\%03o", b & 0xff));
                } else {
                    text.append((char) b);
                }
            }
            return text.toString();
        }

        @Override
        public void directory(TreePath path, Attributes attributes) {
            add('d', path, attributes, "0", "");
        }

        @Override
        public void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) throws IOException {
            add('-', path, attributes, String.valueOf(content.skip(Long.MAX_VALUE)), "");
        }

        @Override
        public void symlink(TreePath path, Attributes attributes, byte[] target) {
            add('l', path, attributes, "0", " -> " + escaped(target));
        }

        @Override
        public void hardLink(TreePath path, TreePath existing) {
            add('h', path, files.get(existing).attributes(), "0", " link to ." + escaped(existing.bytes()));
        }

        @Override
        public void device(TreePath path, Attributes attributes, boolean block, int major, int minor) {
            add(block ? 'b' : 'c', path, attributes, major + "," + minor, "");
        }

        @Override
        public void fifo(TreePath path, Attributes attributes) {
            add('p', path, attributes, "0", "");
        }
    }

    private void assertListsTheSame(Path deb) throws Exception {
        Listing ours = new Listing();
        DebPackage.open(ByteSource.of(Files.readAllBytes(deb)), DebLimits.DEFAULT)
                .readData(ours);
        List<String> theirs = new ArrayList<>();
        for (String line : Oracle.run(scratch, "dpkg-deb", "-c", deb.toString()).split("\n", -1)) {
            if (!line.isEmpty()) {
                theirs.add(line.replace(" root/root ", " 0/0 ")
                        .replaceFirst(" +", " ")
                        .replaceFirst("(/[0-9]+) +", "$1 "));
            }
        }
        assertThat(ours.lines).isEqualTo(theirs);
    }

    private void makeTree() throws Exception {
        Oracle.run(
                scratch,
                "sh",
                "-ec",
                "umask 022; mkdir -p p/DEBIAN p/usr/bin p/etc; cd p; printf 'Package: sample\\nVersion: 2:1.0~rc1-3\\n"
                        + "Architecture: amd64\\nMaintainer: A <a@example.org>\\nDepends: libc6 (>= 2.36),\\n other\\n"
                        + "Description: x\\n long\\n' > DEBIAN/control; printf '/etc/conf\\n' > DEBIAN/conffiles;"
                        + "printf '#!/bin/sh\\nexit 0\\n' > DEBIAN/postinst; chmod 755 DEBIAN/postinst;"
                        + "printf 'activate-noawait ldconfig\\n' > DEBIAN/triggers;"
                        + "printf conf > etc/conf; printf prog > usr/bin/prog; chmod 4755 usr/bin/prog; ln usr/bin/prog usr/bin/hard;"
                        + "ln -s prog usr/bin/soft; mkfifo usr/pipe; chmod 2775 usr; chmod 1777 etc;"
                        + "printf u > \"usr/$(printf '\\303\\244')\"; printf n > \"usr/$(printf 'x\\377y')\";"
                        + "n=$(printf '%0200d' 7); printf long > usr/$n; ln -s $n/$n usr/longlink; mkdir -p usr/$n.d/$n;"
                        + "printf deep > usr/$n.d/$n/f; head -c 3000000 /dev/urandom > usr/random; head -c 3000000 /dev/zero > usr/zero");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "xz", "zstd"})
    void packedByDpkgDeb(String compression) throws Exception {
        makeTree();
        Oracle.run(
                scratch,
                "dpkg-deb",
                "--root-owner-group",
                "-Z" + compression,
                "-z1",
                "--uniform-compression",
                "-b",
                "p",
                "p.deb");
        Path file = scratch.resolve("p.deb");
        assertListsTheSame(file);

        DebPackage deb = DebPackage.open(ByteSource.of(Files.readAllBytes(file)), DebLimits.DEFAULT);
        assertThat(deb.name()).isEqualTo("sample 2:1.0~rc1-3");
        assertThat(deb.control().folded("depends")).contains("libc6 (>= 2.36), other");
        Oracle.run(scratch, "dpkg-deb", "-e", "p.deb", "e");
        assertThat(deb.controlFiles().keySet()).containsExactly("conffiles", "control", "postinst", "triggers");
        for (Map.Entry<String, byte[]> e : deb.controlFiles().entrySet()) {
            assertThat(e.getValue())
                    .isEqualTo(Files.readAllBytes(scratch.resolve("e").resolve(e.getKey())));
        }

        Oracle.run(scratch, "dpkg-deb", "-x", "p.deb", "x");
        Collected collected = new Collected();
        deb.readData(collected);
        FileTree tree = Collected.of(ByteSource.of(Files.readAllBytes(file)), DebLimits.DEFAULT);
        for (String name : new String[] {"usr/random", "usr/zero", "usr/bin/hard", "etc/conf", "usr/\u00e4"}) {
            Inode.RegularFile ours = tree.file("/" + name).orElseThrow();
            Path theirs =
                    name.equals("usr/\u00e4") ? null : scratch.resolve("x").resolve(name);
            assertThat(ours.content().readAll(1 << 24))
                    .isEqualTo(theirs == null ? new byte[] {'u'} : Files.readAllBytes(theirs));
        }
        assertThat(tree.get(TreePath.of("/usr/bin/hard")))
                .containsSame(tree.get(TreePath.of("/usr/bin/prog")).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bzip2 .bz2", "lzma .lzma"})
    void oldCompressions(String toolAndExtension) throws Exception {
        String[] parts = toolAndExtension.split(" ", -1);
        Oracle.require(parts[0], parts[0].equals("lzma") ? "xz-utils" : "bzip2");
        Files.write(
                scratch.resolve("data.tar"),
                new TarBuilder().directory("./").file("./f", "content").finished());
        Oracle.run(scratch, parts[0], "data.tar");
        byte[] data = Files.readAllBytes(scratch.resolve("data.tar" + parts[1]));
        Path deb = scratch.resolve("old.deb");
        Files.write(
                deb,
                new DebBuilder()
                        .version()
                        .control()
                        .member("data.tar" + parts[1], data)
                        .finished());
        assertListsTheSame(deb);
        assertThat(Collected.of(Files.readAllBytes(deb)).text("/f", 99)).contains("content");
    }

    @Test
    void devicesAndOwners_withoutPrivilege() throws Exception {
        Path deb = scratch.resolve("dev.deb");
        Files.write(
                deb,
                DebBuilder.of(new TarBuilder()
                        .directory("./")
                        .directory("./dev/")
                        .header(new Header("./dev/null", '3')
                                .device(1, 3)
                                .mode(0666)
                                .owner(0, 5))
                        .header(new Header("./dev/sda", '4')
                                .device(8, 0)
                                .mode(0660)
                                .owner(1, 6)
                                .mtime(1_700_000_000))
                        .member(
                                new Header("./su", '0').mode(06755).owner(65534, 123456),
                                "x".getBytes(StandardCharsets.US_ASCII))
                        .header(new Header("./hard", '1')
                                .link("./su")
                                .mode(06755)
                                .owner(65534, 123456))
                        .longName('L', "./" + "d".repeat(120))
                        .header(new Header("./d", '0').gnu().base256(108, 8, 3_000_000_000L))
                        .header(new Header("./pipe", '6').mode(0600))));
        assertListsTheSame(deb);
    }

    @Test
    void dpkgDeb_refusesTruncatedPackagesToo() throws Exception {
        Path deb = scratch.resolve("cut.deb");
        byte[] whole = DebBuilder.of(new TarBuilder().directory("./").file("./f", "x".repeat(5000)));
        Files.write(deb, Arrays.copyOf(whole, whole.length - 4096));
        String output = Oracle.run(scratch, "sh", "-c", "dpkg-deb -c cut.deb >out.txt 2>&1; echo $?");
        assertThat(output.trim()).isNotEqualTo("0");
    }
}
