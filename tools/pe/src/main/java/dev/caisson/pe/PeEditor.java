package dev.caisson.pe;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One edit of an image: changed header bytes in front, unchanged and new contents behind. Used once. */
final class PeEditor {
    /** Pages: the stub of systemd 252 has a section alignment of 512 bytes, but what it starts wants pages. */
    private static final long PAGE = 4096;

    private static final int MAX_HEADERS = 1 << 20;
    private static final int MAX_TAIL = 16 << 20;

    private final PeImage image;
    private final ByteBuffer headers;
    private final List<ByteSource> body = new ArrayList<>();

    PeEditor(PeImage image) throws IOException {
        this.image = image;
        long tableEnd = image.sectionTableOffset() + (long) image.sections().size() * SectionHeader.SIZE;
        if (tableEnd > MAX_HEADERS) {
            throw new UnsupportedFeatureException(
                    "section table", tableEnd, "ends behind 1 MiB", "headers at the start of the file");
        }
        int kept = (int) Math.min(image.optionalHeader().sizeOfHeaders(), MAX_HEADERS);
        this.headers = ByteBuffer.wrap(image.source().read(0, kept)).order(ByteOrder.LITTLE_ENDIAN);
    }

    PeImage append(List<NewSection> added) throws IOException {
        if (added.isEmpty()) {
            return image;
        }
        long end = checkAppendable();
        List<SectionHeader> table = new ArrayList<>(image.sections());
        body.add(range(headers.capacity(), end));
        long at = end;
        for (NewSection section : added) {
            long start = roundUp(at, image.optionalHeader().fileAlignment());
            body.add(ByteSource.zeros(start - at));
            SectionHeader header = place(section, start, table);
            table.add(header);
            body.add(section.content());
            body.add(ByteSource.zeros(header.sizeOfRawData() - section.content().size()));
            at = start + header.sizeOfRawData();
        }
        writeTable(table, image.sections().size());
        long grown = table.stream()
                .skip(image.sections().size())
                .filter(section -> (section.characteristics() & SectionHeader.CONTAINS_INITIALIZED_DATA) != 0)
                .mapToLong(SectionHeader::sizeOfRawData)
                .sum();
        putOptional(
                OptionalHeader.SIZE_OF_INITIALIZED_DATA_AT,
                image.optionalHeader().sizeOfInitializedData() + grown);
        return finishEdit();
    }

    PeImage replace(String name, ByteSource content) throws IOException {
        int index = indexOf(name);
        SectionHeader old = image.sections().get(index);
        if (content.size() == 0) {
            throw new IllegalArgumentException("no contents for section " + name);
        }
        if (!image.certificates().isEmpty()) {
            throw signed();
        }
        if (content.size() > old.sizeOfRawData() || content.size() > virtualRoom(old)) {
            return remove(index).withSections(List.of(new NewSection(name, content, old.characteristics())));
        }
        List<SectionHeader> table = new ArrayList<>(image.sections());
        table.set(index, old.withVirtualSize(content.size()));
        writeTable(table, table.size());
        body.add(range(headers.capacity(), old.pointerToRawData()));
        body.add(content);
        body.add(ByteSource.zeros(old.sizeOfRawData() - content.size()));
        body.add(range(old.rawEnd(), image.size()));
        return finishEdit();
    }

    /**
     * Takes a section out of the table. Its bytes stay in the file and become padding of the section before them, so that no
     * byte of the file is outside of all sections: those would be outside of the signature too.
     */
    private PeImage remove(int index) throws IOException {
        SectionHeader old = image.sections().get(index);
        List<SectionHeader> table = new ArrayList<>();
        boolean covered = old.sizeOfRawData() == 0;
        for (SectionHeader section : image.sections()) {
            if (section.rawEnd() == old.pointerToRawData() && section.sizeOfRawData() > 0 && !covered) {
                // A section without a virtual size takes its raw size, which is about to grow.
                long virtualSize = section.virtualSize() == 0 ? section.sizeOfRawData() : section.virtualSize();
                table.add(new SectionHeader(
                        section.name(),
                        virtualSize,
                        section.virtualAddress(),
                        section.sizeOfRawData() + old.sizeOfRawData(),
                        section.pointerToRawData(),
                        section.characteristics()));
                if (virtualSize <= section.sizeOfRawData()) {
                    covered = true;
                }
            } else if (!section.equals(old)) {
                table.add(section);
            }
        }
        if (!covered || table.size() != image.sections().size() - 1) {
            throw new UnsupportedFeatureException(
                    "section " + old.name(),
                    old.pointerToRawData(),
                    "too small for its new contents, and no section lies directly before it",
                    "a section before it whose padding can take its place");
        }
        writeTable(table, table.size());
        int entry = (int) image.sectionTableOffset() + table.size() * SectionHeader.SIZE;
        headers.put(entry, new byte[SectionHeader.SIZE]);
        body.add(range(headers.capacity(), image.size()));
        return finishEdit();
    }

