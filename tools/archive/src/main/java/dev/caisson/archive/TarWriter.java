package dev.caisson.archive;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Plan;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lays out a file tree as a tar archive: ustar headers, and pax extended headers (POSIX.1-2017) for what those cannot hold: names of
 * more than 100 bytes, large sizes and owners, fractions of seconds, times before 1970, and extended attributes as
 * {@code SCHILY.xattr.NAME}, as container images have them.
 *
 * <p>The order is that of {@link TreePath}; the root itself has no entry; folders end with a slash; further names of a file are
 * hard links to the first. Owners are numbers only. Sockets have no entry. Two blocks of zeros end the archive.
 */
public final class TarWriter {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final long MOST_SIZE = 0_77777777777L;
    private static final long MOST_OWNER = 0_7777777L;
    private static final int CHECKSUM_AT = 148;

    private TarWriter() {}

    /** Lays out a tree, whose contents must stay readable until the plan is no longer used. */
    public static Plan plan(FileTree tree) {
        List<Entry> entries = new ArrayList<>();
        IdentityHashMap<Inode, TreePath> first = new IdentityHashMap<>();
        for (Map.Entry<TreePath, Inode> e : tree.entries().entrySet()) {
            if (!e.getKey().isRoot() && !(e.getValue() instanceof Inode.Socket)) {
                TreePath earlier = e.getValue() instanceof Inode.Directory ? null : first.get(e.getValue());
                first.putIfAbsent(e.getValue(), e.getKey());
                entries.add(entry(e.getKey(), e.getValue(), earlier));
            }
        }
        return new Archive(entries);
    }

    /** An entry: its headers, then its content. */
    private record Entry(byte[] headers, ByteSource content) {
        long size() {
            return headers.length + (content.size() + BLOCK - 1) / BLOCK * BLOCK;
        }
    }

    private record Archive(List<Entry> entries) implements Plan {
        @Override
        public long size() {
            return entries.stream().mapToLong(Entry::size).sum() + 2 * BLOCK;
        }

        @Override
        public void writeTo(ByteSink out) throws IOException {
            for (Entry entry : entries) {
                long start = out.position();
                out.write(entry.headers);
                entry.content.copyTo(out);
                out.zeros(start + entry.size() - out.position());
            }
            out.zeros(2 * BLOCK);
        }
    }

    private static Entry entry(TreePath path, Inode inode, TreePath earlier) {
        byte[] name = path.relativeBytes();
        if (inode instanceof Inode.Directory) {
            name = Arrays.copyOf(name, name.length + 1);
            name[name.length - 1] = '/';
        }
        byte[] link = new byte[0];
        char type = type(inode);
        ByteSource content = ByteSource.of(new byte[0]);
        if (earlier != null) {
            type = '1';
            link = earlier.relativeBytes();
        } else if (inode instanceof Inode.Symlink symlink) {
            link = symlink.target();
        } else if (inode instanceof Inode.RegularFile file) {
            content = file.content();
        }
        byte[] records = records(name, link, inode.attributes(), content.size(), earlier == null);
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        if (records.length > 0) {
            headers.writeBytes(
                    header(paxName(name), new byte[0], 'x', records.length, Attributes.ofRoot(0644, 0), null));
            headers.writeBytes(Arrays.copyOf(records, (records.length + BLOCK - 1) / BLOCK * BLOCK));
        }
        headers.writeBytes(header(name, link, type, content.size(), inode.attributes(), inode));
        return new Entry(headers.toByteArray(), content);
    }

    private static char type(Inode inode) {
        return switch (inode.typeLetter()) {
            case 'd' -> '5';
            case 'l' -> '2';
            case 'c' -> '3';
            case 'b' -> '4';
            case 'p' -> '6';
            default -> '0';
        };
    }

    /** Nobody looks at it; readers that know no pax headers make a file of this name. */
    private static byte[] paxName(byte[] name) {
        byte[] prefix = ascii("PaxHeaders/");
        byte[] joined = Arrays.copyOf(prefix, prefix.length + name.length);
        System.arraycopy(name, 0, joined, prefix.length, name.length);
        return Arrays.copyOf(joined, Math.min(NAME_BYTES, joined.length));
    }

    private static byte[] records(byte[] name, byte[] link, Attributes attributes, long size, boolean whole) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (name.length > NAME_BYTES || !isAscii(name)) {
            record(out, "path", name);
        }
        if (link.length > NAME_BYTES || !isAscii(link)) {
            record(out, "linkpath", link);
        }
        if (size > MOST_SIZE) {
            record(out, "size", ascii(Long.toString(size)));
        }
        if (attributes.uid() > MOST_OWNER) {
            record(out, "uid", ascii(Long.toString(attributes.uid())));
        }
        if (attributes.gid() > MOST_OWNER) {
            record(out, "gid", ascii(Long.toString(attributes.gid())));
        }
        if (attributes.mtimeNanos() != 0 || attributes.mtimeSeconds() < 0 || attributes.mtimeSeconds() > MOST_SIZE) {
            java.math.BigDecimal time = java.math.BigDecimal.valueOf(attributes.mtimeSeconds())
                    .add(java.math.BigDecimal.valueOf(attributes.mtimeNanos(), 9));
            record(out, "mtime", ascii(time.stripTrailingZeros().toPlainString()));
        }
        if (whole) {
            attributes.xattrs().asMap().forEach((key, value) -> record(out, "SCHILY.xattr." + key, value));
        }
        return out.toByteArray();
    }

    /** "LENGTH KEY=VALUE\n", where the length counts its own digits. */
    private static void record(ByteArrayOutputStream out, String key, byte[] value) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        int rest = 1 + keyBytes.length + 1 + value.length + 1;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        out.writeBytes(ascii(length + " "));
        out.writeBytes(keyBytes);
        out.write('=');
        out.writeBytes(value);
        out.write('\n');
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /** What does not fit is 0 or cut off here, and in the pax header. */
    private static byte[] header(byte[] name, byte[] link, char type, long size, Attributes attributes, Inode inode) {
        Inode.Device device = inode instanceof Inode.Device node && type != '1' ? node : null;
        long time = attributes.mtimeSeconds();
        byte[] header = BinaryWriter.bigEndian(BLOCK)
                .bytes(Arrays.copyOf(name, NAME_BYTES))
                .bytes(octal(attributes.mode(), 7))
                .bytes(octal(attributes.uid() > MOST_OWNER ? 0 : attributes.uid(), 7))
                .bytes(octal(attributes.gid() > MOST_OWNER ? 0 : attributes.gid(), 7))
                .bytes(octal(size > MOST_SIZE ? 0 : size, 11))
                .bytes(octal(time < 0 || time > MOST_SIZE ? 0 : time, 11))
                .bytes(ascii("        " + type))
                .bytes(Arrays.copyOf(link, NAME_BYTES))
                .bytes(ascii("ustar\00000"))
                .zerosUpTo(329)
                .bytes(octal(device == null ? 0 : device.major(), 7))
                .bytes(octal(device == null ? 0 : device.minor(), 7))
                .zerosUpTo(BLOCK)
                .toByteArray();
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        byte[] checksum = ascii(String.format(Locale.ROOT, "%06o\0 ", sum));
        System.arraycopy(checksum, 0, header, CHECKSUM_AT, checksum.length);
        return header;
    }

    private static byte[] octal(long value, int digits) {
        return ascii(String.format(Locale.ROOT, "%0" + digits + "o\0", value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
