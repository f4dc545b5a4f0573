package dev.caisson.elf;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One ELF file, its headers read. The file header is
 *
 * <pre>
 * offset  size   field
 * 0       16     e_ident: 7f 'E' 'L' 'F', class (1: 32, 2: 64 bit), data (1: little, 2: big endian), version …
 * 16      2, 2   e_type, e_machine
 * 24      4 or 8 e_entry, e_phoff, e_shoff …
 * </pre>
 */
public final class ElfObject {
    /** {@code EM_X86_64}. */
    public static final int MACHINE_X86_64 = 62;

    /** {@code EM_AARCH64}. */
    public static final int MACHINE_AARCH64 = 183;

    private static final int TABLE_LIMIT_BYTES = 64 << 20;
    private static final int MAX_HEADERS = 1 << 16;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_STRSZ = 10;
    private static final int DT_SONAME = 14;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;
    private static final int SHT_NOBITS = 8;

    private final ByteSource source;
    private final boolean is64;
    private final ByteOrder order;
    private final int type;
    private final int machine;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();

    private record Segment(long type, long offset, long address, long size) {}

    /**
     * A section header.
     *
     * @param name section name
     * @param type {@code sh_type}
     * @param offset file offset in bytes
     * @param size size in bytes
     * @param link {@code sh_link}
     * @param entrySize {@code sh_entsize} in bytes
     */
    public record Section(String name, long type, long offset, long size, int link, long entrySize) {}

    /**
     * A symbol of the static symbol table.
     *
     * @param name symbol name
     * @param value {@code st_value}
     * @param sectionIndex {@code st_shndx}; 0 when undefined
     * @param info {@code st_info}: binding in the high, type in the low four bits
     */
    public record Symbol(String name, long value, int sectionIndex, int info) {
        /** Whether it is defined elsewhere. */
        public boolean isUndefined() {
            return sectionIndex == 0;
        }

        /** Whether its binding is {@code STB_WEAK}. */
        public boolean isWeak() {
            return info >> 4 == 2;
        }
    }

    private ElfObject(ByteSource source, boolean is64, ByteOrder order, int type, int machine) {
        this.source = source;
        this.is64 = is64;
        this.order = order;
        this.type = type;
        this.machine = machine;
    }

    /** Whether a file starts with ELF's magic. */
    public static boolean isElf(ByteSource source) throws IOException {
        if (source.size() < 20) {
            return false;
        }
        byte[] magic = source.read(0, 4);
        return magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
    }

