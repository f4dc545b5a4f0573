package dev.caisson.engine.image;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.SortedListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What can be seen of a file without reading it. */
final class FileState {
    private static final int MAX_DEPTH = 64;

    private FileState() {}

    /**
     * Size, time of the last change of the content and, where the host has them, of the inode's last change and its number,
     * which nobody can set. Empty for what is not a regular file: a folder's own times say nothing about what is in it.
     */
    static String of(Path file) throws IOException {
        try {
            Map<String, Object> unix = Files.readAttributes(file, "unix:isRegularFile,size,lastModifiedTime,ctime,ino");
            if (!(boolean) unix.get("isRegularFile")) {
                return "";
            }
            return unix.get("size") + ":" + nanos(unix.get("lastModifiedTime")) + ":" + nanos(unix.get("ctime")) + ":"
                    + unix.get("ino");
        } catch (NoSuchFileException e) {
            return "";
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Files.isRegularFile(file) ? ofContent(file) : "";
        }
    }

    /** Size and time of the last change of the content: the same for a copy that kept its time. */
    static String ofContent(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.size() + ":" + nanos(attributes.lastModifiedTime());
    }

    private static long nanos(Object time) {
        return ((FileTime) time).to(TimeUnit.NANOSECONDS);
    }

    /** When a file, or anything in a folder, was last changed, in milliseconds since 1970. */
    static long newestMillis(Path path) throws IOException {
        long newest = Files.getLastModifiedTime(path).toMillis();
        if (Files.isDirectory(path)) {
            for (Path child : SortedListing.of(path)) {
                newest = Math.max(newest, newestMillis(child));
            }
        }
        return newest;
    }

    /** Adds a file's content, or the names and contents of all that is in a folder, so that different trees differ. */
    static void digestTree(Path path, MessageDigest digest) throws IOException {
        digestTree(path, digest, 0);
    }

    private static void digestTree(Path path, MessageDigest digest, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException(path + " is nested deeper than " + MAX_DEPTH + " folders, or holds itself");
        }
        if (Files.isDirectory(path)) {
            digest.update((byte) 'd');
            for (Path child : SortedListing.of(path)) {
                byte[] name = child.getFileName().toString().getBytes(StandardCharsets.UTF_8);
                digest.update((byte) 'n');
                digest.update(name);
                digest.update((byte) 0);
                digestTree(child, digest, depth + 1);
            }
            digest.update((byte) 'e');
        } else if (Files.isRegularFile(path)) {
            digest.update((byte) 'f');
            try (FileSource source = FileSource.open(path)) {
                digest.update(DigestAlgorithm.SHA256.of(source).bytes());
            }
        } else {
            digest.update((byte) '-');
        }
    }
}
