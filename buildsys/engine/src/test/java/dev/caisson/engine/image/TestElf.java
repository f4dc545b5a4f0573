package dev.caisson.engine.image;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes small ELF objects of 64 bits, little-endian: an interpreter, a dynamic section, notes about {@code dlopen}. */
final class TestElf {
    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final long ADDRESS = 0x10000;

    private final int type;
    private final List<long[]> dynamic = new ArrayList<>();
    private final StringBuilder strings = new StringBuilder("\0");
    private final BinaryWriter notes = BinaryWriter.littleEndian(256);
    private String interpreter = "";

    private TestElf(int type) {
        this.type = type;
    }

    /** A program or library. */
    static TestElf object() {
        return new TestElf(3);
    }

    /** A kernel module without symbols. */
    static byte[] module() {
        return new TestElf(1).build();
    }

    private TestElf entry(long tag, String text) {
        dynamic.add(new long[] {tag, strings.length()});
        strings.append(text).append('\0');
        return this;
    }

    TestElf needs(String... names) {
        for (String name : names) {
            entry(1, name);
        }
        return this;
    }

    TestElf runPath(String path) {
        return entry(29, path);
    }

    TestElf interpreter(String path) {
        interpreter = path + "\0";
        return this;
    }

    TestElf opens(String feature, String priority, String names) {
        notes.bytes(note(
                0x407c0c0a,
                "[{\"feature\":\"" + feature + "\",\"description\":\"d\",\"priority\":\"" + priority + "\",\"soname\":["
                        + names + "]}]"));
        return this;
    }

    /** One note, zero-terminated and padded as systemd's macro does. */
    static byte[] note(int noteType, String json) {
        byte[] text = (json + "\0").getBytes(StandardCharsets.UTF_8);
        BinaryWriter out = BinaryWriter.littleEndian(64);
        out.u32(4).u32(text.length).u32(noteType);
        out.bytes(new byte[] {'F', 'D', 'O', 0}).bytes(text).zeros(-text.length & 3);
        return out.toByteArray();
    }

    byte[] build() {
        byte[] text = strings.toString().getBytes(StandardCharsets.UTF_8);
        byte[] path = interpreter.getBytes(StandardCharsets.UTF_8);
        byte[] note = notes.toByteArray();
        byte[] names = "\0.note.dlopen\0.shstrtab\0".getBytes(StandardCharsets.UTF_8);
        int dynamicAt = HEADER + 3 * SEGMENT;
        int dynamicSize = (dynamic.size() + 3) * 16;
        int textAt = dynamicAt + dynamicSize;
        int pathAt = textAt + text.length;
        int noteAt = pathAt + path.length;
        int namesAt = noteAt + note.length;
        int sectionsAt = namesAt + names.length;
        BinaryWriter out = BinaryWriter.littleEndian(4096);
        out.bytes(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).zeros(9);
        out.u16(type).u16(62).u32(1).u64(0).u64(HEADER).u64(sectionsAt);
        out.u32(0).u16(HEADER).u16(SEGMENT).u16(3).u16(64).u16(3).u16(2);
        segment(out, 1, 0, sectionsAt);
        segment(out, 2, dynamicAt, dynamicSize);
        // PT_NULL where there is no interpreter.
        segment(out, path.length == 0 ? 0 : 3, pathAt, path.length);
        for (long[] entry : dynamic) {
            out.u64(entry[0]).u64(entry[1]);
        }
        out.u64(5).u64(ADDRESS + textAt).u64(10).u64(text.length).u64(0).u64(0);
        out.bytes(text).bytes(path).bytes(note).bytes(names);
        section(out, 0, 0, 0, 0);
        section(out, 1, 7, noteAt, note.length);
        section(out, 14, 3, namesAt, names.length);
        return out.toByteArray();
    }

    private static void segment(BinaryWriter out, int type, long offset, long size) {
        out.u32(type).u32(4).u64(offset).u64(ADDRESS + offset).u64(ADDRESS + offset);
        out.u64(size).u64(size).u64(1);
    }

    private static void section(BinaryWriter out, int name, int type, long offset, long size) {
        out.u32(name).u32(type).u64(0).u64(0).u64(offset).u64(size);
        out.u32(0).u32(0).u64(1).u64(0);
    }
}
