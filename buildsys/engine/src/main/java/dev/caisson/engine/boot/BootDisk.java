package dev.caisson.engine.boot;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The disk of a machine: a copy of the image, with holes where it has zeros, grown as on a machine with a larger disk. */
public final class BootDisk {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int HOLE_BYTES = 1 << 16;

    private BootDisk() {}

    /**
     * Makes a disk.
     *
     * @param image the image, which is only read
     * @param disk a new file; it gets this name when it is complete
     * @param sizeBytes size of the disk, a multiple of 4096, at least that of the image
     * @throws BuildException when the image is larger than the disk
     */
    public static void create(Path image, Path disk, long sizeBytes) throws BuildException, IOException {
        long imageBytes = Files.size(image);
        if (sizeBytes < imageBytes || sizeBytes % 4096 != 0) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "a disk of " + sizeBytes + " bytes is too small for " + image + " with " + imageBytes
                            + " bytes, or not a multiple of 4096",
                    "give a larger --disk-size");
        }
        Path temporary = disk.resolveSibling(
                disk.getFileName() + ".copying-" + ProcessHandle.current().pid());
        try {
            copy(image, temporary, sizeBytes);
            Files.move(temporary, disk, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void copy(Path image, Path target, long sizeBytes) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (FileChannel in = FileChannel.open(image, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long at = 0;
            while (in.read(piece.clear(), at) > 0) {
                piece.flip();
                int length = piece.limit();
                for (int from = 0; from < length; from += HOLE_BYTES) {
                    ByteBuffer part = piece.slice(from, Math.min(HOLE_BYTES, length - from));
                    if (!isZero(part)) {
                        writeFully(out, part, at + from);
                    }
                }
                at += length;
            }
            if (out.size() < sizeBytes) {
                writeFully(out, ByteBuffer.allocate(1), sizeBytes - 1);
            }
        }
    }

    private static boolean isZero(ByteBuffer part) {
        return part.mismatch(ByteBuffer.allocate(part.remaining())) < 0;
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes, long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += out.write(bytes, at);
        }
    }
}
