package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Guid;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** A tree with one of everything, and contents of many kinds. */
final class SampleTree {
    static final long EPOCH = 1_700_000_000L;
    static final Guid UUID = Guid.parse("01234567-89ab-cdef-0123-456789abcdef");

    private SampleTree() {}

    static ErofsVolume volume(ErofsFormat format) {
        return ErofsVolume.of(format, UUID, "sample", EPOCH);
    }

    static FileTree small() {
        FileTree.Builder b = FileTree.builder(Attributes.ofRoot(0755, EPOCH));
        b.file("/etc/hostname", Attributes.ofRoot(0644, EPOCH), "caisson\n".getBytes(StandardCharsets.US_ASCII));
        b.symlink("/etc/link", "hostname", EPOCH);
        b.file("/usr/lib/text", Attributes.ofRoot(0644, EPOCH), text(20_000, 1));
        b.file("/usr/lib/noise", Attributes.ofRoot(0600, EPOCH + 1), noise(9000, 2));
        Attributes labelled =
                Attributes.ofRoot(0644, EPOCH).withXattr("security.selinux", bytes("system_u:object_r:t:s0\0"));
        b.file("/a", labelled.withXattr("user.own", bytes("x")), bytes("a"));
        b.file("/b", labelled, bytes("b"));
        b.put(TreePath.of("/hard"), b.get(TreePath.of("/a")));
        return b.build();
    }

    static FileTree full() {
        FileTree.Builder b = FileTree.builder(Attributes.ofRoot(0755, EPOCH));
        sizes(b);
        contents(b);
        names(b);
        types(b);
        xattrs(b);
        return b.build();
    }

    /** Without what mkfs.erofs 1.5 stumbles over: names of 255 bytes, and more shared attributes than its 8-bit count holds. */
    static FileTree forMkfs() {
        return full().toBuilder()
                .remove(TreePath.of("/odd/" + "m".repeat(255)))
                .remove(TreePath.of("/xattrs/many1"))
                .remove(TreePath.of("/xattrs/many2"))
                .build();
    }

    private static void sizes(FileTree.Builder b) {
        int[] sizes = {
            0, 1, 100, 512, 3903, 3904, 3905, 4064, 4095, 4096, 4097, 8191, 8192, 8193, 16385, 65535, 65537, 131072
        };
        for (int size : sizes) {
            b.file("/sizes/text-" + size, Attributes.ofRoot(0644, EPOCH), text(size, size));
            b.file("/sizes/noise-" + size, Attributes.ofRoot(0640, EPOCH), noise(size, size));
            b.file("/sizes/zero-" + size, Attributes.ofRoot(0640, EPOCH), new byte[size]);
        }
    }

    private static void contents(FileTree.Builder b) {
        b.file("/contents/text", Attributes.ofRoot(0644, EPOCH), text(700_001, 5));
        b.file("/contents/zeros", Attributes.ofRoot(0644, EPOCH), new byte[4_500_000]);
        b.file("/contents/noise", Attributes.ofRoot(0644, EPOCH), noise(300_000, 6));
        b.file("/contents/mixed", Attributes.ofRoot(0644, EPOCH), mixed(600_000, 7));
        ByteArrayOutputStream segments = new ByteArrayOutputStream();
        segments.writeBytes(mixed(ErofsFileEncoder.SEGMENT_BYTES, 8));
        segments.writeBytes(text(1_234_567, 9));
        b.file("/contents/segments", Attributes.ofRoot(0644, EPOCH), segments.toByteArray());
        segments.reset();
        segments.writeBytes(noise(ErofsFileEncoder.SEGMENT_BYTES, 10));
        segments.writeBytes(text(50_000, 11));
        b.file("/contents/noise-then-text", Attributes.ofRoot(0644, EPOCH), segments.toByteArray());
    }

    private static void names(FileTree.Builder b) {
        for (int i = 0; i < 400; i++) {
            b.file("/many/entry-number-" + i, Attributes.ofRoot(0644, EPOCH), bytes("" + i));
        }
        TreePath odd = TreePath.of("/odd");
        b.directories(odd, Attributes.ofRoot(0700, EPOCH));
        for (String name :
                new String[] {"!", "+plus", "-minus", ",", "...", "..a", ".a", "a b", "\u00fc\u20ac\ud83d\ude00"}) {
            b.put(odd.child(name), new Inode.RegularFile(Attributes.ofRoot(0644, EPOCH), ByteSource.of(bytes(name))));
        }
        b.put(odd.child(new byte[] {(byte) 0xff, (byte) 0x80}), new Inode.Fifo(Attributes.ofRoot(0644, EPOCH)));
        byte[] longest = new byte[254];
        Arrays.fill(longest, (byte) 'n');
        b.put(odd.child("m".repeat(255)), new Inode.Socket(Attributes.ofRoot(0600, EPOCH)));
        for (int i = 0; i < 40; i++) {
            longest[0] = (byte) ('a' + i % 26);
            longest[1] = (byte) ('a' + i / 26);
            b.put(odd.child(longest), new Inode.Socket(Attributes.ofRoot(0600, EPOCH)));
        }
        b.directories(TreePath.of("/deep/" + "d/".repeat(30)), Attributes.ofRoot(0711, EPOCH));
    }

