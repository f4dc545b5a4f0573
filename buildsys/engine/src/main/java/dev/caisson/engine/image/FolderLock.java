package dev.caisson.engine.image;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to write the artifacts of one output folder. Of two builds of a variant the second waits: artifacts of both, mixed,
 * would fit together by luck only. The lock ends with its process, however that ends; its file stays.
 */
public final class FolderLock implements Closeable {
    private static final String NAME = ".lock";
    private static final long POLL_MILLIS = 50;

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the lock of a folder, which is made when it is not there. */
    public static FolderLock of(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            while (!tryLock(channel)) {
                Thread.sleep(POLL_MILLIS);
            }
            return new FolderLock(channel);
        } catch (IOException | InterruptedException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Another build in this process has it.
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
