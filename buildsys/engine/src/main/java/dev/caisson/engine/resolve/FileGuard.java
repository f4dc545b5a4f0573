package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to read, change and replace a file while nobody else does, among processes and threads. It is a file beside it,
 * {@code .NAME.guard}, that only one can create. (A system's file locks would not do: one that a thread holds ends when any other
 * of its process closes the same file.) Whoever holds it needs milliseconds, so that one that stays for long has been
 * left by a killed process and is taken over.
 */
final class FileGuard implements AutoCloseable {
    private static final int PAUSE_MILLIS = 20;
    private static final int ABANDONED_PAUSES = 500;
    private static final int MAX_PAUSES = 3000;

    private final Path path;

    private FileGuard(Path path) {
        this.path = path;
    }

    /**
     * Waits for the right to change a file.
     *
     * @throws BuildException when others keep it for a minute
     */
    static FileGuard of(Path file) throws BuildException, IOException {
        return of(file, ABANDONED_PAUSES);
    }

    /** As above, taking over a guard that stays for so many pauses. */
    static FileGuard of(Path file, int abandonedPauses) throws BuildException, IOException {
        Path path = file.resolveSibling("." + file.getFileName() + ".guard");
        String holder = "";
        int unchanged = 0;
        for (int pause = 0; pause < MAX_PAUSES; pause++) {
            try {
                String own = ProcessHandle.current().pid() + " " + System.nanoTime();
                Files.write(path, own.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.CREATE_NEW);
                return new FileGuard(path);
            } catch (FileAlreadyExistsException e) {
                String now = text(path);
                unchanged = now.equals(holder) ? unchanged + 1 : 0;
                holder = now;
                if (unchanged >= abandonedPauses) {
                    Files.deleteIfExists(path);
                }
            }
            pause();
        }
        throw new BuildException(
                FailureCode.MANIFEST, file + " is being written by somebody else", "try again when that has ended");
    }

    private static String text(Path path) throws IOException {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
