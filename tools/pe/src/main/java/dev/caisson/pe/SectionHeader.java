package dev.caisson.pe;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import java.nio.charset.StandardCharsets;

/**
 * One entry of the section table ({@code IMAGE_SECTION_HEADER}, PE/COFF specification, "Section Table").
 *
 * <pre>
 * offset size field
 *      0    8 Name                  NUL-padded; "/n" points into the COFF string table
 *      8    4 VirtualSize           bytes in memory
 *     12    4 VirtualAddress        relative to ImageBase
 *     16    4 SizeOfRawData         bytes in the file
 *     20    4 PointerToRawData      file offset
 *     24    4 PointerToRelocations  0 in images
 *     28    4 PointerToLinenumbers  0 in images
 *     32    2 NumberOfRelocations
 *     34    2 NumberOfLinenumbers
 *     36    4 Characteristics
 * </pre>
 *
 * @param name the name, resolved when it is a long one
 * @param virtualSize bytes in memory
 * @param virtualAddress relative to the image base
 * @param sizeOfRawData bytes in the file, a multiple of the file alignment
 * @param pointerToRawData file offset in bytes
 * @param characteristics the {@code IMAGE_SCN_…} flags
 */
public record SectionHeader(
        String name,
        long virtualSize,
        long virtualAddress,
        long sizeOfRawData,
        long pointerToRawData,
        long characteristics) {
    /** Stored size in bytes. */
    public static final int SIZE = 40;

    /** Bytes of a name in the table. */
    public static final int NAME_SIZE = 8;

    /** {@code IMAGE_SCN_CNT_CODE}. */
    public static final long CONTAINS_CODE = 0x20;

    /** {@code IMAGE_SCN_CNT_INITIALIZED_DATA}. */
    public static final long CONTAINS_INITIALIZED_DATA = 0x40;

    /** {@code IMAGE_SCN_MEM_EXECUTE}. */
    public static final long EXECUTABLE = 0x20000000L;

    /** {@code IMAGE_SCN_MEM_READ}. */
    public static final long READABLE = 0x40000000L;

    /** First byte behind the raw data in the file; 0 for a section without raw data. */
    public long rawEnd() {
        return sizeOfRawData == 0 ? 0 : pointerToRawData + sizeOfRawData;
    }

    /** First address behind the section in memory: a section without virtual size takes its raw size. */
    public long virtualEnd() {
        return virtualAddress + (virtualSize == 0 ? sizeOfRawData : virtualSize);
    }

    /** Bytes of contents in the file: raw data beyond the virtual size are padding. */
    public long contentSize() {
        return virtualSize == 0 ? sizeOfRawData : Math.min(virtualSize, sizeOfRawData);
    }

    static SectionHeader read(BinaryReader in) throws CorruptDataException {
        String name = in.text(NAME_SIZE);
        long virtualSize = in.u32();
        long virtualAddress = in.u32();
        long sizeOfRawData = in.u32();
        long pointerToRawData = in.u32();
        in.skip(12);
        return new SectionHeader(name, virtualSize, virtualAddress, sizeOfRawData, pointerToRawData, in.u32());
    }

    byte[] encode() {
        byte[] label = name.getBytes(StandardCharsets.ISO_8859_1);
        return BinaryWriter.littleEndian(SIZE)
                .bytes(label)
                .zerosUpTo(NAME_SIZE)
                .u32(virtualSize)
                .u32(virtualAddress)
                .u32(sizeOfRawData)
                .u32(pointerToRawData)
                .zeros(12)
                .u32(characteristics)
                .toByteArray();
    }

    SectionHeader withName(String resolved) {
        return new SectionHeader(
                resolved, virtualSize, virtualAddress, sizeOfRawData, pointerToRawData, characteristics);
    }

    SectionHeader withVirtualSize(long size) {
        return new SectionHeader(name, size, virtualAddress, sizeOfRawData, pointerToRawData, characteristics);
    }
}
