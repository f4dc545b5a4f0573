package dev.caisson.engine.inspect;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;

/** Small PE32+ images in the layout of systemd's stub, so that tests need no package. */
final class SyntheticPe {
    static final String SBAT = """
            sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md
            systemd-stub,1,The systemd Developers,systemd,257,https://systemd.io/
            """;

    private SyntheticPe() {}

    /** ImageBase far up, 4 KiB section alignment, six sections. */
    static byte[] stub257() {
        return image(0x40, 0x600, 0x14df90000L, 0x1000, new Object[][] {
            {".text", 0x1000, 0x321, 0x60000020L},
            {".rodata", 0x2000, 0x111, 0x40000040L},
            {".data", 0x3000, 0xc0, 0xc0000040L},
            {".sbat", 0x4000, SBAT.length(), 0x40000040L},
            {".sdmagic", 0x5000, 0x33, 0x40000040L},
            {".reloc", 0x6000, 0x88, 0x42000040L},
        });
    }

    /** Something that passes for a kernel: a PE image for the given machine. */
    static byte[] kernel(int machine, boolean noExecute) {
        byte[] bytes = image(0x40, 0x400, 0, 0x1000, new Object[][] {{".text", 0x1000, 0x700, 0x60000020L}});
        bytes[0x44] = (byte) machine;
        bytes[0x45] = (byte) (machine >> 8);
        bytes[0x58 + 71] = (byte) (noExecute ? 1 : 0);
        return bytes;
    }

    private static byte[] image(int peOffset, int headers, long imageBase, int alignment, Object[][] sections) {
        BinaryWriter out = BinaryWriter.littleEndian(1 << 14);
        out.u16(0x5a4d).zerosUpTo(60).u32(peOffset).zerosUpTo(peOffset);
        out.u32(0x4550).u16(0x8664).u16(sections.length).zeros(12).u16(240).u16(0x22e);
        int last = (int) sections[sections.length - 1][1] + (int) sections[sections.length - 1][2];
        out.u16(0x20b).u16(0).u32(0x321).u32(0x400).u32(0).u32(0x1000).u32(0x1000);
        out.u64(imageBase).u32(alignment).u32(0x200).zeros(4).u16(257).u16(1).zeros(8);
        out.u32(last + (alignment - last % alignment) % alignment)
                .u32(headers)
                .u32(0)
                .u16(10)
                .u16(0x160);
        out.zeros(36).u32(16).zeros(16 * 8);
        int raw = headers;
        for (Object[] section : sections) {
            int size = ((int) section[2] + 511) / 512 * 512;
            byte[] name = ((String) section[0]).getBytes(StandardCharsets.US_ASCII);
            out.bytes(name).zeros(8 - name.length).u32((int) section[2]).u32((int) section[1]);
            out.u32(size).u32(raw).zeros(12).u32((long) section[3]);
            raw += size;
        }
        out.zerosUpTo(headers);
        for (Object[] section : sections) {
            byte[] content = section[0].equals(".sbat")
                    ? SBAT.getBytes(StandardCharsets.US_ASCII)
                    : "x".repeat((int) section[2]).getBytes(StandardCharsets.US_ASCII);
            out.bytes(content).alignTo(512);
        }
        return out.toByteArray();
    }
}
