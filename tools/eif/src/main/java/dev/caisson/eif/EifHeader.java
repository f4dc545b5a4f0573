package dev.caisson.eif;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The header, 548 bytes, big-endian.
 *
 * <pre>
 * offset size field
 *      0    4 magic ".eif"
 *      4    2 version
 *      6    2 flags: 1 for aarch64
 *      8    8 default memory in bytes
 *     16    8 default number of processors
 *     24    2 reserved
 *     26    2 number of sections, 2 to 32
 *     28  256 offset of each section's header
 *    284  256 size of each section's data
 *    540    4 reserved
 *    544    4 CRC-32 (IEEE) of the whole file without this field
 * </pre>
 *
 * @param version of the format
 * @param aarch64 whether it is for that architecture
 * @param memoryBytes default memory
 * @param cpus default number of processors
 * @param offsets of the sections' headers
 * @param sizes of the sections' data
 * @param crc of everything else
 */
record EifHeader(
        int version, boolean aarch64, long memoryBytes, long cpus, List<Long> offsets, List<Long> sizes, long crc) {
    static final int SIZE = 548;
    static final int CRC_AT = 544;
    static final int CURRENT = 4;
    static final int MOST_SECTIONS = 32;

    private static final String STRUCTURE = "EIF header";
    private static final String MAGIC = ".eif";

    EifHeader {
        offsets = List.copyOf(offsets);
        sizes = List.copyOf(sizes);
    }

    EifHeader withCrc(long newCrc) {
        return new EifHeader(version, aarch64, memoryBytes, cpus, offsets, sizes, newCrc);
    }

    byte[] encode() {
        BinaryWriter out = BinaryWriter.bigEndian(SIZE)
                .bytes(MAGIC.getBytes(StandardCharsets.US_ASCII))
                .u16(version)
                .u16(aarch64 ? 1 : 0)
                .u64(memoryBytes)
                .u64(cpus)
                .u16(0)
                .u16(offsets.size());
        offsets.forEach(out::u64);
        out.zerosUpTo(28 + 8 * MOST_SECTIONS);
        sizes.forEach(out::u64);
        return out.zerosUpTo(CRC_AT).u32(crc).toByteArray();
    }

    static EifHeader parse(byte[] bytes) throws FormatException {
        BinaryReader in = BinaryReader.bigEndian(STRUCTURE, bytes);
        if (bytes.length < 4 || !in.text(4).equals(MAGIC)) {
            throw new NotThisFormatException(STRUCTURE, 0, "no magic", MAGIC);
        }
        int version = in.u16();
        if (version < 3 || version > CURRENT) {
            throw new UnsupportedFeatureException(STRUCTURE, 4, "version " + version, "3 or 4");
        }
        int flags = in.u16();
        long memory = in.i64();
        long cpus = in.i64();
        int sections = in.skip(2).u16();
        if (sections < 2 || sections > MOST_SECTIONS) {
            throw new CorruptDataException(STRUCTURE, 26, sections + " sections", "2 to " + MOST_SECTIONS);
        }
        List<Long> offsets = numbers(in, sections);
        List<Long> sizes = numbers(in, sections);
        return new EifHeader(
                version,
                (flags & 1) != 0,
                memory,
                cpus,
                offsets,
                sizes,
                in.seek(CRC_AT).u32());
    }

    private static List<Long> numbers(BinaryReader in, int count) throws FormatException {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < MOST_SECTIONS; i++) {
            if (i < count) {
                numbers.add(in.u63());
            } else {
                in.skip(8);
            }
        }
        return numbers;
    }
}
