package dev.caisson.archive;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays out a file tree as a "newc" cpio archive, as the kernel unpacks it for an initrd ({@code init/initramfs.c}).
 *
 * <p>The order is that of {@link TreePath}, the root first as {@code .}; inode numbers count from 1 in that order and are equal
 * for hard links, of which only the last name carries the content, as GNU cpio writes it and the kernel takes it. Times are
 * the inodes'. The archive ends with the trailer and zeros up to a multiple of 512 bytes.
 */
public final class CpioWriter {
    private CpioWriter() {}

    /**
     * Lays out a tree, whose contents must stay readable until the plan is no longer used.
     *
     * @throws LimitExceededException for a time outside 1970–2106 and for files of 4 GiB and more
     * @throws UnsupportedFeatureException for extended attributes
     */
    public static CpioPlan plan(FileTree tree) throws FormatException {
        IdentityHashMap<Inode, Link> links = countLinks(tree);
        List<CpioPlan.Entry> entries = new ArrayList<>(tree.entries().size());
        long at = 0;
        for (Map.Entry<TreePath, Inode> e : tree.entries().entrySet()) {
            Link link = links.get(e.getValue());
            link.seen++;
            CpioPlan.Entry entry = entry(e.getKey(), e.getValue(), link);
            entries.add(entry);
            at += entry.size();
        }
        return new CpioPlan(entries, at);
    }

    /** How an inode is counted: its number, its names, and how many of them have been laid out. */
    private static final class Link {
        final long ino;
        long names;
        long seen;

        Link(long ino) {
            this.ino = ino;
        }
    }

    private static IdentityHashMap<Inode, Link> countLinks(FileTree tree) {
        IdentityHashMap<Inode, Link> links = new IdentityHashMap<>();
        for (Inode inode : tree.entries().values()) {
            Link link = links.get(inode);
            if (link == null) {
                link = new Link(links.size() + 1L);
                links.put(inode, link);
            }
            link.names++;
        }
        return links;
    }

    private static CpioPlan.Entry entry(TreePath path, Inode inode, Link link) throws FormatException {
        Attributes attributes = inode.attributes();
        if (!attributes.xattrs().isEmpty()) {
            throw new UnsupportedFeatureException(
                    "cpio entry " + path,
                    FormatException.NO_OFFSET,
                    "has extended attributes " + attributes.xattrs().asMap().keySet(),
                    "none: newc cannot hold them");
        }
        if (attributes.mtimeSeconds() < 0 || attributes.mtimeSeconds() > CpioHeader.FIELD_MAX) {
            throw new LimitExceededException(
                    "cpio c_mtime of " + path,
                    FormatException.NO_OFFSET,
                    "is " + attributes.mtimeSeconds(),
                    "0 to " + CpioHeader.FIELD_MAX);
        }
        byte[] name = path.isRoot() ? new byte[] {'.'} : path.relativeBytes();
        CpioPlan.Content content = content(inode, link);
        if (content.size() > CpioHeader.FIELD_MAX) {
            throw new LimitExceededException(
                    "cpio c_filesize of " + path,
                    FormatException.NO_OFFSET,
                    "is " + content.size() + " bytes",
                    "at most " + CpioHeader.FIELD_MAX + " bytes");
        }
        Inode.Device device = inode instanceof Inode.Device d ? d : null;
        CpioHeader header = new CpioHeader(
                false,
                link.ino,
                typeBits(inode) | attributes.mode(),
                attributes.uid(),
                attributes.gid(),
                link.names,
                attributes.mtimeSeconds(),
                content.size(),
                0,
                0,
                device == null ? 0 : device.major(),
                device == null ? 0 : device.minor(),
                name.length + 1L,
                0);
        return new CpioPlan.Entry(header, name, content);
    }

    private static CpioPlan.Content content(Inode inode, Link link) {
        if (inode instanceof Inode.Symlink symlink) {
            // Each name carries the target: the kernel does not link symbolic links.
            byte[] target = symlink.target();
            return new CpioPlan.Content(target.length, out -> out.write(target));
        }
        if (inode instanceof Inode.RegularFile file && link.seen == link.names) {
            return new CpioPlan.Content(file.content().size(), file.content()::copyTo);
        }
        return CpioPlan.Content.NONE;
    }

    private static int typeBits(Inode inode) {
        switch (inode.typeLetter()) {
            case 'd':
                return CpioHeader.DIRECTORY;
            case 'f':
                return CpioHeader.REGULAR;
            case 'l':
                return CpioHeader.SYMLINK;
            case 'b':
                return CpioHeader.BLOCK;
            case 'c':
                return CpioHeader.CHARACTER;
            case 'p':
                return CpioHeader.FIFO;
            default:
                return CpioHeader.SOCKET;
        }
    }

    /** The entry that ends every archive. */
    static CpioPlan.Entry trailer() {
        byte[] name = CpioHeader.TRAILER.getBytes(StandardCharsets.US_ASCII);
        return new CpioPlan.Entry(
                new CpioHeader(false, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.length + 1L, 0),
                name,
                CpioPlan.Content.NONE);
    }
}
