package dev.caisson.elf;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes small ELF files of either class and byte order: headers, a dynamic section, a symbol table. */
final class ElfBytes {
    private final boolean is64;
    private final boolean little;
    private final List<long[]> dynamic = new ArrayList<>();
    private final StringBuilder strings = new StringBuilder("\0");
    private String interpreter = "";

    ElfBytes(boolean is64, boolean little) {
        this.is64 = is64;
        this.little = little;
    }

    static ElfBytes x86() {
        return new ElfBytes(true, true);
    }

    private long string(String text) {
        long at = strings.length();
        strings.append(text).append('\0');
        return at;
    }

    ElfBytes needed(String name) {
        dynamic.add(new long[] {1, string(name)});
        return this;
    }

    ElfBytes soname(String name) {
        dynamic.add(new long[] {14, string(name)});
        return this;
    }

    ElfBytes rpath(String path) {
        dynamic.add(new long[] {15, string(path)});
        return this;
    }

    ElfBytes runpath(String path) {
        dynamic.add(new long[] {29, string(path)});
        return this;
    }

    ElfBytes interpreter(String path) {
        interpreter = path;
        return this;
    }

    private BinaryWriter writer() {
        return little ? BinaryWriter.littleEndian(4096) : BinaryWriter.bigEndian(4096);
    }

    private void word(BinaryWriter out, long value) {
        if (is64) {
            out.u64(value);
        } else {
            out.u32(value);
        }
    }

    /** A shared object, loaded at 0x10000, with sections {@code .symtab}, {@code .strtab}, {@code .shstrtab}. */
    byte[] build() {
        int headerSize = is64 ? 64 : 52;
        int segmentSize = is64 ? 56 : 32;
        int segments = interpreter.isEmpty() ? 2 : 3;
        int dynamicAt = headerSize + segments * segmentSize;
        int width = is64 ? 16 : 8;
        int dynamicSize = (dynamic.size() + 3) * width;
        int stringsAt = dynamicAt + dynamicSize;
        byte[] text = strings.toString().getBytes(StandardCharsets.UTF_8);
        byte[] path = (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
        int interpreterAt = stringsAt + text.length;
        int symbolsAt = (interpreterAt + path.length + 7) / 8 * 8;
        int symbolSize = is64 ? 24 : 16;
        byte[] names = "\0undefined\0global\0weak\0".getBytes(StandardCharsets.UTF_8);
        int namesAt = symbolsAt + 4 * symbolSize;
        byte[] sectionNames = "\0.symtab\0.strtab\0.shstrtab\0".getBytes(StandardCharsets.UTF_8);
        int sectionNamesAt = namesAt + names.length;
        int sectionsAt = (sectionNamesAt + sectionNames.length + 7) / 8 * 8;
        BinaryWriter out = writer();
        out.u8(0x7f)
                .u8('E')
                .u8('L')
                .u8('F')
                .u8(is64 ? 2 : 1)
                .u8(little ? 1 : 2)
                .u8(1)
                .zeros(9);
        out.u16(3).u16(62).u32(1);
        word(out, 0);
        word(out, headerSize);
        word(out, sectionsAt);
        out.u32(0)
                .u16(headerSize)
                .u16(segmentSize)
                .u16(segments)
                .u16(is64 ? 64 : 40)
                .u16(4)
                .u16(3);
        segment(out, 1, 0, sectionsAt);
        segment(out, 2, dynamicAt, dynamicSize);
        if (segments == 3) {
            segment(out, 3, interpreterAt, path.length);
        }
        for (long[] entry : dynamic) {
            word(out, entry[0]);
            word(out, entry[1]);
        }
        word(out, 5);
        word(out, 0x10000 + stringsAt);
        word(out, 10);
        word(out, text.length);
        word(out, 0);
        word(out, 0);
        out.bytes(text).bytes(path).zerosUpTo(symbolsAt);
        symbol(out, 0, 0, 0, 0);
        symbol(out, 1, 0, 0x10, 0);
        symbol(out, 11, 0x1234, 0x12, 1);
        symbol(out, 18, 7, 0x22, 1);
        out.bytes(names).bytes(sectionNames).zerosUpTo(sectionsAt);
        section(out, 0, 0, 0, 0, 0, 0);
        section(out, 1, 2, symbolsAt, 4L * symbolSize, 2, symbolSize);
        section(out, 9, 3, namesAt, names.length, 0, 0);
        section(out, 17, 3, sectionNamesAt, sectionNames.length, 0, 0);
        return out.toByteArray();
    }

    private void segment(BinaryWriter out, int type, long offset, long size) {
        out.u32(type);
        if (is64) {
            out.u32(4);
        }
        word(out, offset);
        word(out, 0x10000 + offset);
        word(out, 0x10000 + offset);
        word(out, size);
        word(out, size);
        if (!is64) {
            out.u32(4);
        }
        word(out, 1);
    }

    private void symbol(BinaryWriter out, int name, long value, int info, int section) {
        out.u32(name);
        if (is64) {
            out.u8(info).u8(0).u16(section).u64(value).u64(0);
        } else {
            out.u32(value).u32(0).u8(info).u8(0).u16(section);
        }
    }

    private void section(BinaryWriter out, int name, int type, long offset, long size, int link, long entrySize) {
        out.u32(name).u32(type);
        word(out, 0);
        word(out, 0);
        word(out, offset);
        word(out, size);
        out.u32(link).u32(0);
        word(out, 1);
        word(out, entrySize);
    }
}
