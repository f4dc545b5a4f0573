package dev.caisson.pe;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One PE image: its headers in memory, its contents where they were. Immutable; an edit gives a new image that reads the
 * contents of the old one, so whoever opened the sources keeps them open as long as any image of theirs is used.
 */
public final class PeImage implements Plan {
    private final ByteSource source;
    private final long peOffset;
    private final CoffHeader coffHeader;
    private final OptionalHeader optionalHeader;
    private final List<SectionHeader> sections;
    private final List<WinCertificate> certificates;

    PeImage(
            ByteSource source,
            long peOffset,
            CoffHeader coffHeader,
            OptionalHeader optionalHeader,
            List<SectionHeader> sections,
            List<WinCertificate> certificates) {
        this.source = source;
        this.peOffset = peOffset;
        this.coffHeader = coffHeader;
        this.optionalHeader = optionalHeader;
        this.sections = List.copyOf(sections);
        this.certificates = List.copyOf(certificates);
    }

    /**
     * Reads and checks the headers and the certificate table; the contents of sections are not read.
     *
     * @throws FormatException for any bytes that are not a sound PE image
     */
    public static PeImage read(ByteSource source) throws IOException {
        return new PeReader(source).read();
    }

    /** Reads an image in memory, whose array must not change afterwards. */
    public static PeImage read(byte[] bytes) throws IOException {
        return read(ByteSource.of(bytes));
    }

    /** The whole file. */
    public ByteSource source() {
        return source;
    }

    /** Size of the file in bytes. */
    @Override
    public long size() {
        return source.size();
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        source.copyTo(out);
    }

    /** The COFF header. */
    public CoffHeader coffHeader() {
        return coffHeader;
    }

    /** The optional header. */
    public OptionalHeader optionalHeader() {
        return optionalHeader;
    }

    /** The section table, in stored order. */
    public List<SectionHeader> sections() {
        return sections;
    }

    /** The first section of a name. */
    public Optional<SectionHeader> section(String name) {
        return sections.stream().filter(section -> section.name().equals(name)).findFirst();
    }

    /** A section's contents without the padding behind its virtual size; nothing is copied. */
    public ByteSource contents(SectionHeader section) {
        return section.contentSize() == 0
                ? ByteSource.zeros(0)
                : source.slice(section.pointerToRawData(), section.contentSize());
    }

    /** The attribute certificates: signatures, in stored order. */
    public List<WinCertificate> certificates() {
        return certificates;
    }

    /** First byte behind what a signature can cover: the certificate table, or the end of the file. */
    public long contentEnd() {
        return certificates.isEmpty()
                ? size()
                : optionalHeader
                        .dataDirectories()
                        .get(DataDirectory.CERTIFICATE_TABLE)
                        .virtualAddress();
    }

    /** File offset of the optional header's CheckSum. */
    public long checkSumOffset() {
        return optionalHeaderOffset() + OptionalHeader.CHECK_SUM_AT;
    }

    /** File offset of the certificate table's data directory; -1 when the image has too few directories for one. */
    public long certificateDirectoryOffset() {
        return optionalHeader.dataDirectories().size() <= DataDirectory.CERTIFICATE_TABLE
                ? FormatException.NO_OFFSET
                : optionalHeaderOffset()
                        + optionalHeader.fixedSize()
                        + (long) DataDirectory.CERTIFICATE_TABLE * DataDirectory.SIZE;
    }

    /** The sections that have raw data, as they lie in the file. */
    public List<SectionHeader> sectionsInFileOrder() {
        return PeReader.inFileOrder(sections);
    }

    /**
     * Whether the raw data of the sections follow the headers and each other without a byte between. Bytes between would be
     * in no section, and tools disagree on whether Authenticode covers them.
     */
    public boolean gapless() {
        long at = optionalHeader.sizeOfHeaders();
        for (SectionHeader section : sectionsInFileOrder()) {
            if (section.pointerToRawData() != at) {
                return false;
            }
            at = section.rawEnd();
        }
        return true;
    }

    /**
     * Appends sections in the given order: addresses behind all others, at multiples of the section alignment and of 4 KiB;
     * raw data at the end of the file, padded to the file alignment; sizes and checksum in the header follow. A COFF symbol
     * table at the end of the file, which images do not need, is dropped.
     *
     * @throws dev.caisson.bytes.UnsupportedFeatureException when the headers have no room, the image is signed, or bytes of
     *     unknown meaning follow the sections
     */
    public PeImage withSections(List<NewSection> added) throws IOException {
        return new PeEditor(this).append(added);
    }

    /**
     * Gives a section other contents: in place when they fit, otherwise the entry moves to the end of the table and the
     * contents to the end of the file.
     *
     * @throws IllegalArgumentException when there is no section of this name
     * @throws dev.caisson.bytes.UnsupportedFeatureException as {@link #withSections}
     */
    public PeImage withSectionContent(String name, ByteSource content) throws IOException {
        return new PeEditor(this).replace(name, content);
    }

    /**
     * Replaces the certificate table. The file is padded with zeros to a multiple of 8 bytes first. An empty list removes the
     * table, and leaves such padding. The checksum is set.
     *
     * @throws dev.caisson.bytes.UnsupportedFeatureException when the image has too few data directories
     */
    public PeImage withCertificates(List<WinCertificate> replacement) throws IOException {
        return new PeEditor(this).certificates(replacement);
    }

    /** Removes the certificate table. */
    public PeImage withoutCertificates() throws IOException {
        return certificates.isEmpty() ? this : withCertificates(List.of());
    }

    /** Sets {@code DllCharacteristics} and the checksum. */
    public PeImage withDllCharacteristics(int value) throws IOException {
        return new PeEditor(this).dllCharacteristics(value);
    }

    /** Computes the checksum and stores it in the header. */
    public PeImage withCheckSum() throws IOException {
        return new PeEditor(this).finish();
    }

    /** The checksum of the file as it is ({@code ImageHlp CheckSumMappedFile}). */
    public long computeCheckSum() throws IOException {
        return PeCheckSum.of(source, checkSumOffset());
    }

    long peOffset() {
        return peOffset;
    }

    long optionalHeaderOffset() {
        return peOffset + 4 + CoffHeader.SIZE;
    }

    long sectionTableOffset() {
        return optionalHeaderOffset() + coffHeader.sizeOfOptionalHeader();
    }
}
