package dev.caisson.archive;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an uncompressed cpio archive in the formats "newc" and "crc" into a tree whose contents are parts of the source.
 *
 * <p>It refuses what a file tree cannot hold or the kernel would drop silently: entries whose directory has no entry before
 * them, a path twice, {@code ..}, two different contents of one hard-linked file, non-zero padding, a missing trailer. The older
 * binary and octal formats are {@link NotThisFormatException}.
 */
public final class CpioReader {
    private static final int MAX_NAME_BYTES = 4096;
    private static final int MAX_SYMLINK_BYTES = 4095;
    private static final int CHUNK = 1 << 16;

    private final ByteSource source;
    private final long start;
    private final int maxEntries;
    private final Map<TreePath, Entry> entries = new LinkedHashMap<>();
    private long at;

    private CpioReader(ByteSource source, long start, int maxEntries) {
        this.source = source;
        this.start = start;
        this.at = start;
        this.maxEntries = maxEntries;
    }

    /**
     * One archive out of several that follow each other, as initrds may be put together.
     *
     * @param tree what it holds; without an entry for the root, that is 0755 and root's
     * @param end offset of the first byte after the trailer; zeros may follow
     */
    public record Archive(FileTree tree, long end) {}

    private record Entry(CpioHeader header, long offset, long contentOffset) {
        boolean isRegular() {
            return header.type() == CpioHeader.REGULAR;
        }

        /** As the kernel has it: only then do device and inode number say which file an entry is. */
        boolean isLinked() {
            return header.nlink() > 1 && header.type() != CpioHeader.DIRECTORY;
        }
    }

    private record FileKey(long major, long minor, long ino) {}

    /**
     * Reads a source that is one archive, with nothing but zeros after its trailer.
     *
     * @param maxEntries largest number of entries accepted
     * @throws NotThisFormatException when it does not begin with a newc or crc header
     * @throws CorruptDataException when it is damaged or truncated
     * @throws UnsupportedFeatureException when its hard links carry more than one content
     * @throws LimitExceededException when it has more entries or longer names
     */
    public static FileTree read(ByteSource source, int maxEntries) throws IOException {
        Archive archive = readAt(source, 0, maxEntries);
        byte[] buffer = new byte[CHUNK];
        for (long at = archive.end(); at < source.size(); at += buffer.length) {
            int count = (int) Math.min(buffer.length, source.size() - at);
            source.readFully(at, ByteBuffer.wrap(buffer, 0, count));
            for (int i = 0; i < count; i++) {
                if (buffer[i] != 0) {
                    throw new CorruptDataException("cpio trailer", at + i, "is followed by other data", "zeros");
                }
            }
        }
        return archive.tree();
    }

    /** Reads the archive that begins at {@code offset} up to its trailer; otherwise as {@link #read}. */
    public static Archive readAt(ByteSource source, long offset, int maxEntries) throws IOException {
        CpioReader reader = new CpioReader(source, offset, maxEntries);
        reader.readEntries();
        return new Archive(reader.tree(), reader.at);
    }

    private void readEntries() throws IOException {
        while (true) {
            long offset = at;
            CpioHeader header = readHeader();
            byte[] name = readName(header, offset);
            if (Arrays.equals(name, CpioHeader.TRAILER.getBytes(StandardCharsets.US_ASCII))) {
                if (header.fileSize() != 0) {
                    throw new CorruptDataException("cpio trailer", offset, "has content", "none");
                }
                return;
            }
            if (entries.size() >= maxEntries) {
                throw new LimitExceededException("cpio archive", offset, "has more entries", "at most " + maxEntries);
            }
            Entry entry = new Entry(header, offset, at);
            add(path(name, offset), entry);
            long end = at + header.fileSize();
            if (end > source.size()) {
                throw new CorruptDataException(
                        "cpio entry " + TarEntry.printable(name), offset, "is truncated", header.fileSize() + " bytes");
            }
            checkSum(entry, name);
            at = end;
            readPadding();
        }
    }

    private CpioHeader readHeader() throws IOException {
        if (source.size() - at < CpioHeader.SIZE) {
            if (at == start) {
                throw new NotThisFormatException(
                        "cpio header", at, "ends after " + source.size() + " bytes", "110 bytes");
            }
            throw new CorruptDataException("cpio archive", at, "is truncated", "a header or trailer");
        }
        byte[] bytes = source.read(at, CpioHeader.SIZE);
        try {
            CpioHeader header = CpioHeader.decode(bytes, at);
            at += CpioHeader.SIZE;
            return header;
        } catch (NotThisFormatException e) {
            if (at == start) {
                throw e;
            }
            throw new CorruptDataException(e.structure(), e.offset(), e.actual(), e.expected());
        }
    }

