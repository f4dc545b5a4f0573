package dev.caisson.fat;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;

/**
 * FAT32's hint about free clusters.
 *
 * <pre>
 * offset size field
 *      0    4 FSI_LeadSig     0x41615252
 *      4  480 reserved
 *    484    4 FSI_StrucSig    0x61417272
 *    488    4 FSI_Free_Count  FFFFFFFF: unknown
 *    492    4 FSI_Nxt_Free    FFFFFFFF: unknown
 *    496   12 reserved
 *    508    4 FSI_TrailSig    0xAA550000
 * </pre>
 *
 * @param freeClusters number of free clusters
 * @param nextFree where to look for the next free cluster
 */
record FsInfo(long freeClusters, long nextFree) {
    static final long UNKNOWN = 0xffffffffL;

    byte[] encode() {
        return BinaryWriter.littleEndian(FatBootSector.SIZE)
                .u32(0x41615252)
                .zerosUpTo(484)
                .u32(0x61417272)
                .u32(freeClusters)
                .u32(nextFree)
                .zerosUpTo(508)
                .u32(0xaa550000L)
                .toByteArray();
    }

    static FsInfo decode(byte[] sector, long offset) throws FormatException {
        BinaryReader in = BinaryReader.littleEndian("FAT FSInfo", sector);
        boolean good = in.u32() == 0x41615252
                && in.seek(484).u32() == 0x61417272
                && in.seek(508).u32() == 0xaa550000L;
        if (!good) {
            throw new CorruptDataException("FAT FSInfo", offset, "has other signatures", "RRaA, rrAa, 55 AA");
        }
        return new FsInfo(in.seek(488).u32(), in.u32());
    }
}
