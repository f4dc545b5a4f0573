package dev.caisson.gpt;

import java.util.Locale;

/** The logical sector of a disk: the unit of every {@link Lba}. */
public enum SectorSize {
    /** 512 bytes: nearly every disk, and what virtual machines show. */
    BYTES_512(512),
    /** 4096 bytes: "4Kn" disks. */
    BYTES_4096(4096);

    private final int bytes;

    SectorSize(int bytes) {
        this.bytes = bytes;
    }

    /** Size in bytes. */
    public int bytes() {
        return bytes;
    }

    /**
     * The sector of this many bytes.
     *
     * @throws IllegalArgumentException for anything but 512 and 4096
     */
    public static SectorSize of(int bytes) {
        for (SectorSize size : values()) {
            if (size.bytes == bytes) {
                return size;
            }
        }
        throw new IllegalArgumentException(String.format(Locale.ROOT, "sectors of %d bytes", bytes));
    }

    /** Number of sectors that hold this many bytes. */
    public long sectorsFor(long sizeBytes) {
        return sizeBytes / bytes + (sizeBytes % bytes == 0 ? 0 : 1);
    }
}
