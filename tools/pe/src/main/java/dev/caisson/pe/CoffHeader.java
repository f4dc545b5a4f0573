package dev.caisson.pe;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.CorruptDataException;

/**
 * The COFF file header behind the "PE\0\0" signature ({@code IMAGE_FILE_HEADER}).
 *
 * <pre>
 * offset size field
 *      0    2 Machine
 *      2    2 NumberOfSections
 *      4    4 TimeDateStamp
 *      8    4 PointerToSymbolTable
 *     12    4 NumberOfSymbols
 *     16    2 SizeOfOptionalHeader
 *     18    2 Characteristics
 * </pre>
 *
 * @param machine one of the {@code MACHINE_…} constants, or another value
 * @param numberOfSections entries of the section table
 * @param timeDateStamp seconds since 1970, or anything else
 * @param pointerToSymbolTable file offset of the COFF symbols, 0 when there are none
 * @param numberOfSymbols entries of 18 bytes
 * @param sizeOfOptionalHeader bytes between this header and the section table
 * @param characteristics the {@code IMAGE_FILE_…} flags
 */
public record CoffHeader(
        int machine,
        int numberOfSections,
        long timeDateStamp,
        long pointerToSymbolTable,
        long numberOfSymbols,
        int sizeOfOptionalHeader,
        int characteristics) {
    /** Stored size in bytes. */
    public static final int SIZE = 20;

    /** {@code IMAGE_FILE_MACHINE_AMD64}. */
    public static final int MACHINE_AMD64 = 0x8664;

    /** {@code IMAGE_FILE_MACHINE_ARM64}. */
    public static final int MACHINE_ARM64 = 0xaa64;

    /** {@code IMAGE_FILE_MACHINE_I386}. */
    public static final int MACHINE_I386 = 0x14c;

    static CoffHeader read(BinaryReader in) throws CorruptDataException {
        return new CoffHeader(in.u16(), in.u16(), in.u32(), in.u32(), in.u32(), in.u16(), in.u16());
    }
}
