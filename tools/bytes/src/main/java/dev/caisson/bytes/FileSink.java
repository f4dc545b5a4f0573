package dev.caisson.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A new file as a sink; zeros become holes. Small writes are gathered in a 256 KiB buffer. For one thread. */
public final class FileSink implements ByteSink, Closeable {
    private static final int BUFFER_BYTES = 1 << 18;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long flushed;

    private FileSink(FileChannel channel) {
        this.channel = channel;
    }

    /** Creates a file, which must not exist; the caller closes the sink, which completes the file. */
    public static FileSink create(Path file) throws IOException {
        return new FileSink(FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ));
    }

    @Override
    public long position() {
        return flushed + buffer.position();
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
        if (src.remaining() > buffer.remaining()) {
            flush();
        }
        if (src.remaining() >= BUFFER_BYTES) {
            while (src.hasRemaining()) {
                flushed += channel.write(src, flushed);
            }
        } else {
            buffer.put(src);
        }
    }

    @Override
    public void zeros(long count) throws IOException {
        if (count <= buffer.remaining() && count < 4096) {
            for (int i = 0; i < count; i++) {
                buffer.put((byte) 0);
            }
        } else {
            flush();
            flushed += count;
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            flushed += channel.write(buffer, flushed);
        }
        buffer.clear();
    }

    /** Writes what is buffered and gives a trailing hole its length. */
    @Override
    public void close() throws IOException {
        try (channel) {
            if (channel.isOpen()) {
                flush();
                if (channel.size() < flushed) {
                    channel.write(ByteBuffer.allocate(1), flushed - 1);
                }
            }
        }
    }
}
