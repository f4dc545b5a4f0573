package dev.caisson.iso;

import java.util.Optional;

/**
 * What an image is called, how large it is, and what it boots.
 *
 * @param identifier 1 to 32 of A to Z, 0 to 9 and _
 * @param application who made it, at most 128 printable ASCII characters
 * @param sizeBytes size of the whole image, a multiple of 2048, at most 8 TiB
 * @param epochSeconds the time of everything, seconds since 1970
 * @param boot the EFI system partition that the firmware starts from
 */
public record IsoVolume(
        String identifier, String application, long sizeBytes, long epochSeconds, Optional<BootImage> boot) {
    /**
     * A boot image without emulation.
     *
     * @param offset a multiple of 2048
     * @param sizeBytes length
     */
    public record BootImage(long offset, long sizeBytes) {
        /** Checks the place. */
        public BootImage {
            if (offset <= 0 || offset % IsoLayout.SECTOR != 0 || sizeBytes <= 0) {
                throw new IllegalArgumentException("boot image of " + sizeBytes + " bytes at " + offset);
            }
        }
    }

    /** Checks form and ranges. */
    public IsoVolume {
        if (!identifier.matches("[A-Z0-9_]{1,32}") || !application.matches("[ -~]{0,128}")) {
            throw new IllegalArgumentException("volume '" + identifier + "' of '" + application + "'");
        }
        if (sizeBytes <= 0 || sizeBytes % IsoLayout.SECTOR != 0 || sizeBytes / IsoLayout.SECTOR > 0xffffffffL) {
            throw new IllegalArgumentException("a volume of " + sizeBytes + " bytes");
        }
    }
}
