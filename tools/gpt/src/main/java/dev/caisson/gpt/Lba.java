package dev.caisson.gpt;

/**
 * The address of a sector. It carries the sector's size, so that addresses and byte offsets cannot be mixed up.
 *
 * @param number counted from 0, below 2^51 (so that byte offsets stay below 2^63)
 * @param sectorSize the disk's
 */
public record Lba(long number, SectorSize sectorSize) implements Comparable<Lba> {
    /** One more than the highest number. */
    static final long LIMIT = 1L << 51;

    /** Checks the range. */
    public Lba {
        if (number < 0 || number >= LIMIT) {
            throw new IllegalArgumentException("LBA " + number);
        }
    }

    /** The sector that starts at a byte offset, which must be a multiple of the sector size. */
    public static Lba ofBytes(long offsetBytes, SectorSize sectorSize) {
        if (offsetBytes % sectorSize.bytes() != 0) {
            throw new IllegalArgumentException("offset " + offsetBytes + " lies within a sector");
        }
        return new Lba(offsetBytes / sectorSize.bytes(), sectorSize);
    }

    /** Offset of the sector's first byte on the disk. */
    public long offsetBytes() {
        return number * sectorSize.bytes();
    }

    /** The sector this many further on; negative goes back. */
    public Lba plus(long sectors) {
        return new Lba(Math.addExact(number, sectors), sectorSize);
    }

    /** How many sectors this lies behind {@code other}, which has the same sector size. */
    public long minus(Lba other) {
        if (sectorSize != other.sectorSize) {
            throw new IllegalArgumentException(this + " and " + other);
        }
        return number - other.number;
    }

    @Override
    public int compareTo(Lba other) {
        return Long.signum(minus(other));
    }

    /** The number. */
    @Override
    public String toString() {
        return Long.toString(number);
    }
}
