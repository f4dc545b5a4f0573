package dev.caisson.rpm;

import dev.caisson.archive.CpioEntry;
import dev.caisson.archive.CpioStreamReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the entries of one payload against the header and passes them on. For one payload and one thread. */
final class PayloadReader {
    private final List<RpmFile> files;
    private final CpioStreamReader cpio;
    private final PayloadVisitor visitor;
    private final boolean digests;
    private final Map<TreePath, RpmFile> byPath;
    private final boolean[] seen;

    /** Number of names of each hard-link set, by the index of the one with content. */
    private final int[] names;

    /** Names without content of each hard-link set, by the index of the one with content. */
    private final Map<Integer, List<RpmFile>> waiting = new HashMap<>();

    PayloadReader(List<RpmFile> files, InputStream archive, PayloadVisitor visitor, PayloadCheck check)
            throws FormatException {
        this.files = files;
        this.cpio = new CpioStreamReader(archive);
        this.visitor = visitor;
        this.digests = check == PayloadCheck.DIGESTS;
        this.byPath = index(files);
        this.seen = new boolean[files.size()];
        this.names = new int[files.size()];
        for (RpmFile file : files) {
            if (file.isHardLinked()) {
                names[file.linkSet()]++;
            }
        }
    }

    /** An unpacker would follow a link above a file, even out of the tree. */
    private static Map<TreePath, RpmFile> index(List<RpmFile> files) throws FormatException {
        Map<TreePath, RpmFile> byPath = new HashMap<>();
        for (RpmFile file : files) {
            if (byPath.putIfAbsent(file.path(), file) != null) {
                throw corrupt("file " + file, FormatException.NO_OFFSET, "is in the header twice", "each path once");
            }
        }
        Set<TreePath> checked = new HashSet<>();
        for (RpmFile file : files) {
            TreePath above = file.path();
            while (!above.isRoot() && !file.isGhost()) {
                above = above.parent();
                if (!checked.add(above)) {
                    break;
                }
                RpmFile there = byPath.get(above);
                if (there != null && there.type() != RpmFile.Type.DIRECTORY && !there.isGhost()) {
                    throw corrupt(
                            "file " + file,
                            FormatException.NO_OFFSET,
                            "lies below " + there + ", which is no directory in the same package",
                            "a directory");
                }
            }
        }
        return byPath;
    }

    private static CorruptDataException corrupt(String structure, long offset, String actual, String expected) {
        return new CorruptDataException(structure, offset, actual, expected);
    }

    void readAll() throws IOException {
        for (CpioEntry entry = cpio.next(); entry != null; entry = cpio.next()) {
            RpmFile file = find(entry);
            if (file.isGhost()) {
                throw corrupt("payload entry " + file, entry.offset(), "is a ghost in the header", "none");
            }
            if (seen[file.index()]) {
                throw corrupt("payload entry " + file, entry.offset(), "is there twice", "each file once");
            }
            seen[file.index()] = true;
            checkType(entry, file);
            visit(entry, file);
        }
        cpio.readEnd();
        for (RpmFile file : files) {
            if (!seen[file.index()] && !file.isGhost()) {
                throw corrupt("payload", cpio.position(), "has no entry for " + file, "every file of the header");
            }
        }
    }

    /** Bytes of archive read, with the zeros after its trailer. */
    long position() {
        return cpio.position();
    }

    private RpmFile find(CpioEntry entry) throws FormatException {
        if (entry.format() == CpioEntry.Format.STRIPPED) {
            if (entry.index() >= files.size()) {
                throw corrupt("payload entry", entry.offset(), "has number " + entry.index(), "below " + files.size());
            }
            return files.get((int) entry.index());
        }
        RpmFile file = null;
        try {
            file = byPath.get(TreePath.ofBytes(entry.name()));
        } catch (IllegalArgumentException e) {
            // Reported below: no path of the header is like that.
        }
        if (file == null) {
            throw corrupt("payload entry " + entry.nameText(), entry.offset(), "is not in the header", "its files");
        }
        return file;
    }

    private static void checkType(CpioEntry entry, RpmFile file) throws FormatException {
        int type = entry.mode() & 0170000;
        if (entry.format() != CpioEntry.Format.STRIPPED && type != file.type().bits()) {
            throw corrupt(
                    "payload entry " + file,
                    entry.offset(),
                    "has mode 0" + Integer.toOctalString(entry.mode()),
                    "the header's type " + file.type().letter());
        }
    }

    private void visit(CpioEntry entry, RpmFile file) throws IOException {
        switch (file.type()) {
            case REGULAR -> regular(entry, file);
            case SYMLINK -> symlink(entry, file);
            case DIRECTORY -> {
                content(entry, file, 0);
                visitor.directory(file);
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {
                content(entry, file, 0);
                visitor.special(file);
            }
        }
    }

    private InputStream content(CpioEntry entry, RpmFile file, long size) throws FormatException {
        if (entry.sizeBytes() >= 0 && entry.sizeBytes() != size) {
            throw corrupt(
                    "payload entry " + file, entry.offset(), "has " + entry.sizeBytes() + " bytes", size + " bytes");
        }
        return cpio.content(size);
    }

    private void regular(CpioEntry entry, RpmFile file) throws IOException {
        if (!file.isHardLinked()) {
            deliver(entry, file);
        } else if (file.linkSet() != file.index()) {
            content(entry, file, 0);
            waiting.computeIfAbsent(file.linkSet(), set -> new ArrayList<>()).add(file);
        } else {
            List<RpmFile> others = waiting.getOrDefault(file.index(), List.of());
            if (others.size() + 1 != names[file.index()]) {
                throw corrupt(
                        "payload entry " + file, entry.offset(), "comes before its hard links", "the content last");
            }
            deliver(entry, file);
            for (RpmFile other : others) {
                visitor.hardLink(other, file);
            }
        }
    }

    private void deliver(CpioEntry entry, RpmFile file) throws IOException {
        InputStream content = content(entry, file, file.sizeBytes());
        if (!digests || file.digest().isEmpty()) {
            visitor.file(file, content);
            return;
        }
        Digest stated = file.digest().get();
        DigestingStream digesting = new DigestingStream(content, stated.algorithm());
        visitor.file(file, digesting);
        Digest actual = digesting.finish();
        if (!actual.equals(stated)) {
            throw corrupt("payload entry " + file, entry.offset(), "has digest " + actual, stated.toString());
        }
    }

    private void symlink(CpioEntry entry, RpmFile file) throws IOException {
        byte[] target = file.linkTarget();
        if (file.sizeBytes() != target.length) {
            throw corrupt(
                    "file " + file, entry.offset(), "has size " + file.sizeBytes(), target.length + ", its target's");
        }
        byte[] stored = content(entry, file, target.length).readAllBytes();
        if (!Arrays.equals(stored, target)) {
            throw corrupt("payload entry " + file, entry.offset(), "has another target", "the header's");
        }
        visitor.symlink(file);
    }
}
