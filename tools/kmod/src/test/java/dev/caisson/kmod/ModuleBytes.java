package dev.caisson.kmod;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes small relocatable x86-64 ELF files with the sections of a kernel module that depmod reads. */
final class ModuleBytes {
    private final List<String> information = new ArrayList<>();
    private final List<String> exports = new ArrayList<>();
    private final List<String> needs = new ArrayList<>();

    ModuleBytes info(String... lines) {
        information.addAll(List.of(lines));
        return this;
    }

    ModuleBytes exports(String... names) {
        exports.addAll(List.of(names));
        return this;
    }

    ModuleBytes needs(String... names) {
        needs.addAll(List.of(names));
        return this;
    }

    private static byte[] strings(List<String> texts) {
        return texts.isEmpty() ? new byte[0] : (String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    byte[] build() {
        StringBuilder names = new StringBuilder("\0");
        BinaryWriter symbols = BinaryWriter.littleEndian(256).zeros(24);
        for (String export : exports) {
            symbols.u32(names.length()).u8(0x10).u8(0).u16(2).u64(0).u64(0);
            names.append("__ksymtab_").append(export).append('\0');
        }
        for (String need : needs) {
            symbols.u32(names.length()).u8(0x10).u8(0).u16(0).u64(0).u64(0);
            names.append(need).append('\0');
        }
        byte[] sectionNames =
                "\0.modinfo\0__ksymtab_strings\0.symtab\0.strtab\0.shstrtab\0".getBytes(StandardCharsets.UTF_8);
        byte[][] contents = {
            strings(information),
            strings(exports),
            symbols.toByteArray(),
            names.toString().getBytes(StandardCharsets.UTF_8),
            sectionNames
        };
        int[] nameOffsets = {1, 10, 28, 36, 44};
        int[] types = {1, 1, 2, 3, 3};
        BinaryWriter body = BinaryWriter.littleEndian(1024);
        BinaryWriter table = BinaryWriter.littleEndian(1024).zeros(64);
        for (int i = 0; i < contents.length; i++) {
            body.alignTo(8);
            table.u32(nameOffsets[i])
                    .u32(types[i])
                    .u64(0)
                    .u64(0)
                    .u64(64 + body.position())
                    .u64(contents[i].length);
            table.u32(types[i] == 2 ? 4 : 0).u32(1).u64(8).u64(types[i] == 2 ? 24 : 0);
            body.bytes(contents[i]);
        }
        body.alignTo(8);
        BinaryWriter out = BinaryWriter.littleEndian(4096);
        out.u8(0x7f).u8('E').u8('L').u8('F').u8(2).u8(1).u8(1).zeros(9);
        out.u16(1).u16(62).u32(1).u64(0).u64(0).u64(64 + body.position());
        out.u32(0).u16(64).u16(0).u16(0).u16(64).u16(6).u16(5);
        return out.bytes(body.toByteArray()).bytes(table.toByteArray()).toByteArray();
    }
}
