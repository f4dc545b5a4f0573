package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.io.InputStream;

/**
 * All frames of an LZ4 file (lz4_Frame_format.md 1.6.4): checksums of header, blocks and content are checked, skippable frames
 * passed over. Refused: dictionaries, and legacy frames.
 */
final class Lz4FrameStream extends InputStream {
    private static final String STRUCTURE = "lz4 frame";
    private static final int HISTORY = 64 << 10;
    private static final int RESERVED = 0x02;
    private static final int DICTIONARY = 0x01;
    private static final int CONTENT_CHECKSUM = 0x04;

    private final InputStream in;
    private long consumed;
    private boolean inFrame;
    private boolean ended;
    private boolean independent;
    private boolean blockChecksums;
    private boolean contentChecksum;
    private long contentSize;
    private long produced;
    private int blockLimit;
    /** Up to 64 KiB of what went before, then the block. */
    private byte[] window = new byte[0];

    private int next;
    private int end;
    private XxHash32 content = new XxHash32();

    Lz4FrameStream(InputStream in) throws IOException {
        this.in = in;
        nextFrame();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (next == end && !ended) {
            if (inFrame) {
                nextBlock();
            } else {
                nextFrame();
            }
        }
        if (next == end) {
            return -1;
        }
        int count = Math.min(length, end - next);
        System.arraycopy(window, next, bytes, offset, count);
        next += count;
        return count;
    }

    private void nextFrame() throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length == 0) {
            ended = true;
            return;
        }
        consumed += magic.length;
        int value = magic.length < 4 ? 0 : Lz4Format.read4(magic, 0);
        if ((value & 0xFFFFFFF0) == 0x184D2A50) {
            pass(Integer.toUnsignedLong(word()));
        } else if (value == Lz4Frame.MAGIC) {
            header();
        } else {
            throw corrupt("0x" + Integer.toHexString(value), "a frame's magic or the end");
        }
    }

    private void pass(long count) throws IOException {
        for (long left = count; left > 0; ) {
            left -= take((int) Math.min(left, HISTORY)).length;
        }
    }

    private void header() throws IOException {
        byte[] flags = take(2);
        int flag = flags[0] & 0xff;
        int blockSize = flags[1] >> 4 & 7;
        if ((flag & 0xC0) != Lz4Frame.VERSION_1
                || (flag & (RESERVED | DICTIONARY)) != 0
                || (flags[1] & 0x8F) != 0
                || blockSize < 4) {
            throw new UnsupportedFeatureException(
                    STRUCTURE, consumed, "flags 0x" + Integer.toHexString(flag), "version 1 without dictionary");
        }
        independent = (flag & Lz4Frame.INDEPENDENT) != 0;
        blockChecksums = (flag & Lz4Frame.BLOCK_CHECKSUM) != 0;
        contentChecksum = (flag & CONTENT_CHECKSUM) != 0;
        byte[] size = (flag & Lz4Frame.CONTENT_SIZE) != 0 ? take(8) : new byte[0];
        contentSize = size.length == 0 ? -1 : Lz4Format.read8(size, 0);
        byte[] descriptor = new byte[2 + size.length];
        System.arraycopy(flags, 0, descriptor, 0, 2);
        System.arraycopy(size, 0, descriptor, 2, size.length);
        int checksum = take(1)[0] & 0xff;
        if (checksum != (XxHash32.of(descriptor, 0, descriptor.length) >>> 8 & 0xff)) {
            throw corrupt("header checksum 0x" + Integer.toHexString(checksum), "that of the header");
        }
        blockLimit = 1 << 8 + 2 * blockSize;
        produced = 0;
        next = 0;
        end = 0;
        content = new XxHash32();
        inFrame = true;
    }

    private void nextBlock() throws IOException {
        int length = word();
        if (length == 0) {
            endFrame();
            return;
        }
        boolean stored = length < 0;
        int size = length & Integer.MAX_VALUE;
        if (size > blockLimit) {
            throw corrupt("block of " + size + " bytes", "at most " + blockLimit);
        }
        byte[] bytes = take(size);
        if (blockChecksums && word() != XxHash32.of(bytes, 0, size)) {
            throw corrupt("block checksum", "that of the block");
        }
        int history = independent ? 0 : Math.min(end, HISTORY);
        byte[] room = window.length >= history + blockLimit ? window : new byte[HISTORY + blockLimit];
        System.arraycopy(window, end - history, room, 0, history);
        window = room;
        next = history;
        if (stored) {
            System.arraycopy(bytes, 0, window, history, size);
            end = history + size;
        } else {
            end = history + Lz4Decoder.decompressBehind(bytes, size, window, history, blockLimit);
        }
        produced += end - next;
        if (contentChecksum) {
            content.update(window, next, end - next);
        }
    }

    private void endFrame() throws IOException {
        if (contentChecksum && word() != content.value()) {
            throw corrupt("content checksum", "that of the content");
        }
        if (contentSize >= 0 && contentSize != produced) {
            throw corrupt("content of " + produced + " bytes", contentSize + " bytes");
        }
        inFrame = false;
        next = 0;
        end = 0;
    }

    private int word() throws IOException {
        return Lz4Format.read4(take(4), 0);
    }

    private byte[] take(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        consumed += bytes.length;
        if (bytes.length < count) {
            throw corrupt("it ends within a frame", "");
        }
        return bytes;
    }

    private CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException(STRUCTURE, consumed, actual, expected);
    }

    @Override
    public void close() {
        window = new byte[0];
        next = 0;
        end = 0;
        ended = true;
    }
}
