package dev.caisson.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.caisson.bytes.CorruptDataException;
import java.util.Objects;

/** Decoder of zstd frames (RFC 8878) that are in memory as a whole, into space of known size. */
public final class ZstdDecoder {
    private ZstdDecoder() {}

    /**
     * Decodes one or more whole frames.
     *
     * @param src holds the frames
     * @param srcOffset first byte of the first frame
     * @param srcLength exact length of the frames in bytes
     * @param dst receives the output, from {@code dstOffset} on
     * @param dstOffset first output byte
     * @param dstCapacity most output bytes
     * @return number of output bytes
     * @throws CorruptDataException when the frames are damaged, truncated, or decode to more than the capacity
     */
    public static int decompress(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int dstCapacity)
            throws CorruptDataException {
        Objects.checkFromIndexSize(srcOffset, srcLength, src.length);
        Objects.checkFromIndexSize(dstOffset, dstCapacity, dst.length);
        if (srcLength == 0) {
            throw new CorruptDataException("zstd frame", 0, "0 bytes", "a frame");
        }
        long size;
        try {
            size = Zstd.decompressByteArray(dst, dstOffset, dstCapacity, src, srcOffset, srcLength);
        } catch (ZstdException e) {
            throw corrupt(e.getMessage());
        }
        if (Zstd.isError(size)) {
            throw corrupt(Zstd.getErrorName(size));
        }
        return Math.toIntExact(size);
    }

    /**
     * Decodes one whole frame that was compressed with a dictionary.
     *
     * @param src the frame
     * @param dictionary its dictionary, as trained or raw
     * @param dst receives the output
     * @return number of output bytes
     * @throws CorruptDataException when the frame is damaged, truncated, of another dictionary, or decodes to more than {@code dst}
     */
    public static int decompress(byte[] src, byte[] dictionary, byte[] dst) throws CorruptDataException {
        long size;
        try {
            size = Zstd.decompressUsingDict(dst, 0, src, 0, src.length, dictionary);
        } catch (ZstdException e) {
            throw corrupt(e.getMessage());
        }
        if (Zstd.isError(size)) {
            throw corrupt(Zstd.getErrorName(size));
        }
        return Math.toIntExact(size);
    }

    /**
     * Length of the frame that begins at {@code offset}, which other bytes may follow.
     *
     * @throws CorruptDataException when there is none, or it is truncated
     */
    public static int frameLength(byte[] src, int offset, int length) throws CorruptDataException {
        Objects.checkFromIndexSize(offset, length, src.length);
        long size = length == 0 ? -1 : Zstd.findFrameCompressedSize(src, offset, length);
        if (size <= 0 || size > length) {
            throw corrupt("no whole frame in " + length + " bytes");
        }
        return (int) size;
    }

    private static CorruptDataException corrupt(String reason) {
        return new CorruptDataException("zstd frame", 0, String.valueOf(reason), "");
    }
}
