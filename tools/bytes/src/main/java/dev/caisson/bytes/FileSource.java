package dev.caisson.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file as a source. The size is that at opening; a file that shrinks later gives {@link CorruptDataException}. */
public final class FileSource implements ByteSource, Closeable {
    private final FileChannel channel;
    private final long size;

    private FileSource(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
    }

    /** Opens a file for reading; the caller closes it. */
    public static FileSource open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new FileSource(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(long offset, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        long at = offset;
        while (dst.hasRemaining()) {
            int count = channel.read(dst, at);
            if (count < 0) {
                throw new CorruptDataException("file", at, "ends here", dst.remaining() + " more bytes");
            }
            at += count;
        }
    }

    @Override
    public FileSlice slice(long offset, long length) {
        return new FileSlice(this, offset, length);
    }

    /** The channel, for {@link FileChannel#transferTo}; its position is not used by this class. */
    public FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