    /**
     * Reads the headers.
     *
     * @throws NotThisFormatException without ELF's magic
     */
    public static ElfObject read(ByteSource source) throws IOException {
        if (!isElf(source)) {
            throw new NotThisFormatException("ELF header", 0, "has no ELF magic", "7f 45 4c 46");
        }
        byte[] ident = source.read(0, 16);
        if (ident[4] < 1 || ident[4] > 2 || ident[5] < 1 || ident[5] > 2) {
            throw new UnsupportedFeatureException(
                    "ELF header e_ident", 4, "is class " + ident[4] + ", data " + ident[5], "1 or 2 each");
        }
        boolean is64 = ident[4] == 2;
        ByteOrder order = ident[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int size = is64 ? 64 : 52;
        BinaryReader in = new BinaryReader("ELF header", source.read(0, size), 0, size, 0, order).skip(16);
        ElfObject elf = new ElfObject(source, is64, order, in.u16(), in.u16());
        in.u32();
        elf.word(in);
        long programHeaders = elf.word(in);
        long sectionHeaders = elf.word(in);
        in.u32();
        in.u16();
        int programSize = in.u16();
        int programCount = in.u16();
        int sectionSize = in.u16();
        int sectionCount = in.u16();
        int names = in.u16();
        elf.readSegments(programHeaders, programSize, programCount);
        elf.readSections(sectionHeaders, sectionSize, sectionCount, names);
        return elf;
    }

    private long word(BinaryReader in) throws CorruptDataException {
        return is64 ? in.i64() : in.u32();
    }

    private BinaryReader table(String structure, long offset, long size) throws IOException {
        if (offset < 0 || size < 0 || offset > source.size() - size) {
            throw new CorruptDataException(
                    structure,
                    Math.max(offset, 0),
                    "ends after the file of " + source.size() + " bytes",
                    "to be inside");
        }
        if (size > TABLE_LIMIT_BYTES) {
            throw new LimitExceededException(
                    structure, offset, "is " + size + " bytes", "at most " + TABLE_LIMIT_BYTES + " bytes");
        }
        return new BinaryReader(structure, source.read(offset, (int) size), 0, (int) size, offset, order);
    }

    private void readSegments(long offset, int size, int count) throws IOException {
        int needed = is64 ? 56 : 32;
        if (count == 0 || size < needed) {
            return;
        }
        for (int i = 0; i < count; i++) {
            BinaryReader in = table("ELF program header", offset + (long) i * size, needed);
            long segmentType = in.u32();
            if (is64) {
                in.u32();
            }
            long fileOffset = word(in);
            long address = word(in);
            word(in);
            segments.add(new Segment(segmentType, fileOffset, address, word(in)));
        }
    }

    private void readSections(long offset, int size, int count, int names) throws IOException {
        int needed = is64 ? 64 : 40;
        if (offset == 0 || size < needed || count > MAX_HEADERS) {
            return;
        }
        List<long[]> raw = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BinaryReader in = table("ELF section header", offset + (long) i * size, needed);
            long name = in.u32();
            long sectionType = in.u32();
            word(in);
            word(in);
            long fileOffset = word(in);
            long bytes = word(in);
            long link = in.u32();
            in.u32();
            word(in);
            raw.add(new long[] {name, sectionType, fileOffset, bytes, link, word(in)});
        }
        Strings strings = names < raw.size()
                ? new Strings("ELF section name", content(raw.get(names)[1], raw.get(names)[2], raw.get(names)[3]))
                : null;
        for (long[] s : raw) {
            String name = strings == null ? "" : strings.at(s[0]);
            sections.add(new Section(name, s[1], s[2], s[3], (int) s[4], s[5]));
        }
    }

    private byte[] content(long sectionType, long offset, long size) throws IOException {
        if (sectionType == SHT_NOBITS) {
            return new byte[0];
        }
        return table("ELF section", offset, size).bytes(size);
    }

    /** A string table. What is taken from it is counted: a million names may all point into one endless string. */
    private static final class Strings {
        private final String structure;
        private final byte[] table;
        private long taken;

        Strings(String structure, byte[] table) {
            this.structure = structure;
            this.table = table;
        }

        String at(long offset) throws CorruptDataException, LimitExceededException {
            if (offset < 0 || offset >= table.length) {
                throw new CorruptDataException(
                        structure, offset, "lies outside its string table of " + table.length + " bytes", "");
            }
            int end = (int) offset;
            while (end < table.length && table[end] != 0) {
                end++;
            }
            taken += end - offset;
            if (taken > TABLE_LIMIT_BYTES) {
                throw new LimitExceededException(
                        structure, offset, "all names are more than that", "at most " + TABLE_LIMIT_BYTES + " bytes");
            }
            return new String(table, (int) offset, end - (int) offset, StandardCharsets.UTF_8);
        }
    }

    /** {@code e_type}: 1 relocatable, 2 executable, 3 shared object. */
    public int type() {
        return type;
    }

    /** {@code e_machine}. */
    public int machine() {
        return machine;
    }

    /** Whether the class is 64 bit. */
    public boolean is64() {
        return is64;
    }

    /** The byte order. */
    public ByteOrder order() {
        return order;
    }

    /** All section headers in file order. */
    public List<Section> sections() {
        return List.copyOf(sections);
    }

    /** The first section of a name. */
    public Optional<Section> section(String name) {
        return sections.stream().filter(s -> s.name.equals(name)).findFirst();
    }

    /** A section's bytes; empty for one without any in the file. */
    public byte[] bytes(Section section) throws IOException {
        return content(section.type, section.offset, section.size);
    }

