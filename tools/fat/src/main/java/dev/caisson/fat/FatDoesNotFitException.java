package dev.caisson.fat;

/** The volume is too small (or, for a type that was insisted on, too large). */
public final class FatDoesNotFitException extends FatPlanException {
    private static final long serialVersionUID = 1L;

    private final long neededBytes;
    private final long availableBytes;

    FatDoesNotFitException(String what, long neededBytes, long availableBytes) {
        super("FAT volume: " + what + ", needs " + neededBytes + " bytes, has " + availableBytes + ", "
                + Math.max(0, neededBytes - availableBytes) + " too little");
        this.neededBytes = neededBytes;
        this.availableBytes = availableBytes;
    }

    /** What the contents (or the type) need, in bytes. */
    public long neededBytes() {
        return neededBytes;
    }

    /** What there is, in bytes. */
    public long availableBytes() {
        return availableBytes;
    }
}
