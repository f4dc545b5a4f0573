package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * All streams of an .xz file (file format 1.2.1), with zeros between them. Everything that the file says of itself is compared:
 * sizes in block headers, checks of blocks (none, CRC32, CRC64, SHA-256), index, footer, paddings.
 *
 * <pre>
 * stream  := header(12) block* index footer(12)
 * header  := FD '7zXZ' 00, flags (00, check type), CRC32 of the flags
 * footer  := CRC32 of the next 6 bytes, size of the index / 4 - 1 (u32), flags, 'YZ'
 * padding := 00 00 00 00
 * </pre>
 *
 * <p>Own code because packages are most of what a build reads, and decoding them is most of what a cold build does.
 */
final class XzDecoder extends InputStream {
    static final String STRUCTURE = "xz stream";
    private static final byte[] MAGIC = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};
    private static final int FLAGS_SIZE = 12;
    private static final int WORD = 4;

    private final XzInput in;
    private final long maxMemoryBytes;
    private final XzBlock.Memory memory = new XzBlock.Memory();
    private int checkType;
    private XzIndex index;
    private XzBlock block;
    private boolean ended;

    /** Reads the first stream's header. */
    XzDecoder(InputStream in, long maxMemoryBytes) throws IOException {
        this.in = new XzInput(in);
        this.maxMemoryBytes = maxMemoryBytes;
        header(true);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (block == null && !nextBlock()) {
                nextStream();
            } else {
                int count = block.read(to, offset, length);
                if (count > 0) {
                    return count;
                }
                index.add(block.unpaddedBytes(), block.uncompressedBytes());
                block = null;
            }
        }
        return -1;
    }

    /** False when the index comes instead, which is then read with the footer. */
    private boolean nextBlock() throws IOException {
        int size = in.next("xz stream block header");
        if (size == 0) {
            long indexBytes = index.check(in);
            footer(indexBytes);
            return false;
        }
        block = XzBlock.begin(in, (size + 1) * WORD, XzCheck.ofType(checkType, in.offset()), memory, maxMemoryBytes);
        return true;
    }

    private void header(boolean first) throws IOException {
        in.require(FLAGS_SIZE, "xz stream header");
        byte[] bytes = in.bytes();
        int at = in.at();
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes[at + i] != MAGIC[i]) {
                if (first) {
                    throw new NotThisFormatException(STRUCTURE, in.offset(), "another magic", "fd377a585a00");
                }
                throw corrupt(STRUCTURE, "garbage behind it", "another stream, zeros, or the end");
            }
        }
        if (Lz4Format.read4(bytes, at + 8) != XzCheck.crc32(bytes, at + MAGIC.length, 2)) {
            throw corrupt("xz stream header", "its CRC32 is not that of the flags", "");
        }
        checkType = flags(bytes, at + MAGIC.length);
        index = new XzIndex();
        XzCheck.ofType(checkType, in.offset());
        in.skip(FLAGS_SIZE);
    }

    private int flags(byte[] bytes, int at) throws UnsupportedFeatureException {
        if (bytes[at] != 0 || (bytes[at + 1] & 0xF0) != 0) {
            int flags = (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
            throw new UnsupportedFeatureException(
                    "xz stream flags", in.offset(), "0x" + Integer.toHexString(flags), "0x0000 to 0x000f");
        }
        return bytes[at + 1];
    }

    private void footer(long indexBytes) throws IOException {
        in.require(FLAGS_SIZE, "xz stream footer");
        byte[] bytes = in.bytes();
        int at = in.at();
        if (bytes[at + 10] != 'Y' || bytes[at + 11] != 'Z') {
            throw corrupt("xz stream footer", "another magic", "YZ");
        }
        if (Lz4Format.read4(bytes, at) != XzCheck.crc32(bytes, at + 4, 6)) {
            throw corrupt("xz stream footer", "its CRC32 is not that of its fields", "");
        }
        long backward = (Integer.toUnsignedLong(Lz4Format.read4(bytes, at + 4)) + 1) * WORD;
        if (flags(bytes, at + 8) != checkType || backward != indexBytes) {
            throw corrupt("xz stream footer", "does not match the header and the index", "");
        }
        in.skip(FLAGS_SIZE);
    }

    /** Passes over padding to the next header, if there is one. */
    private void nextStream() throws IOException {
        while (in.hasMore()) {
            in.require(WORD, "xz stream padding");
            if (Lz4Format.read4(in.bytes(), in.at()) != 0) {
                header(false);
                return;
            }
            in.skip(WORD);
        }
        ended = true;
    }

    private CorruptDataException corrupt(String structure, String actual, String expected) {
        return new CorruptDataException(structure, in.offset(), actual, expected);
    }
}
