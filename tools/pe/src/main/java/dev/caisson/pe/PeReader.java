package dev.caisson.pe;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the headers of one image and checks all that points into the file. */
final class PeReader {
    static final int MAX_SECTIONS = 96;

    private static final int DOS_HEADER_SIZE = 64;
    private static final int E_LFANEW_AT = 60;
    private static final int MAX_CERTIFICATE_TABLE = 16 << 20;
    static final int SYMBOL_SIZE = 18;

    private final ByteSource source;

    PeReader(ByteSource source) {
        this.source = source;
    }

    PeImage read() throws IOException {
        if (source.size() < DOS_HEADER_SIZE) {
            throw new NotThisFormatException("DOS header", 0, source.size() + " bytes", "at least 64");
        }
        BinaryReader dos = reader("DOS header", 0, DOS_HEADER_SIZE);
        if (dos.u16() != 0x5a4d) {
            throw new NotThisFormatException("DOS header e_magic", 0, "no MZ", "MZ");
        }
        long peOffset = dos.seek(E_LFANEW_AT).u32();
        if (peOffset > source.size() - 4 - CoffHeader.SIZE) {
            throw new NotThisFormatException(
                    "DOS header e_lfanew", E_LFANEW_AT, Long.toString(peOffset), "an offset within the file");
        }
        BinaryReader pe = reader("PE signature and COFF header", peOffset, 4 + CoffHeader.SIZE);
        if (pe.u32() != 0x4550) {
            throw new NotThisFormatException("PE signature", peOffset, "no PE\\0\\0", "PE\\0\\0");
        }
        CoffHeader coff = CoffHeader.read(pe);
        long optionalOffset = peOffset + 4 + CoffHeader.SIZE;
        OptionalHeader optional =
                OptionalHeader.read(reader("optional header", optionalOffset, coff.sizeOfOptionalHeader()));
        long tableOffset = optionalOffset + coff.sizeOfOptionalHeader();
        List<SectionHeader> sections = sections(coff, tableOffset);
        checkAlignments(optional, optionalOffset);
        checkHeaders(optional, tableOffset + (long) sections.size() * SectionHeader.SIZE);
        checkSections(optional, sections, tableOffset);
        DataDirectory table = certificateTable(optional, sections);
        return new PeImage(source, peOffset, coff, optional, sections, certificates(table));
    }

    private BinaryReader reader(String structure, long offset, int length) throws IOException {
        byte[] bytes = source.read(offset, length);
        return new BinaryReader(structure, bytes, 0, length, offset, ByteOrder.LITTLE_ENDIAN);
    }

