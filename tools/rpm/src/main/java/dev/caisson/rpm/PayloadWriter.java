package dev.caisson.rpm;

import dev.caisson.archive.CpioStreamWriter;
import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.compression.CodecEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a payload, first to learn its sizes and digests and then for good. */
final class PayloadWriter {
    private static final int CHUNK = 1 << 16;

    private final List<PlannedFile> files;
    private final boolean stripped;
    private final RpmOptions options;

    PayloadWriter(List<PlannedFile> files, boolean stripped, RpmOptions options) {
        this.files = files;
        this.stripped = stripped;
        this.options = options;
    }

    /**
     * What the header says of a payload.
     *
     * @param storedBytes compressed size
     * @param archiveBytes uncompressed size
     * @param stored digest of the compressed bytes
     * @param archive digest of the uncompressed bytes
     * @param files digest of each file; empty for all but regular files with content of their own or of a link set
     * @param retained the compressed bytes, if they are few enough
     */
    record Result(
            long storedBytes,
            long archiveBytes,
            Digest stored,
            Digest archive,
            List<Optional<Digest>> files,
            Optional<byte[]> retained) {}

    /** Counts, and keeps what fits. */
    private static final class Measure implements ByteSink {
        private final int limit;
        private ArraySink kept = new ArraySink(1 << 16);
        private long count;

        Measure(int limit) {
            this.limit = limit;
        }

        @Override
        public long position() {
            return count;
        }

        @Override
        public void write(ByteBuffer src) {
            count += src.remaining();
            if (kept != null && count <= limit) {
                kept.write(src);
            } else {
                kept = null;
                src.position(src.limit());
            }
        }

        @Override
        public void zeros(long number) {
            count += number;
            if (kept != null && count <= limit) {
                kept.zeros(number);
            } else {
                kept = null;
            }
        }

        Optional<byte[]> kept() {
            return Optional.ofNullable(kept).map(ArraySink::toByteArray);
        }
    }

    Result measure() throws IOException {
        Measure measure = new Measure(options.retainedBytes());
        DigestingSink stored = new DigestingSink(measure, DigestAlgorithm.SHA256);
        List<Optional<Digest>> digests = new ArrayList<>();
        Archive archive = write(stored, digests);
        return new Result(measure.position(), archive.size, stored.digest(), archive.digest, digests, measure.kept());
    }

    private record Archive(long size, Digest digest) {}

    void writeTo(ByteSink out) throws IOException {
        write(out, new ArrayList<>());
    }

    private Archive write(ByteSink out, List<Optional<Digest>> digests) throws IOException {
        OutputStream target = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                out.write(new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
        StreamSink archive;
        DigestingSink digesting;
        try (OutputStream encoder = CodecEncoder.encode(options.payload(), options.level(), target)) {
            archive = new StreamSink(encoder);
            digesting = new DigestingSink(archive, DigestAlgorithm.SHA256);
            writeArchive(digesting, digests);
            archive.flush();
        }
        return new Archive(archive.position(), digesting.digest());
    }

    /** A stream as a sink, with a buffer, since headers are written in small pieces. */
    private static final class StreamSink implements ByteSink {
        private final OutputStream out;
        private final byte[] buffer = new byte[CHUNK];
        private int filled;
        private long position;

        StreamSink(OutputStream out) {
            this.out = out;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(ByteBuffer src) throws IOException {
            while (src.hasRemaining()) {
                int count = Math.min(src.remaining(), CHUNK - filled);
                src.get(buffer, filled, count);
                advance(count);
            }
        }

        @Override
        public void zeros(long count) throws IOException {
            for (long left = count; left > 0; ) {
                int some = (int) Math.min(left, CHUNK - filled);
                Arrays.fill(buffer, filled, filled + some, (byte) 0);
                left -= some;
                advance(some);
            }
        }

        private void advance(int count) throws IOException {
            filled += count;
            position += count;
            if (filled == CHUNK) {
                flush();
            }
        }

        void flush() throws IOException {
            out.write(buffer, 0, filled);
            filled = 0;
        }
    }

    /** The names of one file come one after the other, the content last: rpm's installer links wrongly otherwise. */
    private void writeArchive(ByteSink out, List<Optional<Digest>> digests) throws IOException {
        CpioStreamWriter cpio = new CpioStreamWriter(out);
        Map<Integer, List<Integer>> waiting = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            PlannedFile file = files.get(i);
            digests.add(Optional.empty());
            if (file.request().isGhost()) {
                continue;
            }
            if (!file.bearsContent()) {
                waiting.computeIfAbsent(file.inode(), inode -> new ArrayList<>())
                        .add(i);
                continue;
            }
            List<Integer> others = waiting.getOrDefault(file.inode(), List.of());
            for (int other : others) {
                writeFile(cpio, other, files.get(other));
            }
            Optional<Digest> digest = writeFile(cpio, i, file);
            digests.set(i, digest);
            others.forEach(other -> digests.set(other, digest));
        }
        cpio.end();
    }

    private Optional<Digest> writeFile(CpioStreamWriter cpio, int index, PlannedFile file) throws IOException {
        RpmFile.Type type = file.request().type();
        boolean content = type == RpmFile.Type.REGULAR && file.bearsContent();
        List<Digest> digest = new ArrayList<>();
        CpioStreamWriter.Content body = out -> {
            if (type == RpmFile.Type.SYMLINK) {
                out.write(file.request().linkTarget());
            } else if (content) {
                DigestingSink digesting = new DigestingSink(out, DigestAlgorithm.SHA256);
                file.content().copyTo(digesting);
                digest.add(digesting.digest());
            }
        };
        long size = type == RpmFile.Type.SYMLINK || content ? file.sizeBytes() : 0;
        if (stripped) {
            cpio.stripped(index, size, body);
        } else {
            cpio.newc(
                    name(file),
                    file.inode(),
                    file.mode(),
                    file.names(),
                    file.request().mtimeSeconds(),
                    file.request().deviceMajor(),
                    file.request().deviceMinor(),
                    size,
                    body);
        }
        return digest.isEmpty() ? Optional.empty() : Optional.of(digest.get(0));
    }

    private static byte[] name(PlannedFile file) {
        byte[] path = file.request().path().bytes();
        byte[] name = Arrays.copyOf(".".getBytes(StandardCharsets.US_ASCII), path.length + 1);
        System.arraycopy(path, 0, name, 1, path.length);
        return name;
    }
}
