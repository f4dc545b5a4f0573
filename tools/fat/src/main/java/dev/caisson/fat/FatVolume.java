package dev.caisson.fat;

import java.util.Optional;

/**
 * A file system as asked for.
 *
 * @param sizeBytes size of the whole: a multiple of the sector size
 * @param sectorSize 512 or 4096 bytes: the disk's logical sectors
 * @param volumeId serial number, 0 to 2^32-1
 * @param label up to 11 characters of A–Z, 0–9, blank and {@code _-!#$%&'()@^`{}~}, not starting with a blank; empty for none
 * @param type a type to insist on, or empty to choose by size
 */
public record FatVolume(long sizeBytes, int sectorSize, long volumeId, String label, Optional<FatType> type) {
    private static final String LABEL_CHARACTERS = " _-!#$%&'()@^`{}~";

    /** Checks the ranges. */
    public FatVolume {
        if (sectorSize != 512 && sectorSize != 4096) {
            throw new IllegalArgumentException("sectors of " + sectorSize + " bytes");
        }
        if (sizeBytes < 0 || sizeBytes % sectorSize != 0) {
            throw new IllegalArgumentException(sizeBytes + " bytes are no whole number of sectors");
        }
        if (volumeId < 0 || volumeId > 0xffffffffL) {
            throw new IllegalArgumentException("volume id " + volumeId);
        }
        if (label.length() > 11 || label.startsWith(" ") || label.endsWith(" ") || !isLabel(label)) {
            throw new IllegalArgumentException("volume label \"" + label + "\"");
        }
    }

    private static boolean isLabel(String label) {
        return label.chars()
                .allMatch(c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || LABEL_CHARACTERS.indexOf(c) >= 0);
    }

    /** Sectors of 512 bytes, type by size. */
    public static FatVolume of(long sizeBytes, long volumeId, String label) {
        return new FatVolume(sizeBytes, 512, volumeId, label, Optional.empty());
    }

    /** The same with another size. */
    public FatVolume withSize(long newSizeBytes) {
        return new FatVolume(newSizeBytes, sectorSize, volumeId, label, type);
    }

    /** The same with a type to insist on. */
    public FatVolume withType(FatType newType) {
        return new FatVolume(sizeBytes, sectorSize, volumeId, label, Optional.of(newType));
    }
}
