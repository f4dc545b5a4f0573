package dev.caisson.rpm;

import dev.caisson.bytes.ByteSource;

/**
 * A file of a package that is being laid out.
 *
 * @param request what was asked for
 * @param inode equal for names of one file, from 1
 * @param names how many of them there are
 * @param bearsContent whether it is the last of them
 * @param content of the file, under each of its names
 */
record PlannedFile(RpmFileRequest request, int inode, int names, boolean bearsContent, ByteSource content) {
    int mode() {
        return request.type().bits() | request.mode();
    }

    /** What the header has: of a link the length of its target. */
    long sizeBytes() {
        return request.type() == RpmFile.Type.SYMLINK ? request.linkTarget().length : content.size();
    }
}
