package dev.caisson.rpm;

import java.io.IOException;
import java.io.InputStream;

/**
 * What {@link RpmPackage#readPayload} gives the files of a payload to, in the payload's order and after they have been checked
 * against the header: each comes once, ghosts never. A directory may come after what is in it, or be missing from the package.
 */
public interface PayloadVisitor {
    /** A directory. */
    void directory(RpmFile file) throws IOException;

    /**
     * A regular file. Of a hard-link set this is the last name, which bears the content.
     *
     * @param content gives exactly {@link RpmFile#sizeBytes} bytes, or throws; only valid during the call, and need not be read
     */
    void file(RpmFile file, InputStream content) throws IOException;

    /** Another name for {@code existing}, the regular file that was given just before. */
    void hardLink(RpmFile file, RpmFile existing) throws IOException;

    /** A symbolic link to {@link RpmFile#linkTarget}, which may lead anywhere. */
    void symlink(RpmFile file) throws IOException;

    /** A device node, a named pipe or a socket, as {@link RpmFile#type} says. */
    void special(RpmFile file) throws IOException;
}
