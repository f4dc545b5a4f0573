package dev.caisson.archive;

/**
 * One entry of a cpio archive that is read as a stream.
 *
 * @param format which header it has
 * @param offset position of the header in the archive
 * @param index of a {@link Format#STRIPPED} entry, the number of the file in the list that describes it; else -1
 * @param name as stored, without NUL; empty for a stripped entry
 * @param ino equal for names of one file
 * @param mode type and permissions
 * @param nlink how many names the file has
 * @param sizeBytes bytes of content that follow; -1 for a stripped entry, whose list says it
 */
public record CpioEntry(
        Format format, long offset, long index, byte[] name, long ino, int mode, long nlink, long sizeBytes) {
    /** The header formats. */
    public enum Format {
        /** "newc", magic 070701. */
        NEWC,
        /** "crc", magic 070702. */
        CRC,
        /** RPM's header of nothing but a number, magic 07070X, for files of any size. */
        STRIPPED
    }

    /** The name for messages. */
    public String nameText() {
        return format == Format.STRIPPED ? "number " + index : TarEntry.printable(name);
    }
}