    PeImage certificates(List<WinCertificate> certificates) throws IOException {
        long directory = image.certificateDirectoryOffset();
        if (directory < 0 || directory > headers.capacity() - DataDirectory.SIZE) {
            throw new UnsupportedFeatureException(
                    "optional header NumberOfRvaAndSizes",
                    image.optionalHeaderOffset(),
                    image.optionalHeader().dataDirectories().size() + " data directories",
                    "at least 5, to hold the certificate table");
        }
        byte[] table = WinCertificate.encodeTable(certificates);
        long end = image.contentEnd();
        long start = certificates.isEmpty() ? end : roundUp(end, WinCertificate.ALIGNMENT);
        if (start + table.length > 0xffffffffL) {
            throw new UnsupportedFeatureException("certificate table", start, "behind 4 GiB", "an image below 4 GiB");
        }
        body.add(range(headers.capacity(), end));
        body.add(ByteSource.zeros(start - end));
        body.add(ByteSource.of(table));
        headers.putInt((int) directory, certificates.isEmpty() ? 0 : (int) start);
        headers.putInt((int) directory + 4, table.length);
        return finishEdit();
    }

    PeImage dllCharacteristics(int value) throws IOException {
        headers.putShort((int) image.optionalHeaderOffset() + OptionalHeader.DLL_CHARACTERISTICS_AT, (short) value);
        return finish();
    }

    PeImage finish() throws IOException {
        body.add(range(headers.capacity(), image.size()));
        return finishEdit();
    }

    private PeImage finishEdit() throws IOException {
        List<ByteSource> parts = new ArrayList<>();
        parts.add(ByteSource.of(headers.array()));
        body.stream().filter(part -> part.size() > 0).forEach(parts::add);
        long sum = PeCheckSum.of(new JoinedSource(parts), image.checkSumOffset());
        headers.putInt((int) image.checkSumOffset(), (int) sum);
        return PeImage.read(new JoinedSource(parts));
    }

    /** The end of the contents that stay; what follows is a symbol table or nothing. */
    private long checkAppendable() throws IOException {
        if (!image.certificates().isEmpty()) {
            throw signed();
        }
        CoffHeader coff = image.coffHeader();
        long end = image.optionalHeader().sizeOfHeaders();
        for (SectionHeader section : image.sections()) {
            end = Math.max(end, section.rawEnd());
            if (section.name().length() > SectionHeader.NAME_SIZE) {
                throw new UnsupportedFeatureException(
                        "section Name", image.sectionTableOffset(), section.name(), "at most 8 characters");
            }
        }
        boolean symbols = coff.pointerToSymbolTable() >= end;
        checkTail(end, symbols);
        if (symbols) {
            headers.putInt((int) image.peOffset() + 4 + 8, 0).putInt((int) image.peOffset() + 4 + 12, 0);
        }
        return end;
    }

    /** Behind the sections may be a symbol table with its strings, and zeros: nothing that would be missed. */
    private void checkTail(long end, boolean symbols) throws IOException {
        if (image.size() - end > MAX_TAIL) {
            throw new UnsupportedFeatureException(
                    "image", end, (image.size() - end) + " bytes follow the last section", "at most 16 MiB");
        }
        byte[] tail = image.source().read(end, (int) (image.size() - end));
        if (symbols) {
            BinaryReader in = BinaryReader.littleEndian("COFF symbol table", tail)
                    .skip(image.coffHeader().pointerToSymbolTable() - end);
            int start = in.position();
            long strings = in.skip(image.coffHeader().numberOfSymbols() * PeReader.SYMBOL_SIZE)
                    .u32();
            in.skip(Math.max(4, strings) - 4);
            Arrays.fill(tail, start, in.position(), (byte) 0);
        }
        if (!Arrays.equals(tail, new byte[tail.length])) {
            throw new UnsupportedFeatureException(
                    "image", end, "data of unknown meaning follow the last section", "a symbol table or nothing");
        }
    }

