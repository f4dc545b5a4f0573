package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What some bytes are, by their magic numbers. */
public enum ImageKind {
    /** A disk with a GUID partition table. */
    DISK,
    /** An EROFS file system. */
    EROFS,
    /** A FAT file system. */
    FAT,
    /** An EFI program: a PE image. */
    EFI,
    /** The hash device of dm-verity, with a superblock. */
    VERITY,
    /** None of these. */
    UNKNOWN;

    private static final byte[] GPT_SIGNATURE = ascii("EFI PART");
    private static final byte[] VERITY_SIGNATURE = ascii("verity\0\0");
    private static final byte[] EROFS_MAGIC = {(byte) 0xe2, (byte) 0xe1, (byte) 0xf5, (byte) 0xe0};
    private static final int[] SECTOR_SIZES = {512, 4096};
    private static final int HEAD_BYTES = 4096 + 8;
    private static final int MBR_TYPE = 450;
    private static final int GPT_PROTECTIVE = 0xee;

    /** The name used in JSON: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Looks at the first and last bytes. A disk is recognised by either of its tables or its protective MBR, so that a damaged
     * one is still taken for a disk.
     */
    public static ImageKind detect(ByteSource source) throws IOException {
        byte[] head = source.read(0, (int) Math.min(HEAD_BYTES, source.size()));
        if (isDisk(source, head)) {
            return DISK;
        }
        if (has(head, 1024, EROFS_MAGIC)) {
            return EROFS;
        }
        if (has(head, 0, VERITY_SIGNATURE)) {
            return VERITY;
        }
        if (has(head, 0, ascii("MZ"))) {
            return EFI;
        }
        return isFat(head) ? FAT : UNKNOWN;
    }

    private static boolean isDisk(ByteSource source, byte[] head) throws IOException {
        for (int sector : SECTOR_SIZES) {
            long last = source.size() / sector * sector - sector;
            if (has(head, sector, GPT_SIGNATURE)
                    || (last > 0 && Arrays.equals(source.read(last, GPT_SIGNATURE.length), GPT_SIGNATURE))) {
                return true;
            }
        }
        return isBootSector(head) && (head[MBR_TYPE] & 0xff) == GPT_PROTECTIVE && !isFat(head);
    }

    private static boolean isBootSector(byte[] head) {
        return has(head, 510, new byte[] {0x55, (byte) 0xaa});
    }

    private static boolean isFat(byte[] head) {
        if (!isBootSector(head)) {
            return false;
        }
        int jump = head[0] & 0xff;
        int sector = (head[11] & 0xff) | (head[12] & 0xff) << 8;
        return (jump == 0xeb || jump == 0xe9) && sector >= 512 && sector <= 4096 && Integer.bitCount(sector) == 1;
    }

    private static boolean has(byte[] bytes, int at, byte[] magic) {
        return bytes.length >= at + magic.length && Arrays.equals(bytes, at, at + magic.length, magic, 0, magic.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
