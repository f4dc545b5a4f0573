package dev.caisson.iso;

import java.util.List;

/**
 * What an image holds.
 *
 * @param identifier of the volume
 * @param sizeBytes as the volume descriptor says
 * @param files in the order of the directories; a file of several sections that lie behind each other is one
 * @param boot what the boot catalog names
 */
public record IsoImage(String identifier, long sizeBytes, List<IsoFile> files, List<Boot> boot) {
    /**
     * An entry of the boot catalog.
     *
     * @param platform 0 for x86 firmware, 239 for EFI
     * @param offset of the image
     * @param sizeBytes its length; 0 when the catalog leaves it open
     */
    public record Boot(int platform, long offset, long sizeBytes) {
        /** The number of UEFI. */
        public static final int EFI = 0xef;
    }

    /** Copies. */
    public IsoImage {
        files = List.copyOf(files);
        boot = List.copyOf(boot);
    }
}
