package dev.caisson.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreeDump;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CpioTest {
    static FileTree sample() {
        FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, 1000));
        builder.directories(TreePath.of("/dev"), Attributes.ofRoot(0755, 1));
        builder.put(TreePath.of("/dev/console"), new Inode.Device(Attributes.ofRoot(0600, 2), false, 5, 1));
        builder.put(TreePath.of("/dev/vda"), new Inode.Device(Attributes.ofRoot(0660, 2), true, 254, 0xfffff));
        builder.put(TreePath.of("/dev/pipe"), new Inode.Fifo(Attributes.ofRoot(0640, 3)));
        builder.file(
                "/init", Attributes.ofRoot(04755, 1_700_000_000), "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII));
        Inode linked = new Inode.RegularFile(
                new Attributes(0644, 7, 8, 0xffffffffL, 0, Xattrs.NONE), ByteSource.of(new byte[] {1, 2, 3}));
        builder.put(TreePath.of("/a"), linked).put(TreePath.of("/b"), linked).put(TreePath.of("/c"), linked);
        builder.put(
                TreePath.ofBytes(new byte[] {'/', (byte) 0xff, 'x'}),
                new Inode.RegularFile(Attributes.ofRoot(0, 0), ByteSource.of(new byte[0])));
        builder.symlink("/bin", "usr/bin", 4);
        return builder.build();
    }

    static byte[] bytes(FileTree tree) throws IOException {
        CpioPlan plan = CpioWriter.plan(tree);
        ArraySink first = new ArraySink();
        plan.writeTo(first);
        ArraySink second = new ArraySink();
        second.write(new byte[3]);
        plan.writeTo(second);
        byte[] bytes = first.toByteArray();
        assertThat(plan.size()).isEqualTo(bytes.length);
        assertThat(Arrays.copyOfRange(second.toByteArray(), 3, bytes.length + 3))
                .isEqualTo(bytes);
        return bytes;
    }

    @Test
    void bytes_asTheKernelDocuments() throws IOException {
        FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, 5));
        builder.file("/init", Attributes.ofRoot(0700, 0x12345678), new byte[] {'h', 'i'});
        String text = new String(bytes(builder.build()), StandardCharsets.ISO_8859_1);
        String expected = "070701" + "00000001" + "000041ED" + "00000000" + "00000000" + "00000001" + "00000005"
                + "00000000"
                + "00000000" + "00000000" + "00000000" + "00000000" + "00000002" + "00000000" + ".\0"
                + "070701" + "00000002" + "000081C0" + "00000000" + "00000000" + "00000001" + "12345678" + "00000002"
                + "00000000" + "00000000" + "00000000" + "00000000" + "00000005" + "00000000" + "init\0\0" + "hi\0\0"
                + "070701" + "00000000" + "00000000" + "00000000" + "00000000" + "00000001" + "00000000" + "00000000"
                + "00000000" + "00000000" + "00000000" + "00000000" + "0000000B" + "00000000" + "TRAILER!!!\0"
                + "\0\0\0";
        assertThat(text).startsWith(expected).hasSize(512);
        assertThat(text.substring(expected.length())).matches("\0*");
    }

    @Test
    void roundTrip_keepsEverything() throws IOException {
        FileTree tree = sample();
        FileTree read = CpioReader.read(ByteSource.of(bytes(tree)), 100);
        assertThat(TreeDump.of(read, true)).isEqualTo(TreeDump.of(tree, true));
        assertThat(read.get(TreePath.of("/a")))
                .containsSame(read.get(TreePath.of("/c")).orElseThrow());
    }

    @Test
    void randomTrees_roundTrip() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 30; round++) {
            FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, round));
            TreePath at = TreePath.ROOT;
            Inode last = null;
            for (int i = 0; i < 60; i++) {
                byte[] name = new byte[1 + random.nextInt(12)];
                for (int k = 0; k < name.length; k++) {
                    name[k] = (byte) (1 + random.nextInt(255));
                    name[k] = name[k] == '/' || name[k] == '.' ? (byte) 'x' : name[k];
                }
                TreePath path = at.child(name);
                if (builder.get(path) != null) {
                    continue;
                }
                if (random.nextInt(4) == 0) {
                    builder.put(path, new Inode.Directory(Attributes.ofRoot(random.nextInt(010000), i)));
                    at = random.nextBoolean() ? path : TreePath.ROOT;
                } else if (random.nextInt(3) == 0 && last != null) {
                    builder.put(path, last);
                } else {
                    byte[] content = new byte[random.nextInt(40)];
                    random.nextBytes(content);
                    last = random.nextInt(3) == 0
                            ? new Inode.Symlink(Attributes.ofRoot(0777, i), new byte[] {'t'})
                            : new Inode.RegularFile(
                                    Attributes.ofRoot(random.nextInt(010000), i), ByteSource.of(content));
                    builder.put(path, last);
                }
            }
            FileTree tree = builder.build();
            assertThat(TreeDump.of(CpioReader.read(ByteSource.of(bytes(tree)), 100), true))
                    .isEqualTo(TreeDump.of(tree, true));
        }
    }

    @Test
    void whatNewcCannotHold_isRefused() {
        FileTree xattr = FileTree.builder(Attributes.ofRoot(0755, 0).withXattr("user.a", new byte[1]))
                .build();
        assertThatThrownBy(() -> CpioWriter.plan(xattr)).isInstanceOf(UnsupportedFeatureException.class);
        for (long time : new long[] {-1, 1L << 32}) {
            FileTree tree = FileTree.builder(Attributes.ofRoot(0755, time)).build();
            assertThatThrownBy(() -> CpioWriter.plan(tree)).isInstanceOf(LimitExceededException.class);
        }
        FileTree large = FileTree.builder(Attributes.ofRoot(0755, 0))
                .put(TreePath.of("/x"), new Inode.RegularFile(Attributes.ofRoot(0, 0), ByteSource.zeros(1L << 32)))
                .build();
        assertThatThrownBy(() -> CpioWriter.plan(large)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void everyTruncation_isReported() throws IOException {
        byte[] archive = bytes(sample());
        int end = (int) CpioReader.readAt(ByteSource.of(archive), 0, 100).end();
        for (int length = 0; length < end; length++) {
            ByteSource cut = ByteSource.of(Arrays.copyOf(archive, length));
            assertThatThrownBy(() -> CpioReader.read(cut, 100)).as("%d", length).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void bitFlips_neverGiveAnotherException() throws IOException {
        byte[] archive = bytes(sample());
        for (int bit = 0; bit < archive.length * 8; bit++) {
            byte[] damaged = archive.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                TreeDump.of(CpioReader.read(ByteSource.of(damaged), 100), true);
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }

    @Test
    void concatenated_areReadOneByOne() throws IOException {
        byte[] one = bytes(sample());
        byte[] two = Arrays.copyOf(one, one.length * 2);
        System.arraycopy(one, 0, two, one.length, one.length);
        assertThatThrownBy(() -> CpioReader.read(ByteSource.of(two), 100)).isInstanceOf(CorruptDataException.class);
        assertThat(CpioReader.readAt(ByteSource.of(two), one.length, 100).tree().entries())
                .hasSize(11);
    }

    @Test
    void hostileEntries_areRefused() throws IOException {
        byte[] file = entry(1, 0100644, 1, "x", "abc");
        assertCorrupt(file, file);
        assertCorrupt(entry(1, 0100644, 1, "../x", ""));
        assertCorrupt(entry(1, 0100644, 1, "/x", ""));
        assertCorrupt(entry(1, 0100644, 1, "d/x", ""));
        assertCorrupt(file, entry(2, 0100644, 1, "x/y", ""));
        assertCorrupt(entry(1, 0120777, 1, "l", "/"), entry(2, 0100644, 1, "l/y", ""));
        assertCorrupt(entry(1, 0120777, 1, "l", ""));
        assertCorrupt(entry(1, 0100644, 1, ".", ""));
        assertCorrupt(entry(1, 040755, 1, "d", "content"));
        assertCorrupt(entry(1, 0, 1, "notype", ""));
        assertCorrupt(entry(1, 0100644, 2, "a", "x"), entry(1, 0100600, 2, "b", ""));
        assertThatThrownBy(() ->
                        CpioReader.read(archive(entry(1, 0100644, 2, "a", "x"), entry(1, 0100644, 2, "b", "y")), 9))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThatThrownBy(() -> CpioReader.read(archive(file), 0)).isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> CpioReader.read(ByteSource.of(new byte[600]), 9))
                .isInstanceOf(NotThisFormatException.class);
        assertThat(CpioReader.read(archive(file), 1).text("/x", 9)).contains("abc");
    }

    private static void assertCorrupt(byte[]... entries) {
        assertThatThrownBy(() -> CpioReader.read(archive(entries), 100)).isInstanceOf(CorruptDataException.class);
    }

    private static byte[] entry(long ino, int mode, long nlink, String name, String content) throws IOException {
        byte[] body = content.getBytes(StandardCharsets.US_ASCII);
        ArraySink sink = new ArraySink();
        new CpioPlan.Entry(
                        new CpioHeader(
                                false, ino, mode, 0, 0, nlink, 0, body.length, 0, 0, 0, 0, name.length() + 1L, 0),
                        name.getBytes(StandardCharsets.US_ASCII),
                        new CpioPlan.Content(body.length, out -> out.write(body)))
                .writeTo(sink);
        return sink.toByteArray();
    }

    private static ByteSource archive(byte[]... entries) throws IOException {
        ArraySink sink = new ArraySink();
        for (byte[] entry : entries) {
            sink.write(entry);
        }
        CpioWriter.trailer().writeTo(sink);
        return ByteSource.of(sink.toByteArray());
    }
}
