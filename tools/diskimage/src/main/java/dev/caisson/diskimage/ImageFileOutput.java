package dev.caisson.diskimage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A new file; what is never written stays a hole. For one thread at a time. */
public final class ImageFileOutput implements ImageOutput, Closeable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel channel;
    /** Neighbouring writes, not yet handed over. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private long bufferOffset;

    private ImageFileOutput(FileChannel channel) {
        this.channel = channel;
    }

    /** Creates a file, which must not exist; the caller closes the output, which completes the file. */
    public static ImageFileOutput create(Path file) throws IOException {
        return new ImageFileOutput(FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE));
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
        if (offset != bufferOffset + buffer.position() || src.remaining() > buffer.remaining()) {
            flush();
            bufferOffset = offset;
        }
        if (src.remaining() > buffer.remaining()) {
            bufferOffset += writeFully(src, offset);
        } else {
            buffer.put(src);
        }
    }

    private long writeFully(ByteBuffer src, long offset) throws IOException {
        long at = offset;
        while (src.hasRemaining()) {
            at += channel.write(src, at);
        }
        return at - offset;
    }

    private void flush() throws IOException {
        bufferOffset += writeFully(buffer.flip(), bufferOffset);
        buffer.clear();
    }

    /** Gives the file its size: a hole at its end counts. */
    public void setSize(long sizeBytes) throws IOException {
        flush();
        if (channel.size() < sizeBytes) {
            writeFully(ByteBuffer.allocate(1), sizeBytes - 1);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (channel.isOpen()) {
                flush();
            }
        }
    }
}
