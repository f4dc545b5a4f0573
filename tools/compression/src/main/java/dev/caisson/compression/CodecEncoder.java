package dev.caisson.compression;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/**
 * Compresses a stream in one thread. The same bytes at the same level give the same output, whatever pieces they come in; of zstd
 * and xz, with the same version of the library.
 */
public final class CodecEncoder {
    /** How much of a gzip stream goes into one member: DeflateEncoder takes whole buffers. */
    private static final int GZIP_MEMBER = 4 << 20;

    private CodecEncoder() {}

    /**
     * A stream that compresses what is written to it. Closing it ends the compressed stream and closes {@code out}.
     *
     * @param codec NONE, GZIP, XZ or ZSTD
     * @param level of the codec: 1–9 of gzip, 0–9 of xz, 1–22 of zstd; ignored by NONE
     * @throws IllegalArgumentException for another codec or level
     */
    public static OutputStream encode(Codec codec, int level, OutputStream out) throws IOException {
        return switch (codec) {
            case NONE -> new Pass(out);
            case GZIP -> new GzipStream(new DeflateEncoder(level), out);
            case XZ -> new XZOutputStream(out, new LZMA2Options(checked(level, 0, 9)), XZ.CHECK_CRC64);
            case ZSTD ->
                new ZstdOutputStreamNoFinalizer(out, checked(level, 1, 22))
                        .setChecksum(true)
                        .setCloseFrameOnFlush(false);
            case BZIP2, LZMA, LZ4 -> throw new IllegalArgumentException("cannot compress with " + codec.codecName());
        };
    }

    private static int checked(int level, int min, int max) {
        if (level < min || level > max) {
            throw new IllegalArgumentException("level " + level + ", expected " + min + " to " + max);
        }
        return level;
    }

    private static final class Pass extends FilterOutputStream {
        private Pass(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }
    }

    private static final class GzipStream extends OutputStream {
        private final DeflateEncoder encoder;
        private final OutputStream out;
        private final byte[] buffer = new byte[GZIP_MEMBER];
        private int filled;
        private boolean any;
        private boolean closed;

        private GzipStream(DeflateEncoder encoder, OutputStream out) {
            this.encoder = encoder;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int count = Math.min(length - done, buffer.length - filled);
                System.arraycopy(bytes, offset + done, buffer, filled, count);
                filled += count;
                done += count;
                if (filled == buffer.length) {
                    member();
                }
            }
        }

        private void member() throws IOException {
            out.write(encoder.gzip(buffer, 0, filled));
            filled = 0;
            any = true;
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            if (filled > 0 || !any) {
                member();
            }
            out.close();
        }
    }
}
