package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.compression.Codec;
import dev.caisson.compression.DeflateEncoder;
import dev.caisson.compression.GzipStream;
import dev.caisson.compression.Lz4Encoder;
import dev.caisson.compression.Lz4Frame;
import dev.caisson.compression.XzStream;
import dev.caisson.compression.ZstdBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/**
 * Writes the plain bytes of a disk as one compressed stream, cut into pieces that are compressed on their own: one gzip member
 * whose pieces know the 32 KiB before them, one .xz stream of blocks, zstd frames, one LZ4 frame of independent blocks. Every
 * usual decompressor reads them.
 */
public final class StreamWriter implements DiskFormatWriter {
    private static final int GZIP_PIECE = 1 << 20;
    private static final int HISTORY = 32 << 10;
    private static final int ZSTD_PIECE = 8 << 20;
    private static final int XZ_PIECE = 16 << 20;
    private static final int GZIP_TRAILER = 4;

    private final DiskImage image;
    private final ByteSource source;
    private final Codec codec;
    private final int level;
    private final int pieceBytes;
    private final GzipStream gzip = new GzipStream();
    private final XzStream xz = new XzStream();
    private final ConcurrentLinkedQueue<DeflateEncoder> deflaters = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Lz4Encoder> lz4Encoders = new ConcurrentLinkedQueue<>();
    /** What a whole piece of zeros becomes. */
    private final ConcurrentMap<Integer, EncodedBatch> zeroPieces = new ConcurrentHashMap<>();

    private int nextPiece;
    private long position;

    /**
     * A writer.
     *
     * @param codec GZIP, XZ, ZSTD or LZ4
     * @param level the codec's level: 1 to 9, 0 to 9, 1 to 22, 0 to 12
     */
    public StreamWriter(DiskImage image, Codec codec, int level) {
        this.image = image;
        this.source = image.asSource();
        this.codec = codec;
        this.level = level;
        this.pieceBytes = switch (codec) {
            case GZIP -> GZIP_PIECE;
            case XZ -> XZ_PIECE;
            case ZSTD -> ZSTD_PIECE;
            case LZ4 -> Lz4Frame.BLOCK_BYTES;
            case NONE, BZIP2, LZMA ->
                throw new IllegalArgumentException("no writer for " + codec.codecName() + " streams");
        };
    }

    @Override
    public int batches() {
        return Math.toIntExact((image.size() + pieceBytes - 1) / pieceBytes);
    }

    @Override
    public EncodedBatch encode(int index) throws IOException {
        long offset = (long) index * pieceBytes;
        int length = (int) Math.min(pieceBytes, image.size() - offset);
        boolean last = offset + length == image.size();
        int history = codec == Codec.GZIP ? (int) Math.min(HISTORY, offset) : 0;
        boolean zeros = !image.hasData(offset - history, (long) history + length);
        if (zeros && !last && (index > 0 || history > 0 || codec != Codec.GZIP)) {
            EncodedBatch known = zeroPieces.get(length);
            if (known == null) {
                known = encode(new byte[history + length], history, length, false);
                zeroPieces.putIfAbsent(length, known);
            }
            return known;
        }
        byte[] bytes = new byte[history + length];
        if (!zeros) {
            source.readFully(offset - history, ByteBuffer.wrap(bytes));
        }
        return encode(bytes, history, length, last);
    }

    private EncodedBatch encode(byte[] bytes, int history, int length, boolean last) {
        byte[] encoded = switch (codec) {
            case GZIP -> gzipPiece(bytes, history, length, last);
            case XZ -> xzPiece(XzStream.block(bytes, 0, length, level));
            case ZSTD -> ZstdBuffers.compress(bytes, level);
            default -> lz4Piece(bytes);
        };
        return new EncodedBatch(encoded, new int[] {encoded.length});
    }

    /** The piece, then the CRC of its input. */
    private byte[] gzipPiece(byte[] bytes, int history, int length, boolean last) {
        DeflateEncoder pooled = deflaters.poll();
        DeflateEncoder encoder = pooled == null ? new DeflateEncoder(level) : pooled;
        byte[] piece = encoder.piece(bytes, history, history, length, last);
        deflaters.add(encoder);
        return BinaryWriter.littleEndian(piece.length + GZIP_TRAILER)
                .bytes(piece)
                .u32(Integer.toUnsignedLong(GzipStream.crc(bytes, history, length)))
                .toByteArray();
    }

    private byte[] lz4Piece(byte[] bytes) {
        Lz4Encoder pooled = lz4Encoders.poll();
        Lz4Encoder encoder = pooled == null ? new Lz4Encoder(level) : pooled;
        byte[] block = Lz4Frame.block(encoder, bytes, 0, bytes.length);
        lz4Encoders.add(encoder);
        return block;
    }

    /** The block, then its record, then the record's length. */
    private static byte[] xzPiece(XzStream.Block block) {
        return BinaryWriter.littleEndian(block.bytes().length + block.record().length + 1)
                .bytes(block.bytes())
                .bytes(block.record())
                .u8(block.record().length)
                .toByteArray();
    }

    @Override
    public void place(EncodedBatch batch, ImageOutput out) throws IOException {
        if (nextPiece == 0) {
            begin(out);
        }
        byte[] bytes = batch.bytes();
        long offset = (long) nextPiece++ * pieceBytes;
        if (codec == Codec.GZIP) {
            int end = bytes.length - GZIP_TRAILER;
            int crc = BinaryReader.littleEndian("piece", bytes).seek(end).i32();
            gzip.add(crc, Math.min(pieceBytes, image.size() - offset));
            append(out, ByteBuffer.wrap(bytes, 0, end));
        } else if (codec == Codec.XZ) {
            int record = bytes[bytes.length - 1];
            int end = bytes.length - 1 - record;
            byte[] recordBytes = java.util.Arrays.copyOfRange(bytes, end, bytes.length - 1);
            append(out, ByteBuffer.wrap(xz.add(new XzStream.Block(java.util.Arrays.copyOf(bytes, end), recordBytes))));
        } else {
            append(out, ByteBuffer.wrap(bytes));
        }
    }

    private void begin(ImageOutput out) throws IOException {
        byte[] header = switch (codec) {
            case GZIP -> gzip.header();
            case XZ -> xz.header();
            case LZ4 -> Lz4Frame.header(image.size());
            default -> new byte[0];
        };
        append(out, ByteBuffer.wrap(header));
    }

    private void append(ImageOutput out, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        out.write(position, bytes);
        position += length;
    }

    @Override
    public long finish(ImageOutput out) throws IOException {
        if (nextPiece == 0) {
            begin(out);
            if (codec == Codec.GZIP) {
                append(out, ByteBuffer.wrap(new DeflateEncoder(level).deflate(new byte[0], 0, 0)));
            }
        }
        byte[] end = switch (codec) {
            case GZIP -> gzip.trailer();
            case XZ -> xz.end();
            case LZ4 -> Lz4Frame.end();
            default -> new byte[0];
        };
        append(out, ByteBuffer.wrap(end));
        return position;
    }
}
