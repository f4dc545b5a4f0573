package dev.caisson.pe;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;

/**
 * The optional header of an image ({@code IMAGE_OPTIONAL_HEADER32/64}). Fields that loaders of UEFI ignore are not kept;
 * an edit leaves their bytes alone.
 *
 * <pre>
 *  PE32 PE32+ size field
 *     0     0    2 Magic                 0x10b, 0x20b
 *     4     4    4 SizeOfCode
 *     8     8    4 SizeOfInitializedData
 *    16    16    4 AddressOfEntryPoint
 *    28    24  4/8 ImageBase
 *    32    32    4 SectionAlignment
 *    36    36    4 FileAlignment
 *    44    44    2 MajorImageVersion
 *    56    56    4 SizeOfImage
 *    60    60    4 SizeOfHeaders
 *    64    64    4 CheckSum
 *    68    68    2 Subsystem
 *    70    70    2 DllCharacteristics
 *    92   108    4 NumberOfRvaAndSizes
 *    96   112      data directories
 * </pre>
 *
 * @param magic {@link #PE32} or {@link #PE32_PLUS}
 * @param sizeOfCode bytes in sections of code
 * @param sizeOfInitializedData bytes in sections of data
 * @param addressOfEntryPoint relative to the image base
 * @param imageBase preferred address, as 64 bits
 * @param sectionAlignment in memory, a power of two
 * @param fileAlignment of raw data, a power of two
 * @param majorImageVersion the linker's word; systemd puts its version here
 * @param sizeOfImage bytes in memory
 * @param sizeOfHeaders bytes of all headers, rounded up to the file alignment
 * @param checkSum the stored checksum; 0 when it was never computed
 * @param subsystem {@link #SUBSYSTEM_EFI_APPLICATION} or another
 * @param dllCharacteristics the {@code IMAGE_DLLCHARACTERISTICS_…} flags
 * @param dataDirectories at most 16 entries
 */
public record OptionalHeader(
        int magic,
        long sizeOfCode,
        long sizeOfInitializedData,
        long addressOfEntryPoint,
        long imageBase,
        long sectionAlignment,
        long fileAlignment,
        int majorImageVersion,
        long sizeOfImage,
        long sizeOfHeaders,
        long checkSum,
        int subsystem,
        int dllCharacteristics,
        List<DataDirectory> dataDirectories) {
    /** Magic of 32-bit images. */
    public static final int PE32 = 0x10b;

    /** Magic of 64-bit images. */
    public static final int PE32_PLUS = 0x20b;

    /** {@code IMAGE_SUBSYSTEM_EFI_APPLICATION}: what firmware starts. */
    public static final int SUBSYSTEM_EFI_APPLICATION = 10;

    /** {@code IMAGE_DLLCHARACTERISTICS_NX_COMPAT}. */
    public static final int NX_COMPAT = 0x100;

    static final int SIZE_OF_INITIALIZED_DATA_AT = 8;
    static final int SIZE_OF_IMAGE_AT = 56;
    static final int CHECK_SUM_AT = 64;
    static final int DLL_CHARACTERISTICS_AT = 70;

    /** Copies the list. */
    public OptionalHeader {
        dataDirectories = List.copyOf(dataDirectories);
    }

    /** Bytes before the data directories. */
    public int fixedSize() {
        return magic == PE32 ? 96 : 112;
    }

    static OptionalHeader read(BinaryReader in) throws CorruptDataException, UnsupportedFeatureException {
        int magic = in.u16();
        if (magic != PE32 && magic != PE32_PLUS) {
            throw new UnsupportedFeatureException(
                    "optional header Magic", in.offset() - 2, "0x" + Integer.toHexString(magic), "0x10b or 0x20b");
        }
        boolean wide = magic == PE32_PLUS;
        in.skip(2);
        long sizeOfCode = in.u32();
        long sizeOfInitializedData = in.u32();
        long entry = in.seek(16).u32();
        long imageBase = wide ? in.seek(24).i64() : in.seek(28).u32();
        long sectionAlignment = in.u32();
        long fileAlignment = in.u32();
        int majorImageVersion = in.skip(4).u16();
        long sizeOfImage = in.seek(SIZE_OF_IMAGE_AT).u32();
        long sizeOfHeaders = in.u32();
        long checkSum = in.u32();
        int subsystem = in.u16();
        int dllCharacteristics = in.u16();
        long count = in.seek(wide ? 108 : 92).u32();
        return new OptionalHeader(
                magic,
                sizeOfCode,
                sizeOfInitializedData,
                entry,
                imageBase,
                sectionAlignment,
                fileAlignment,
                majorImageVersion,
                sizeOfImage,
                sizeOfHeaders,
                checkSum,
                subsystem,
                dllCharacteristics,
                directories(in, count));
    }

    private static List<DataDirectory> directories(BinaryReader in, long count) throws CorruptDataException {
        if (count > DataDirectory.MAX_ENTRIES) {
            throw new CorruptDataException(
                    "optional header NumberOfRvaAndSizes", in.offset() - 4, Long.toString(count), "at most 16");
        }
        List<DataDirectory> directories = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            directories.add(new DataDirectory(in.u32(), in.u32()));
        }
        return directories;
    }
}
