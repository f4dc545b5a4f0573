package dev.caisson.rpm;

import dev.caisson.bytes.ByteSource;
import dev.caisson.filetree.TreePath;
import java.util.Optional;

/**
 * A file that a package is to have.
 *
 * @param path where it is installed
 * @param type what it is
 * @param mode permission bits with setuid, setgid and sticky: 0–07777
 * @param user owner's name
 * @param group group's name
 * @param mtimeSeconds modification time in seconds since 1970, below 2^32
 * @param content of a regular file; empty bytes for others and for ghosts. It must stay readable while the plan is in use
 * @param linkTarget of a symbolic link, 1–4095 bytes without NUL; else empty
 * @param deviceMajor of a device node, 0–255: headers have no room for more
 * @param deviceMinor of a device node, 0–255
 * @param hardLinkTo of a regular file that is another name for one with this path, whose attributes and content it shares
 * @param flags RPMFILE_* bits, see {@link RpmFile}
 * @param verifyFlags RPMVERIFY_* bits
 * @param color of ELF files: 1 for 32-bit, 2 for 64-bit ones; else 0
 * @param languages separated by {@code |}; empty for all
 * @param capabilities as {@link FileCapabilities#parse} takes them; empty for none
 */
public record RpmFileRequest(
        TreePath path,
        RpmFile.Type type,
        int mode,
        String user,
        String group,
        long mtimeSeconds,
        ByteSource content,
        byte[] linkTarget,
        int deviceMajor,
        int deviceMinor,
        Optional<TreePath> hardLinkTo,
        int flags,
        long verifyFlags,
        long color,
        String languages,
        String capabilities) {
    /** All that {@code rpm --verify} can compare. */
    public static final long VERIFY_ALL = 0xffffffffL;

    private static final ByteSource NOTHING = ByteSource.of(new byte[0]);

    /** Checks the ranges. */
    public RpmFileRequest {
        if ((mode & ~07777) != 0
                || mtimeSeconds < 0
                || mtimeSeconds > 0xffffffffL
                || (deviceMajor | deviceMinor) >>> 8 != 0
                || verifyFlags >>> 32 != 0
                || color >>> 32 != 0) {
            throw new IllegalArgumentException("a number of " + path + " is out of range");
        }
        boolean link = type == RpmFile.Type.SYMLINK;
        if (link == (linkTarget.length == 0) || linkTarget.length > 4095) {
            throw new IllegalArgumentException(path + " has a link target of " + linkTarget.length + " bytes");
        }
        if (type != RpmFile.Type.REGULAR && (content.size() > 0 || hardLinkTo.isPresent())) {
            throw new IllegalArgumentException(path + " has content, but is no regular file");
        }
        if (path.isRoot() && type != RpmFile.Type.DIRECTORY) {
            throw new IllegalArgumentException("the root is a directory");
        }
    }

    private static RpmFileRequest of(TreePath path, RpmFile.Type type, int mode, long mtime, ByteSource content) {
        return new RpmFileRequest(
                path,
                type,
                mode,
                "root",
                "root",
                mtime,
                content,
                new byte[0],
                0,
                0,
                Optional.empty(),
                0,
                VERIFY_ALL,
                0,
                "",
                "");
    }

    /** A regular file of root's. */
    public static RpmFileRequest regular(TreePath path, int mode, long mtimeSeconds, ByteSource content) {
        return of(path, RpmFile.Type.REGULAR, mode, mtimeSeconds, content);
    }

    /** A directory of root's. */
    public static RpmFileRequest directory(TreePath path, int mode, long mtimeSeconds) {
        return of(path, RpmFile.Type.DIRECTORY, mode, mtimeSeconds, NOTHING);
    }

    /** A symbolic link of root's. */
    public static RpmFileRequest symlink(TreePath path, long mtimeSeconds, byte[] target) {
        return new RpmFileRequest(
                path,
                RpmFile.Type.SYMLINK,
                0777,
                "root",
                "root",
                mtimeSeconds,
                NOTHING,
                target.clone(),
                0,
                0,
                Optional.empty(),
                0,
                VERIFY_ALL,
                0,
                "",
                "");
    }

    /** A device node of root's. */
    public static RpmFileRequest device(
            TreePath path, boolean block, int mode, long mtimeSeconds, int major, int minor) {
        return new RpmFileRequest(
                path,
                block ? RpmFile.Type.BLOCK_DEVICE : RpmFile.Type.CHARACTER_DEVICE,
                mode,
                "root",
                "root",
                mtimeSeconds,
                NOTHING,
                new byte[0],
                major,
                minor,
                Optional.empty(),
                0,
                VERIFY_ALL,
                0,
                "",
                "");
    }

    /** A named pipe of root's. */
    public static RpmFileRequest fifo(TreePath path, int mode, long mtimeSeconds) {
        return of(path, RpmFile.Type.FIFO, mode, mtimeSeconds, NOTHING);
    }

    /** A further name for a regular file of the same package. */
    public static RpmFileRequest hardLink(TreePath path, RpmFileRequest existing) {
        return new RpmFileRequest(
                path,
                RpmFile.Type.REGULAR,
                existing.mode,
                existing.user,
                existing.group,
                existing.mtimeSeconds,
                NOTHING,
                new byte[0],
                0,
                0,
                Optional.of(existing.path),
                existing.flags,
                existing.verifyFlags,
                existing.color,
                existing.languages,
                existing.capabilities);
    }

    /** A copy with another owner. */
    public RpmFileRequest withOwner(String newUser, String newGroup) {
        return new RpmFileRequest(
                path,
                type,
                mode,
                newUser,
                newGroup,
                mtimeSeconds,
                content,
                linkTarget,
                deviceMajor,
                deviceMinor,
                hardLinkTo,
                flags,
                verifyFlags,
                color,
                languages,
                capabilities);
    }

    /** A copy with other RPMFILE_* bits. */
    public RpmFileRequest withFlags(int newFlags) {
        return new RpmFileRequest(
                path,
                type,
                mode,
                user,
                group,
                mtimeSeconds,
                content,
                linkTarget,
                deviceMajor,
                deviceMinor,
                hardLinkTo,
                newFlags,
                verifyFlags,
                color,
                languages,
                capabilities);
    }

    /** A copy with capabilities. */
    public RpmFileRequest withCapabilities(String text) {
        return new RpmFileRequest(
                path,
                type,
                mode,
                user,
                group,
                mtimeSeconds,
                content,
                linkTarget,
                deviceMajor,
                deviceMinor,
                hardLinkTo,
                flags,
                verifyFlags,
                color,
                languages,
                text);
    }

    /** A copy with languages and a colour. */
    public RpmFileRequest with(String newLanguages, long newColor) {
        return new RpmFileRequest(
                path,
                type,
                mode,
                user,
                group,
                mtimeSeconds,
                content,
                linkTarget,
                deviceMajor,
                deviceMinor,
                hardLinkTo,
                flags,
                verifyFlags,
                newColor,
                newLanguages,
                capabilities);
    }

    boolean isGhost() {
        return (flags & RpmFile.GHOST) != 0;
    }
}