    private static void types(FileTree.Builder b) {
        Attributes plain = Attributes.ofRoot(0666, EPOCH);
        b.directories(TreePath.of("/dev"), Attributes.ofRoot(0755, EPOCH));
        b.put(TreePath.of("/dev/null"), new Inode.Device(plain, false, 1, 3));
        b.put(TreePath.of("/dev/big"), new Inode.Device(plain, true, 4095, 0xfffff));
        b.put(TreePath.of("/dev/sda300"), new Inode.Device(plain, true, 259, 300));
        b.put(TreePath.of("/dev/fifo"), new Inode.Fifo(plain.withMode(0600)));
        b.put(TreePath.of("/dev/socket"), new Inode.Socket(plain.withMode(0777)));
        for (int length : new int[] {1, 60, 255, 3000, 4000, 4063, 4064, 4065, 4095}) {
            b.symlink("/links/" + length, "t".repeat(length), EPOCH);
        }
        b.put(TreePath.of("/dev/null2"), b.get(TreePath.of("/dev/null")));
        b.put(TreePath.of("/links/hard"), b.get(TreePath.of("/links/60")));
        b.put(TreePath.of("/hard-text"), b.get(TreePath.of("/contents/text")));
        b.put(TreePath.of("/a-hard-text"), b.get(TreePath.of("/contents/text")));
        b.file("/owners/setuid", new Attributes(06755, 1000, 65535, EPOCH, 0, plain.xattrs()), bytes("s"));
        b.file("/owners/huge", new Attributes(0600, 4_000_000_000L, 65536, EPOCH, 0, plain.xattrs()), bytes("h"));
        b.file("/owners/old", Attributes.ofRoot(0, -5), bytes("o"));
        b.file("/owners/nanos", Attributes.ofRoot(0644, 1).withMtime(EPOCH, 123456789), text(9000, 3));
        b.directories(TreePath.of("/owners/sticky"), new Attributes(01777, 5, 6, EPOCH + 7, 8, plain.xattrs()));
    }

    private static void xattrs(FileTree.Builder b) {
        Attributes label =
                Attributes.ofRoot(0644, EPOCH).withXattr("security.selinux", bytes("system_u:object_r:etc_t:s0\0"));
        byte[] acl = HexFormat.of()
                .parseHex("02000000" + "01000700ffffffff" + "02000500e8030000" + "04000500ffffffff" + "10000700ffffffff"
                        + "20000500ffffffff");
        byte[] capability = HexFormat.of().parseHex("0100000200040000000000000000000000000000");
        b.file("/xattrs/label", label, bytes("l"));
        b.file("/xattrs/text", label, text(30_000, 12));
        b.file("/xattrs/ping", label.withXattr("security.capability", capability), text(30_001, 13));
        b.file("/xattrs/acl", label.withMode(0775).withXattr("system.posix_acl_access", acl), bytes("acl"));
        b.put(
                TreePath.of("/xattrs/dir"),
                new Inode.Directory(label.withMode(0775)
                        .withXattr("system.posix_acl_access", acl)
                        .withXattr("system.posix_acl_default", acl)));
        b.file("/xattrs/user", label.withXattr("user.empty", new byte[0]).withXattr("user.b", bytes("2")), bytes("u"));
        b.file("/xattrs/trusted", label.withXattr("trusted.overlay.opaque", bytes("y")), bytes("t"));
        b.file("/xattrs/large", label.withXattr("user.large", noise(5000, 4)), noise(4096 + 3000, 5));
        b.file("/xattrs/medium", label.withXattr("user.medium", noise(1500, 4)), noise(3000, 5));
        b.put(TreePath.of("/xattrs/link"), new Inode.Symlink(label.withMode(0777), bytes("s".repeat(50))));
        Attributes many = label;
        for (int i = 0; i < 300; i++) {
            many = many.withXattr("user.many" + i, bytes("v" + i));
        }
        b.file("/xattrs/many1", many, text(5000, 1));
        b.file("/xattrs/many2", many, noise(10, 1));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Words from a small set, with some numbers: shrinks to about a third. */
    static byte[] text(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder out = new StringBuilder();
        String[] words = {"block", "cluster", "inode", "super", "the", "of", "tail", "index", "\n", "extended", "="};
        while (out.length() < length) {
            out.append(words[random.nextInt(words.length)]).append(' ');
            if (random.nextInt(4) == 0) {
                out.append(random.nextInt(100000));
            }
        }
        return Arrays.copyOf(out.toString().getBytes(StandardCharsets.US_ASCII), length);
    }

    /** Runs of noise, text and zeros of random lengths. */
    static byte[] mixed(int length, long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < length) {
            int run = 1 + random.nextInt(50_000);
            switch (random.nextInt(3)) {
                case 0 -> out.writeBytes(noise(run, random.nextLong()));
                case 1 -> out.writeBytes(text(run, random.nextLong()));
                default -> out.writeBytes(new byte[run]);
            }
        }
        return Arrays.copyOf(out.toByteArray(), length);
    }
}