    private byte[] readName(CpioHeader header, long offset) throws IOException {
        if (header.nameSize() > MAX_NAME_BYTES) {
            throw new LimitExceededException(
                    "cpio c_namesize", offset, "is " + header.nameSize(), "at most " + MAX_NAME_BYTES);
        }
        if (header.nameSize() < 2) {
            throw new CorruptDataException("cpio c_namesize", offset, "is " + header.nameSize(), "at least 2");
        }
        byte[] bytes = source.read(at, (int) header.nameSize());
        at += header.nameSize();
        readPadding();
        for (int i = 0; i < bytes.length; i++) {
            if ((bytes[i] == 0) != (i == bytes.length - 1)) {
                throw new CorruptDataException("cpio name", offset, "has NUL elsewhere than at its end", "");
            }
        }
        return Arrays.copyOf(bytes, bytes.length - 1);
    }

    private void readPadding() throws IOException {
        int count = (int) (start - at & 3);
        for (byte b : source.read(at, count)) {
            if (b != 0) {
                throw new CorruptDataException("cpio padding", at, "is not zero", "zeros");
            }
        }
        at += count;
    }

    private static TreePath path(byte[] name, long offset) throws CorruptDataException {
        if (name[0] == '/') {
            throw new CorruptDataException(
                    "cpio name", offset, "is absolute: " + TarEntry.printable(name), "a relative path");
        }
        try {
            return TreePath.ofBytes(name);
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException(
                    "cpio name",
                    offset,
                    "is " + TarEntry.printable(name),
                    "names of 1 to 255 bytes, none of them \"..\"");
        }
    }

    private void add(TreePath path, Entry entry) throws CorruptDataException {
        if (entries.containsKey(path)) {
            throw new CorruptDataException("cpio entry " + path, entry.offset(), "is there twice", "each path once");
        }
        TreePath parent = path.parent();
        Entry above = entries.get(parent);
        boolean isDirectory = above == null ? parent.isRoot() : above.header().type() == CpioHeader.DIRECTORY;
        if (!path.isRoot() && !isDirectory) {
            throw new CorruptDataException(
                    "cpio entry " + path, entry.offset(), "has no directory entry before it for " + parent, "one");
        }
        if (path.isRoot() && entry.header().type() != CpioHeader.DIRECTORY) {
            throw new CorruptDataException("cpio entry /", entry.offset(), "is not a directory", "a directory");
        }
        entries.put(path, entry);
    }

    /** Only regular files have a sum; for anything else it must be zero, and so it must in newc. */
    private void checkSum(Entry entry, byte[] name) throws IOException {
        CpioHeader header = entry.header();
        long sum = 0;
        if (header.checked() && entry.isRegular()) {
            byte[] buffer = new byte[(int) Math.min(CHUNK, header.fileSize())];
            for (long done = 0; done < header.fileSize(); done += buffer.length) {
                int count = (int) Math.min(buffer.length, header.fileSize() - done);
                source.readFully(entry.contentOffset() + done, ByteBuffer.wrap(buffer, 0, count));
                for (int i = 0; i < count; i++) {
                    sum += buffer[i] & 0xff;
                }
            }
        }
        if (header.checksum() != (sum & 0xffffffffL)) {
            throw new CorruptDataException(
                    "cpio c_chksum of " + TarEntry.printable(name),
                    entry.offset(),
                    "is 0x" + Long.toHexString(header.checksum()) + ", the bytes give 0x" + Long.toHexString(sum),
                    "");
        }
    }

