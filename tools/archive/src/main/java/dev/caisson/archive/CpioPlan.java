package dev.caisson.archive;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.util.List;

/** A "newc" archive whose every byte is decided; made by {@link CpioWriter#plan}. */
public final class CpioPlan implements Plan {
    /** What archives are padded to, as GNU cpio does and boot loaders that concatenate archives expect at least to 4. */
    private static final int BLOCK = 512;

    private final List<Entry> entries;
    private final Entry trailer;
    private final long size;

    /** @param entryBytes size of all entries without the trailer */
    CpioPlan(List<Entry> entries, long entryBytes) {
        this.entries = List.copyOf(entries);
        this.trailer = CpioWriter.trailer();
        this.size = (entryBytes + trailer.size() + BLOCK - 1) / BLOCK * BLOCK;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        long start = out.position();
        for (Entry entry : entries) {
            entry.writeTo(out);
        }
        trailer.writeTo(out);
        out.zeros(start + size - out.position());
    }

    /** Writes the bytes of a content. */
    interface Body {
        void writeTo(ByteSink out) throws IOException;
    }

    record Content(long size, Body body) {
        static final Content NONE = new Content(0, out -> {});
    }

    record Entry(CpioHeader header, byte[] name, Content content) {
        long size() {
            return CpioHeader.aligned(CpioHeader.SIZE + header.nameSize()) + CpioHeader.aligned(content.size());
        }

        void writeTo(ByteSink out) throws IOException {
            long start = out.position();
            out.write(header.encode());
            out.write(name);
            out.zeros(CpioHeader.aligned(CpioHeader.SIZE + header.nameSize()) - CpioHeader.SIZE - name.length);
            content.body().writeTo(out);
            out.zeros(CpioHeader.aligned(content.size()) - content.size());
            if (out.position() - start != size()) {
                throw new IllegalStateException("a content does not have the size that it had when it was planned");
            }
        }
    }
}
