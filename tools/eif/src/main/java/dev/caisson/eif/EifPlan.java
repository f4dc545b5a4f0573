package dev.caisson.eif;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Plan;
import dev.caisson.signing.EcdsaKey;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** A whole enclave image file, measured. */
public final class EifPlan implements Plan {
    private static final long DEFAULT_MEMORY = 1L << 30;
    private static final int DEFAULT_CPUS = 2;

    private final List<EifSection> sections;
    private final EifHeader header;
    private final EifMeasurements measurements;

    private EifPlan(List<EifSection> sections, EifHeader header, EifMeasurements measurements) {
        this.sections = sections;
        this.header = header;
        this.measurements = measurements;
    }

    /**
     * What goes into a file.
     *
     * @param aarch64 whether it is for that architecture, else for x86_64
     * @param kernel a bzImage, or an uncompressed Image on aarch64
     * @param commandLine of the kernel, in ASCII
     * @param ramdisks cpio archives, one at least; the first one is measured with the kernel
     * @param metadata about the build
     */
    public record Contents(
            boolean aarch64, ByteSource kernel, String commandLine, List<ByteSource> ramdisks, EifMetadata metadata) {
        /** Checks what the format limits. */
        public Contents {
            ramdisks = List.copyOf(ramdisks);
            if (ramdisks.isEmpty() || ramdisks.size() > EifHeader.MOST_SECTIONS - 4) {
                throw new IllegalArgumentException(ramdisks.size() + " ramdisks");
            }
            if (commandLine.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a command line with NUL");
            }
        }
    }

    /** Measures the contents, which are read now and when the file is written, and signs PCR 0 if there is a key. */
    public static EifPlan of(Contents contents, Optional<EcdsaKey> key) throws IOException {
        List<EifSection> sections = new ArrayList<>();
        sections.add(new EifSection(EifSection.Type.KERNEL, contents.kernel));
        sections.add(text(EifSection.Type.CMDLINE, contents.commandLine.getBytes(StandardCharsets.UTF_8)));
        sections.add(text(EifSection.Type.METADATA, contents.metadata.bytes()));
        contents.ramdisks.forEach(ramdisk -> sections.add(new EifSection(EifSection.Type.RAMDISK, ramdisk)));
        Optional<byte[]> certificate = key.map(EcdsaKey::certificate).map(Pem::der);
        EifMeasurements measurements = EifMeasurements.of(sections, certificate);
        key.ifPresent(signer ->
                sections.add(text(EifSection.Type.SIGNATURE, EifSignature.sign(signer, measurements.pcr0()))));
        List<Long> offsets = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        long at = EifHeader.SIZE;
        for (EifSection section : sections) {
            offsets.add(at);
            sizes.add(section.data().size());
            at += EifSection.HEADER_SIZE + section.data().size();
        }
        EifHeader header =
                new EifHeader(EifHeader.CURRENT, contents.aarch64, DEFAULT_MEMORY, DEFAULT_CPUS, offsets, sizes, 0);
        return new EifPlan(List.copyOf(sections), header.withCrc(crc(header, sections)), measurements);
    }

    private static EifSection text(EifSection.Type type, byte[] bytes) {
        return new EifSection(type, ByteSource.of(bytes));
    }

    /** Of the header without its last field, then of the sections with theirs. */
    private static long crc(EifHeader header, List<EifSection> sections) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(header.encode(), 0, EifHeader.CRC_AT);
        for (EifSection section : sections) {
            crc.update(section.header());
            update(crc, section.data());
        }
        return crc.getValue();
    }

    static void update(CRC32 crc, ByteSource data) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        for (long at = 0; at < data.size(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), data.size() - at));
            data.readFully(at, buffer);
            crc.update(buffer.flip());
        }
    }

    /** What an enclave of this file attests. */
    public EifMeasurements measurements() {
        return measurements;
    }

    @Override
    public long size() {
        int last = header.offsets().size() - 1;
        return header.offsets().get(last)
                + EifSection.HEADER_SIZE
                + header.sizes().get(last);
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        out.write(header.encode());
        for (EifSection section : sections) {
            out.write(section.header());
            section.data().copyTo(out);
        }
    }
}