    private FileTree tree() throws IOException {
        Map<FileKey, Inode> linked = linkedInodes();
        FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, 0));
        for (Map.Entry<TreePath, Entry> e : entries.entrySet()) {
            Inode shared = e.getValue().isLinked() ? linked.get(key(e.getValue())) : null;
            builder.put(e.getKey(), shared != null ? shared : inode(e.getKey(), e.getValue()));
        }
        return builder.build();
    }

    private static FileKey key(Entry entry) {
        CpioHeader header = entry.header();
        return new FileKey(header.major(), header.minor(), header.ino());
    }

    /** Inodes with several names; of regular files the one name that carries content decides. */
    private Map<FileKey, Inode> linkedInodes() throws IOException {
        Map<FileKey, List<Map.Entry<TreePath, Entry>>> groups = new LinkedHashMap<>();
        for (Map.Entry<TreePath, Entry> e : entries.entrySet()) {
            if (e.getValue().isLinked()) {
                groups.computeIfAbsent(key(e.getValue()), k -> new ArrayList<>())
                        .add(e);
            }
        }
        Map<FileKey, Inode> inodes = new LinkedHashMap<>();
        for (Map.Entry<FileKey, List<Map.Entry<TreePath, Entry>>> group : groups.entrySet()) {
            Map.Entry<TreePath, Entry> bearer = bearer(group.getValue());
            inodes.put(group.getKey(), inode(bearer.getKey(), bearer.getValue()));
        }
        return inodes;
    }

    private Map.Entry<TreePath, Entry> bearer(List<Map.Entry<TreePath, Entry>> names) throws IOException {
        Map.Entry<TreePath, Entry> bearer = names.get(names.size() - 1);
        int withContent = 0;
        for (Map.Entry<TreePath, Entry> e : names) {
            CpioHeader header = e.getValue().header();
            boolean sameTarget = header.type() != CpioHeader.SYMLINK
                    || Arrays.equals(target(e.getKey(), e.getValue()), target(bearer.getKey(), bearer.getValue()));
            if (!sameTarget || !header.isSameFileAs(bearer.getValue().header())) {
                throw new CorruptDataException(
                        "cpio entry " + e.getKey(),
                        e.getValue().offset(),
                        "differs from its hard link " + bearer.getKey(),
                        "");
            }
            if (header.fileSize() > 0 && e.getValue().isRegular()) {
                bearer = e;
                withContent++;
            }
        }
        if (withContent > 1) {
            throw new UnsupportedFeatureException(
                    "cpio entry " + bearer.getKey(),
                    bearer.getValue().offset(),
                    "is a hard link with a content of its own",
                    "one content for all links");
        }
        return bearer;
    }

    private Inode inode(TreePath path, Entry entry) throws IOException {
        CpioHeader header = entry.header();
        Attributes attributes =
                new Attributes(header.mode() & 07777, header.uid(), header.gid(), header.mtime(), 0, Xattrs.NONE);
        int type = header.type();
        if (type != CpioHeader.REGULAR && type != CpioHeader.SYMLINK && header.fileSize() != 0) {
            throw new CorruptDataException(
                    "cpio entry " + path, entry.offset(), "has " + header.fileSize() + " bytes of content", "none");
        }
        switch (type) {
            case CpioHeader.REGULAR:
                return new Inode.RegularFile(attributes, source.slice(entry.contentOffset(), header.fileSize()));
            case CpioHeader.DIRECTORY:
                return new Inode.Directory(attributes);
            case CpioHeader.SYMLINK:
                return new Inode.Symlink(attributes, target(path, entry));
            case CpioHeader.BLOCK:
            case CpioHeader.CHARACTER:
                return device(path, entry, attributes, type == CpioHeader.BLOCK);
            case CpioHeader.FIFO:
                return new Inode.Fifo(attributes);
            case CpioHeader.SOCKET:
                return new Inode.Socket(attributes);
            default:
                throw new CorruptDataException(
                        "cpio c_mode of " + path,
                        entry.offset(),
                        "is 0" + Integer.toOctalString(header.mode()),
                        "a file type");
        }
    }

    private byte[] target(TreePath path, Entry entry) throws IOException {
        long size = entry.header().fileSize();
        if (size == 0 || size > MAX_SYMLINK_BYTES) {
            throw new CorruptDataException(
                    "cpio symbolic link " + path, entry.offset(), "has a target of " + size + " bytes", "1 to 4095");
        }
        byte[] target = source.read(entry.contentOffset(), (int) size);
        for (byte b : target) {
            if (b == 0) {
                throw new CorruptDataException("cpio symbolic link " + path, entry.offset(), "holds NUL", "");
            }
        }
        return target;
    }

    private static Inode device(TreePath path, Entry entry, Attributes attributes, boolean block)
            throws CorruptDataException {
        CpioHeader header = entry.header();
        if (header.deviceMajor() > 0xfff || header.deviceMinor() > 0xfffff) {
            throw new CorruptDataException(
                    "cpio device " + path,
                    entry.offset(),
                    "is " + header.deviceMajor() + ":" + header.deviceMinor(),
                    "at most 4095:1048575");
        }
        return new Inode.Device(attributes, block, (int) header.deviceMajor(), (int) header.deviceMinor());
    }
}
