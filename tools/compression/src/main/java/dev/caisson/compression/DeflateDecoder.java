package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decoder of deflate and zlib streams that are in memory as a whole, into space of known size. */
public final class DeflateDecoder {
    private DeflateDecoder() {}

    /**
     * Decodes a stream to its end.
     *
     * @param wrapped whether it is a zlib stream (RFC 1950) rather than a bare one (RFC 1951)
     * @param dst is filled exactly
     * @return number of source bytes that belong to the stream; what follows is not looked at
     * @throws CorruptDataException when it is damaged, truncated, or decodes to more or fewer bytes
     */
    public static int decompress(boolean wrapped, byte[] src, int offset, int length, byte[] dst)
            throws CorruptDataException {
        Inflater inflater = new Inflater(!wrapped);
        try {
            inflater.setInput(src, offset, length);
            int got = 0;
            while (!inflater.finished()) {
                // One byte more than there is room for shows a stream that is too long.
                int more = got < dst.length
                        ? inflater.inflate(dst, got, dst.length - got)
                        : inflater.inflate(new byte[1]) > 0 ? -1 : 0;
                if (more < 0) {
                    throw corrupt("decodes to more bytes", dst.length + " bytes");
                }
                if (more == 0 && !inflater.finished()) {
                    throw corrupt("is truncated after " + length + " bytes", "its end");
                }
                got += more;
            }
            if (got < dst.length) {
                throw corrupt("decodes to " + got + " bytes", dst.length + " bytes");
            }
            return length - inflater.getRemaining();
        } catch (DataFormatException e) {
            throw corrupt(String.valueOf(e.getMessage()), "");
        } finally {
            inflater.end();
        }
    }

    private static CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException("deflate stream", 0, actual, expected);
    }
}
