package dev.caisson.eif;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** Reads enclave image files. */
public final class EifReader {
    private static final String STRUCTURE = "EIF file";
    private static final int MOST_METADATA = 1 << 20;
    private static final int MOST_COMMAND_LINE = 1 << 16;

    private EifReader() {}

    /** Whether a file begins with the magic. */
    public static boolean isEif(ByteSource source) throws IOException {
        return source.size() >= 4
                && new String(source.read(0, 4), java.nio.charset.StandardCharsets.ISO_8859_1).equals(".eif");
    }

    /**
     * Reads a file whole: its checksum is that of all bytes.
     *
     * @throws FormatException when it is no such file, is damaged, or its signature is not of its contents
     */
    public static EifImage read(ByteSource source) throws IOException {
        EifHeader header = EifHeader.parse(source.read(0, (int) Math.min(EifHeader.SIZE, source.size())));
        List<EifSection> sections = sections(source, header);
        CRC32 computed = new CRC32();
        EifPlan.update(computed, source.slice(0, EifHeader.CRC_AT));
        EifPlan.update(computed, source.slice(EifHeader.SIZE, source.size() - EifHeader.SIZE));
        long crc = computed.getValue();
        if (crc != header.crc()) {
            throw new CorruptDataException(
                    "EIF header",
                    EifHeader.CRC_AT,
                    "CRC-32 0x" + Long.toHexString(header.crc()),
                    "0x" + Long.toHexString(crc));
        }
        requireShape(header, sections);
        Optional<EifSection> signed = only(sections, EifSection.Type.SIGNATURE);
        Optional<EifSignature> signature = signed.isPresent()
                ? Optional.of(EifSignature.verify(signed.get().data().readAll(EifSignature.MOST_BYTES)))
                : Optional.empty();
        EifMeasurements measurements = EifMeasurements.of(
                sections, signature.map(EifSignature::certificate).map(Pem::der));
        if (signature.isPresent() && !signature.get().pcr0().equals(measurements.pcr0())) {
            throw new CorruptDataException(
                    "EIF signature",
                    FormatException.NO_OFFSET,
                    "of PCR 0 " + signature.get().pcr0(),
                    measurements.pcr0().toString());
        }
        Optional<EifSection> text = only(sections, EifSection.Type.METADATA);
        Optional<JsonObject> metadata = text.isPresent()
                ? Optional.of(Json.parseObject(text.get().data().readAll(MOST_METADATA)))
                : Optional.empty();
        return new EifImage(header.version(), header.aarch64(), sections, measurements, signature, metadata);
    }

    /** One behind the other, from the header to the end of the file. */
    private static List<EifSection> sections(ByteSource source, EifHeader header) throws IOException {
        List<EifSection> sections = new ArrayList<>();
        long at = EifHeader.SIZE;
        for (int i = 0; i < header.offsets().size(); i++) {
            long size = header.sizes().get(i);
            if (header.offsets().get(i) != at || size > source.size() - at - EifSection.HEADER_SIZE) {
                throw new CorruptDataException(
                        "EIF header",
                        28 + 8L * i,
                        "section of " + size + " bytes at " + header.offsets().get(i),
                        "one at " + at + " within " + source.size() + " bytes");
            }
            EifSection.Type type = EifSection.type(source.read(at, EifSection.HEADER_SIZE), at, size);
            at += EifSection.HEADER_SIZE;
            sections.add(new EifSection(type, source.slice(at, size)));
            at += size;
        }
        if (at != source.size()) {
            throw new CorruptDataException(STRUCTURE, at, source.size() - at + " more bytes", "the end");
        }
        return sections;
    }

    private static Optional<EifSection> only(List<EifSection> sections, EifSection.Type type)
            throws CorruptDataException {
        List<EifSection> found =
                sections.stream().filter(section -> section.type() == type).toList();
        if (found.size() > 1) {
            throw new CorruptDataException(STRUCTURE, FormatException.NO_OFFSET, found.size() + " of " + type, "one");
        }
        return found.stream().findFirst();
    }

    private static void requireShape(EifHeader header, List<EifSection> sections) throws IOException {
        boolean kernel = false;
        for (EifSection section : sections) {
            kernel |= section.type() == EifSection.Type.KERNEL;
            if (section.type() == EifSection.Type.RAMDISK && !kernel) {
                throw new CorruptDataException(STRUCTURE, FormatException.NO_OFFSET, "a ramdisk first", "the kernel");
            }
        }
        Optional<EifSection> commandLine = only(sections, EifSection.Type.CMDLINE);
        boolean metadata = only(sections, EifSection.Type.METADATA).isPresent();
        if (only(sections, EifSection.Type.KERNEL).isEmpty()
                || commandLine.isEmpty()
                || !metadata && header.version() >= EifHeader.CURRENT) {
            throw new CorruptDataException(
                    STRUCTURE,
                    FormatException.NO_OFFSET,
                    "no kernel, command line or metadata",
                    "one of each in version " + header.version());
        }
        commandLine.get().data().readAll(MOST_COMMAND_LINE);
    }
}
