package dev.caisson.gpt;

import java.util.ArrayList;
import java.util.List;

/**
 * The bits of {@link GptEntry#attributes()}. Bits 0–2 are UEFI's (table 5.8); 48–63 belong to the partition type: 59, 60 and
 * 63 as the Discoverable Partitions Specification defines them, 48–56 as ChromeOS and Bottlerocket do for boot slots.
 */
public final class GptAttributes {
    /** Bit 0: the platform needs the partition; never delete it. */
    public static final long REQUIRED = 1L;

    /** Bit 1: firmware makes no file system of it. */
    public static final long NO_BLOCK_IO_PROTOCOL = 1L << 1;

    /** Bit 2: a legacy BIOS boots from it. */
    public static final long LEGACY_BIOS_BOOTABLE = 1L << 2;

    /** Bit 59: the file system is grown to the partition's size when mounted. */
    public static final long GROW_FILE_SYSTEM = 1L << 59;

    /** Bit 60: mounted read-only. */
    public static final long READ_ONLY = 1L << 60;

    /** Bit 63: not mounted automatically. */
    public static final long NO_AUTO = 1L << 63;

    private static final int PRIORITY_SHIFT = 48;
    private static final int TRIES_SHIFT = 52;
    private static final int SUCCESSFUL_SHIFT = 56;
    private static final long SLOT_BITS = 0x1ffL << PRIORITY_SHIFT;

    private GptAttributes() {}

    /**
     * What a boot loader with the {@code gptprio} rule reads of a boot slot.
     *
     * @param priority 0 (never) to 15, highest is tried first
     * @param triesLeft 0 to 15 attempts before the slot counts as bad
     * @param successful has booted
     */
    public record BootSlot(int priority, int triesLeft, boolean successful) {
        /** Checks the ranges. */
        public BootSlot {
            if (priority < 0 || priority > 15 || triesLeft < 0 || triesLeft > 15) {
                throw new IllegalArgumentException("priority " + priority + ", tries " + triesLeft);
            }
        }

        /** Reads bits 48–56. */
        public static BootSlot of(long attributes) {
            return new BootSlot(
                    (int) (attributes >>> PRIORITY_SHIFT) & 15,
                    (int) (attributes >>> TRIES_SHIFT) & 15,
                    (attributes >>> SUCCESSFUL_SHIFT & 1) != 0);
        }

        /** The attributes with bits 48–56 replaced by these. */
        public long applyTo(long attributes) {
            long bits = (long) priority << PRIORITY_SHIFT
                    | (long) triesLeft << TRIES_SHIFT
                    | (successful ? 1L << SUCCESSFUL_SHIFT : 0);
            return attributes & ~SLOT_BITS | bits;
        }

        /** Whether a loader would take this slot. */
        public boolean bootable() {
            return successful || (priority > 0 && triesLeft > 0);
        }
    }

    /** Names of the bits that are set, lowest first; bits without a name as {@code bit-N}. */
    public static List<String> names(long attributes) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((attributes >>> bit & 1) != 0) {
                names.add(name(bit));
            }
        }
        return names;
    }

    private static String name(int bit) {
        return switch (bit) {
            case 0 -> "required";
            case 1 -> "no-block-io-protocol";
            case 2 -> "legacy-bios-bootable";
            case 48, 49, 50, 51 -> "priority-" + (1 << bit - PRIORITY_SHIFT);
            case 52, 53, 54, 55 -> "tries-" + (1 << bit - TRIES_SHIFT);
            case 56 -> "successful";
            case 59 -> "grow-file-system";
            case 60 -> "read-only";
            case 63 -> "no-auto";
            default -> "bit-" + bit;
        };
    }
}