    /** The static symbol table ({@code .symtab}), without its first, empty entry; empty when there is none. */
    public List<Symbol> symbols() throws IOException {
        Optional<Section> table = section(".symtab");
        if (table.isEmpty() || table.get().link < 0 || table.get().link >= sections.size()) {
            return List.of();
        }
        Strings strings = new Strings("ELF symbol name", bytes(sections.get(table.get().link)));
        byte[] raw = bytes(table.get());
        BinaryReader in = new BinaryReader("ELF symbol", raw, 0, raw.length, table.get().offset, order);
        List<Symbol> symbols = new ArrayList<>();
        int entry = is64 ? 24 : 16;
        for (int at = entry; at + entry <= raw.length; at += entry) {
            in.seek(at);
            symbols.add(symbol(in, strings));
        }
        return symbols;
    }

    private Symbol symbol(BinaryReader in, Strings strings) throws IOException {
        long name = in.u32();
        if (is64) {
            int info = in.u8();
            in.u8();
            int section = in.u16();
            return new Symbol(strings.at(name), in.i64(), section, info);
        }
        long value = in.u32();
        in.u32();
        int info = in.u8();
        in.u8();
        return new Symbol(strings.at(name), value, in.u16(), info);
    }

    /** The program interpreter, such as {@code /lib64/ld-linux-x86-64.so.2}; empty for static programs and libraries. */
    public Optional<String> interpreter() throws IOException {
        for (Segment segment : segments) {
            if (segment.type == PT_INTERP) {
                byte[] path =
                        table("ELF interpreter", segment.offset, segment.size).bytes(segment.size);
                return Optional.of(new Strings("ELF interpreter", path).at(0));
            }
        }
        return Optional.empty();
    }

    /**
     * The names of the dynamic section.
     *
     * @param needed libraries in order
     * @param soname the object's own name
     * @param searchPaths {@code DT_RUNPATH}, else {@code DT_RPATH}, split at colons
     */
    public record Dynamic(List<String> needed, Optional<String> soname, List<String> searchPaths) {}

    /** What the dynamic section says; empty for static programs. */
    public Optional<Dynamic> dynamic() throws IOException {
        for (Segment segment : segments) {
            if (segment.type == PT_DYNAMIC) {
                return Optional.of(readDynamic(segment));
            }
        }
        return Optional.empty();
    }

    private Dynamic readDynamic(Segment segment) throws IOException {
        BinaryReader in = table("ELF dynamic section", segment.offset, segment.size);
        List<long[]> entries = new ArrayList<>();
        long stringAddress = 0;
        long stringSize = 0;
        int width = is64 ? 16 : 8;
        while (in.remaining() >= width) {
            long tag = word(in);
            long value = word(in);
            if (tag == 0) {
                break;
            }
            stringAddress = tag == DT_STRTAB ? value : stringAddress;
            stringSize = tag == DT_STRSZ ? value : stringSize;
            entries.add(new long[] {tag, value});
        }
        if (entries.stream().noneMatch(e -> isName(e[0]))) {
            return new Dynamic(List.of(), Optional.empty(), List.of());
        }
        Strings strings = new Strings(
                "ELF dynamic name",
                table("ELF dynamic strings", fileOffset(stringAddress), stringSize)
                        .bytes(stringSize));
        List<String> needed = new ArrayList<>();
        Optional<String> soname = Optional.empty();
        String paths = "";
        for (long[] entry : entries) {
            if (isName(entry[0])) {
                String text = strings.at(entry[1]);
                if (entry[0] == DT_NEEDED) {
                    needed.add(text);
                } else if (entry[0] == DT_SONAME) {
                    soname = Optional.of(text);
                } else if (paths.isEmpty() || entry[0] == DT_RUNPATH) {
                    paths = text;
                }
            }
        }
        return new Dynamic(needed, soname, paths.isEmpty() ? List.of() : List.of(paths.split(":")));
    }

    private static boolean isName(long tag) {
        return tag == DT_NEEDED || tag == DT_SONAME || tag == DT_RPATH || tag == DT_RUNPATH;
    }

    private long fileOffset(long address) throws CorruptDataException {
        for (Segment segment : segments) {
            if (segment.type == PT_LOAD
                    && Long.compareUnsigned(address, segment.address) >= 0
                    && Long.compareUnsigned(address - segment.address, segment.size) < 0) {
                return segment.offset + (address - segment.address);
            }
        }
        throw new CorruptDataException(
                "ELF dynamic section", 0, "points to the address 0x" + Long.toHexString(address), "one that is loaded");
    }
}
