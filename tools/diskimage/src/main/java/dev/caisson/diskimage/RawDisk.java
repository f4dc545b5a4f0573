package dev.caisson.diskimage;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.FileSlice;
import dev.caisson.bytes.FileSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk image as a plain file, with holes where the image has none of its extents, and where an extent has long runs of
 * zeros. {@link #create} makes the file, then every range of {@link #ranges} is copied once, in any order, by any thread.
 *
 * <p>Bytes that come from a file ({@link FileSource} or a slice of one) are moved by the operating system; such a source's
 * own holes become written zeros. Every range opens the file anew: a channel has only one position to transfer to.
 */
public final class RawDisk {
    private static final int BUFFER_BYTES = 1 << 18;

    /** Runs of zeros are looked for in pieces of this size: the usual block of a file system. */
    private static final int HOLE_BYTES = 4096;

    private final DiskImage image;
    private final Path file;

    private RawDisk(DiskImage image, Path file) {
        this.image = image;
        this.file = file;
    }

    /**
     * Makes a file that is one hole of the image's size.
     *
     * @param file must not exist
     */
    public static RawDisk create(DiskImage image, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            if (image.size() > 0) {
                channel.write(ByteBuffer.allocate(1), image.size() - 1);
            }
        }
        return new RawDisk(image, file);
    }

    /** Makes the file and copies everything in this thread. */
    public static void write(DiskImage image, Path file) throws IOException {
        RawDisk disk = create(image, file);
        for (Range range : disk.ranges(Long.MAX_VALUE)) {
            disk.copy(range);
        }
    }

    /**
     * A part of one extent.
     *
     * @param offset first byte on the disk
     * @param length bytes, more than 0
     */
    public record Range(long offset, long length) {}

    /** All data of the image in disk order, in ranges of at most {@code limitBytes}, cut at multiples of that. */
    public List<Range> ranges(long limitBytes) {
        if (limitBytes < 1) {
            throw new IllegalArgumentException("ranges of " + limitBytes + " bytes");
        }
        List<Range> ranges = new ArrayList<>();
        for (Extent extent : image.extents()) {
            for (long at = extent.offset(); at < extent.end(); ) {
                long length = Math.min(limitBytes - at % limitBytes, extent.end() - at);
                ranges.add(new Range(at, length));
                at += length;
            }
        }
        return ranges;
    }

    /**
     * Copies one range.
     *
     * @throws IllegalArgumentException for a range that is not within one extent
     */
    public void copy(Range range) throws IOException {
        int index = image.firstEndingBehind(range.offset);
        Extent extent = index < image.extents().size() ? image.extents().get(index) : null;
        if (extent == null || range.offset < extent.offset() || range.length > extent.end() - range.offset) {
            throw new IllegalArgumentException("no extent holds " + range);
        }
        long from = range.offset - extent.offset();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (extent.source() instanceof FileSource source) {
                transfer(source, from, channel, range);
            } else if (extent.source() instanceof FileSlice slice) {
                transfer(slice.file(), slice.offset() + from, channel, range);
            } else {
                copyBuffered(extent.source(), from, channel, range);
            }
        }
    }

    private static void transfer(FileSource source, long from, FileChannel out, Range range) throws IOException {
        out.position(range.offset);
        for (long done = 0; done < range.length; ) {
            long count = source.channel().transferTo(from + done, range.length - done, out);
            if (count <= 0) {
                throw new CorruptDataException("file", from + done, "ends here", (range.length - done) + " more bytes");
            }
            done += count;
        }
    }

    private static void copyBuffered(ByteSource source, long from, FileChannel out, Range range) throws IOException {
        byte[] bytes = new byte[(int) Math.min(BUFFER_BYTES, range.length)];
        for (long done = 0; done < range.length; ) {
            int count = (int) Math.min(bytes.length, range.length - done);
            source.readFully(from + done, ByteBuffer.wrap(bytes, 0, count));
            writeData(out, bytes, count, range.offset + done);
            done += count;
        }
    }

    /**
     * Writes the first {@code count} bytes of an array at an offset of a file that has zeros there: pieces that are all zeros
     * stay holes, neighbours among the others are written at once. For those who have the bytes at hand anyway.
     */
    public static void writeData(FileChannel out, byte[] bytes, int count, long offset) throws IOException {
        for (int at = 0; at < count; ) {
            int end = at;
            while (end < count && !isZero(bytes, end, Math.min(HOLE_BYTES, count - end))) {
                end = Math.min(count, end + HOLE_BYTES);
            }
            ByteBuffer data = ByteBuffer.wrap(bytes, at, end - at);
            while (data.hasRemaining()) {
                out.write(data, offset + data.position());
            }
            at = end + HOLE_BYTES;
        }
    }

    private static boolean isZero(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