    private List<SectionHeader> sections(CoffHeader coff, long tableOffset) throws IOException {
        int count = coff.numberOfSections();
        if (count > MAX_SECTIONS) {
            throw new LimitExceededException(
                    "COFF header NumberOfSections", tableOffset, count + " sections", "at most " + MAX_SECTIONS);
        }
        BinaryReader in = reader("section table", tableOffset, count * SectionHeader.SIZE);
        List<SectionHeader> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SectionHeader section = SectionHeader.read(in);
            sections.add(section.name().startsWith("/") ? section.withName(longName(coff, section)) : section);
        }
        return sections;
    }

    /** "/n": a NUL-terminated name at byte n of the string table, which follows the symbols. */
    private String longName(CoffHeader coff, SectionHeader section) throws IOException {
        long strings = coff.pointerToSymbolTable() + coff.numberOfSymbols() * SYMBOL_SIZE;
        String digits = section.name().substring(1);
        if (coff.pointerToSymbolTable() == 0 || !digits.matches("[0-9]{1,7}")) {
            throw new CorruptDataException("section Name", strings, section.name(), "an offset into a string table");
        }
        long at = strings + Long.parseLong(digits);
        int room = (int) Math.max(0, Math.min(256, source.size() - at));
        String name = reader("COFF string table", at, room).text(room);
        if (name.isEmpty() || name.length() == room) {
            throw new CorruptDataException("COFF string table", at, "no name", "a name of at most 255 bytes");
        }
        return name;
    }

    private static void checkAlignments(OptionalHeader header, long offset) throws CorruptDataException {
        long file = header.fileAlignment();
        long memory = header.sectionAlignment();
        if (Long.bitCount(file) != 1 || file > 1 << 16) {
            throw new CorruptDataException(
                    "optional header FileAlignment", offset + 36, Long.toString(file), "a power of two up to 64 KiB");
        }
        if (Long.bitCount(memory) != 1 || memory < file || memory > 1 << 30) {
            throw new CorruptDataException(
                    "optional header SectionAlignment",
                    offset + 32,
                    Long.toString(memory),
                    "a power of two from FileAlignment to 1 GiB");
        }
    }

    private void checkHeaders(OptionalHeader header, long tableEnd) throws CorruptDataException {
        if (header.sizeOfHeaders() < tableEnd || header.sizeOfHeaders() > source.size()) {
            throw new CorruptDataException(
                    "optional header SizeOfHeaders",
                    tableEnd,
                    Long.toString(header.sizeOfHeaders()),
                    "from " + tableEnd + " (end of the section table) to " + source.size() + " (end of the file)");
        }
    }

    private void checkSections(OptionalHeader header, List<SectionHeader> sections, long offset)
            throws CorruptDataException {
        long rawEnd = header.sizeOfHeaders();
        for (SectionHeader section : inFileOrder(sections)) {
            if (section.pointerToRawData() < rawEnd || section.rawEnd() > source.size()) {
                throw new CorruptDataException(
                        "section " + section.name(),
                        offset,
                        "raw data from " + section.pointerToRawData() + " to " + section.rawEnd(),
                        "from " + rawEnd + " (behind what comes before) to " + source.size() + " (end of the file)");
            }
            rawEnd = section.rawEnd();
        }
        long virtualEnd = 0;
        List<SectionHeader> byAddress = new ArrayList<>(sections);
        byAddress.sort(
                Comparator.comparingLong(SectionHeader::virtualAddress).thenComparingLong(SectionHeader::virtualEnd));
        for (SectionHeader section : byAddress) {
            if (section.virtualAddress() < virtualEnd || section.virtualEnd() > header.sizeOfImage()) {
                throw new CorruptDataException(
                        "section " + section.name(),
                        offset,
                        "memory from " + section.virtualAddress() + " to " + section.virtualEnd(),
                        "from " + virtualEnd + " (behind what comes before) to " + header.sizeOfImage()
                                + " (SizeOfImage)");
            }
            virtualEnd = section.virtualEnd();
        }
    }

    /** The sections that have raw data, as they lie in the file. */
    static List<SectionHeader> inFileOrder(List<SectionHeader> sections) {
        return sections.stream()
                .filter(section -> section.sizeOfRawData() > 0)
                .sorted(Comparator.comparingLong(SectionHeader::pointerToRawData)
                        .thenComparingLong(SectionHeader::sizeOfRawData))
                .toList();
    }

    private DataDirectory certificateTable(OptionalHeader header, List<SectionHeader> sections)
            throws CorruptDataException {
        List<DataDirectory> directories = header.dataDirectories();
        if (directories.size() <= DataDirectory.CERTIFICATE_TABLE) {
            return new DataDirectory(0, 0);
        }
        DataDirectory table = directories.get(DataDirectory.CERTIFICATE_TABLE);
        long contentEnd = header.sizeOfHeaders();
        for (SectionHeader section : sections) {
            contentEnd = Math.max(contentEnd, section.rawEnd());
        }
        boolean absent = table.virtualAddress() == 0 && table.size() == 0;
        boolean last = table.size() > 0
                && table.virtualAddress() >= contentEnd
                && table.virtualAddress() + table.size() == source.size()
                && table.virtualAddress() % WinCertificate.ALIGNMENT == 0;
        if (!absent && !last) {
            throw new CorruptDataException(
                    "certificate table directory",
                    FormatException.NO_OFFSET,
                    table.size() + " bytes at " + table.virtualAddress(),
                    "from a multiple of 8 not before " + contentEnd + " to the end of the file at " + source.size());
        }
        return table;
    }

    private List<WinCertificate> certificates(DataDirectory table) throws IOException {
        if (table.size() > MAX_CERTIFICATE_TABLE) {
            throw new LimitExceededException(
                    "certificate table", table.virtualAddress(), table.size() + " bytes", "at most 16 MiB");
        }
        return WinCertificate.readTable(
                source.read(table.virtualAddress(), (int) table.size()), table.virtualAddress());
    }
}
