package dev.caisson.fat;

/** A tree cannot be laid out as a FAT file system. */
public abstract sealed class FatPlanException extends Exception permits FatNameException, FatDoesNotFitException {
    private static final long serialVersionUID = 1L;

    FatPlanException(String message) {
        super(message);
    }
}