    private UnsupportedFeatureException signed() {
        return new UnsupportedFeatureException(
                "certificate table", image.contentEnd(), "the image is signed", "an unsigned image");
    }

    private SectionHeader place(NewSection section, long pointer, List<SectionHeader> before)
            throws UnsupportedFeatureException {
        long alignment = Math.max(image.optionalHeader().sectionAlignment(), PAGE);
        long address = image.optionalHeader().sizeOfHeaders();
        for (SectionHeader other : before) {
            address = Math.max(address, other.virtualEnd());
        }
        long virtual = roundUp(address, alignment);
        long size = section.content().size();
        long raw = roundUp(size, image.optionalHeader().fileAlignment());
        if (virtual + roundUp(size, alignment) > 0xffffffffL || pointer + raw > 0xffffffffL) {
            throw new UnsupportedFeatureException(
                    "section " + section.name(), pointer, size + " bytes", "an image below 4 GiB");
        }
        return new SectionHeader(section.name(), size, virtual, raw, raw == 0 ? 0 : pointer, section.characteristics());
    }

    private void writeTable(List<SectionHeader> table, int firstNew) throws UnsupportedFeatureException {
        int start = Math.toIntExact(image.sectionTableOffset());
        int end = start + table.size() * SectionHeader.SIZE;
        int oldEnd = start + image.sections().size() * SectionHeader.SIZE;
        if (table.size() > PeReader.MAX_SECTIONS || end > headers.capacity()) {
            throw new UnsupportedFeatureException(
                    "section table",
                    oldEnd,
                    "headers of " + headers.capacity() + " bytes have no room for " + table.size() + " sections",
                    "at most " + (headers.capacity() - start) / SectionHeader.SIZE);
        }
        for (int i = oldEnd; i < end; i++) {
            if (headers.get(i) != 0) {
                throw new UnsupportedFeatureException(
                        "headers", i, "bytes in use behind the section table", "zeros, room for more sections");
            }
        }
        // Entries that stay keep their bytes, long names included; an edit of some entry rewrites all.
        int from = firstNew == table.size() ? 0 : firstNew;
        BinaryWriter out = BinaryWriter.littleEndian(table.size() * SectionHeader.SIZE);
        for (SectionHeader section : table.subList(from, table.size())) {
            if (section.name().length() > SectionHeader.NAME_SIZE) {
                throw new UnsupportedFeatureException("section Name", start, section.name(), "at most 8 characters");
            }
            out.bytes(section.encode());
        }
        headers.put(start + from * SectionHeader.SIZE, out.toByteArray());
        headers.putShort((int) image.peOffset() + 4 + 2, (short) table.size());
        long imageEnd = image.optionalHeader().sizeOfHeaders();
        for (SectionHeader section : table) {
            imageEnd = Math.max(imageEnd, section.virtualEnd());
        }
        // An edit that adds nothing never makes the image smaller in memory.
        long atLeast = firstNew == table.size() ? image.optionalHeader().sizeOfImage() : 0;
        long sizeOfImage = roundUp(imageEnd, image.optionalHeader().sectionAlignment());
        putOptional(OptionalHeader.SIZE_OF_IMAGE_AT, Math.max(sizeOfImage, atLeast));
    }

    private int indexOf(String name) {
        for (int i = 0; i < image.sections().size(); i++) {
            if (image.sections().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no section " + name);
    }

    private long virtualRoom(SectionHeader section) {
        long end = image.optionalHeader().sizeOfImage();
        for (SectionHeader other : image.sections()) {
            if (other.virtualAddress() > section.virtualAddress()) {
                end = Math.min(end, other.virtualAddress());
            }
        }
        return end - section.virtualAddress();
    }

    private ByteSource range(long from, long to) {
        return to <= from ? ByteSource.zeros(0) : image.source().slice(from, to - from);
    }

    private void putOptional(int field, long value) throws UnsupportedFeatureException {
        if (value > 0xffffffffL) {
            throw new UnsupportedFeatureException(
                    "optional header", image.optionalHeaderOffset() + field, value + " bytes", "below 4 GiB");
        }
        headers.putInt((int) image.optionalHeaderOffset() + field, (int) value);
    }

    private static long roundUp(long value, long alignment) {
        return (value + alignment - 1) / alignment * alignment;
    }
}
