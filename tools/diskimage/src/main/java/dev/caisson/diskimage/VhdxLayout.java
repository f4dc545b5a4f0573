package dev.caisson.diskimage;

import dev.caisson.bytes.Guid;
import java.util.zip.CRC32C;

/**
 * Where things lie in a VHDX and how they are known ([MS-VHDX] 2.1 to 2.6). Structures begin at multiples of 64 KiB in the first
 * MiB, everything else at multiples of 1 MiB.
 */
final class VhdxLayout {
    static final int KIBIBYTE_64 = 1 << 16;
    static final int MEBIBYTE = 1 << 20;

    /** "vhdxfile", then the creator in UTF-16. */
    static final String FILE_SIGNATURE = "vhdxfile";

    static final int HEADER_1_AT = KIBIBYTE_64;
    static final int HEADER_2_AT = 2 * KIBIBYTE_64;
    static final int REGION_TABLE_1_AT = 3 * KIBIBYTE_64;
    static final int REGION_TABLE_2_AT = 4 * KIBIBYTE_64;

    static final Guid BAT_REGION = Guid.parse("2dc27766-f623-4200-9d64-115e9bfd4a08");
    static final Guid METADATA_REGION = Guid.parse("8b7ca206-4790-4b9a-b8fe-575f050f886e");

    static final Guid FILE_PARAMETERS = Guid.parse("caa16737-fa36-4d43-b3b6-33f0aa44e76b");
    static final Guid VIRTUAL_DISK_SIZE = Guid.parse("2fa54224-cd1b-4876-b211-5dbed83bf4b8");
    static final Guid VIRTUAL_DISK_ID = Guid.parse("beca12ab-b2e6-4523-93ef-c309e000c746");
    static final Guid LOGICAL_SECTOR_SIZE = Guid.parse("8141bf1d-a96f-4709-ba47-f233a8faab5f");
    static final Guid PHYSICAL_SECTOR_SIZE = Guid.parse("cda348c7-445d-4471-9cc9-e9885251c556");

    /** 64 TiB ([MS-VHDX] 2.6.2.2). */
    static final long MOST_BYTES = 64L << 40;

    /** A bitmap block of 1 MiB has this many bits, one per logical sector. */
    private static final long SECTORS_PER_CHUNK = 1L << 23;

    private VhdxLayout() {}

    /** Payload blocks per bitmap block. */
    static long chunkRatio(int logicalSectorBytes, long blockBytes) {
        return SECTORS_PER_CHUNK * logicalSectorBytes / blockBytes;
    }

    /** Entries of the table of a disk without a parent: the last one is that of the last payload block. */
    static long tableEntries(long payloadBlocks, long chunkRatio) {
        return payloadBlocks == 0 ? 0 : payloadBlocks + (payloadBlocks - 1) / chunkRatio;
    }

    /** Index of a payload block's entry: behind those of each full chunk lies one of a bitmap block. */
    static long tableIndex(long payloadBlock, long chunkRatio) {
        return payloadBlock + payloadBlock / chunkRatio;
    }

    /** CRC-32C of a structure whose checksum field, four bytes from offset 4, counts as zeros. */
    static long checksum(byte[] structure) {
        CRC32C crc = new CRC32C();
        crc.update(structure, 0, 4);
        crc.update(new byte[4], 0, 4);
        crc.update(structure, 8, structure.length - 8);
        return crc.getValue();
    }
}
