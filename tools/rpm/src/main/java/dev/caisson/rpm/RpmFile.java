package dev.caisson.rpm;

import dev.caisson.bytes.Digest;
import dev.caisson.filetree.TreePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One file of a package, as the header describes it. Owners are names: whoever installs the package gives them numbers.
 *
 * @param index number of the file in the header's arrays
 * @param path where it is installed; of a source package, its name
 * @param type what it is
 * @param mode permission bits with setuid, setgid and sticky: 0–07777
 * @param user owner's name
 * @param group group's name
 * @param sizeBytes size of the content, of a symbolic link's target, or what the build's file system said of a directory
 * @param mtimeSeconds modification time in seconds since 1970
 * @param digest of the content; only of regular files, and not of all: ghosts have none
 * @param linkTarget of a symbolic link; else empty. Not to be changed
 * @param deviceMajor of a device node, 0–255
 * @param deviceMinor of a device node, 0–255
 * @param flags RPMFILE_* bits
 * @param verifyFlags RPMVERIFY_* bits: what {@code rpm --verify} compares
 * @param linkSet of a regular file with several names, the index of the last of them, which bears the content; else -1
 * @param color 0 for none, else bits for 32-bit (1), 64-bit (2) and other ELF files
 * @param languages of the file, separated by {@code |}; empty for all
 * @param capabilities as {@code cap_from_text(3)} takes them; empty for none
 */
public record RpmFile(
        int index,
        TreePath path,
        Type type,
        int mode,
        String user,
        String group,
        long sizeBytes,
        long mtimeSeconds,
        Optional<Digest> digest,
        byte[] linkTarget,
        int deviceMajor,
        int deviceMinor,
        int flags,
        long verifyFlags,
        int linkSet,
        long color,
        String languages,
        String capabilities) {
    /** RPMFILE_CONFIG: {@code %config}. */
    public static final int CONFIG = 1;

    /** RPMFILE_DOC: {@code %doc}. */
    public static final int DOC = 1 << 1;

    /** RPMFILE_MISSINGOK: {@code %config(missingok)}. */
    public static final int MISSING_OK = 1 << 3;

    /** RPMFILE_NOREPLACE: {@code %config(noreplace)}. */
    public static final int NO_REPLACE = 1 << 4;

    /** RPMFILE_SPECFILE: the spec file of a source package. */
    public static final int SPEC = 1 << 5;

    /** RPMFILE_GHOST: owned, but not in the payload. */
    public static final int GHOST = 1 << 6;

    /** RPMFILE_LICENSE: {@code %license}. */
    public static final int LICENSE = 1 << 7;

    /** RPMFILE_README: {@code %readme}. */
    public static final int README = 1 << 8;

    /** RPMFILE_PUBKEY: {@code %pubkey}. */
    public static final int PUBKEY = 1 << 11;

    /** RPMFILE_ARTIFACT: {@code %artifact}, such as build ids. */
    public static final int ARTIFACT = 1 << 12;

    private static final List<String> FLAG_NAMES = List.of(
            "config",
            "doc",
            "icon",
            "missingok",
            "noreplace",
            "spec",
            "ghost",
            "license",
            "readme",
            "",
            "",
            "pubkey",
            "artifact");

    /** What a file is, in the order of the letters that {@code ls} has for it. */
    public enum Type {
        /** A regular file. */
        REGULAR('-', 0100000),
        /** A directory. */
        DIRECTORY('d', 0040000),
        /** A symbolic link. */
        SYMLINK('l', 0120000),
        /** A character device. */
        CHARACTER_DEVICE('c', 0020000),
        /** A block device. */
        BLOCK_DEVICE('b', 0060000),
        /** A named pipe. */
        FIFO('p', 0010000),
        /** A socket. */
        SOCKET('s', 0140000);

        private final char letter;
        private final int bits;

        Type(char letter, int bits) {
            this.letter = letter;
            this.bits = bits;
        }

        /** As {@code ls -l} shows it. */
        public char letter() {
            return letter;
        }

        /** The S_IFMT bits of st_mode. */
        int bits() {
            return bits;
        }

        static Optional<Type> ofMode(int mode) {
            return Arrays.stream(values())
                    .filter(type -> type.bits == (mode & 0170000))
                    .findFirst();
        }
    }

    /** Whether all of these RPMFILE_* bits are set. */
    public boolean is(int flag) {
        return (flags & flag) == flag;
    }

    /** Whether the package only owns the path: the payload has nothing for it. */
    public boolean isGhost() {
        return is(GHOST);
    }

    /** The names of the flags that are set, in the order of the bits. */
    public List<String> flagNames() {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((flags >>> bit & 1) != 0) {
                String name = bit < FLAG_NAMES.size() ? FLAG_NAMES.get(bit) : "";
                names.add(name.isEmpty() ? "bit" + bit : name);
            }
        }
        return names;
    }

    /** Whether this is a regular file that has other names too. */
    public boolean isHardLinked() {
        return linkSet >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RpmFile that
                && index == that.index
                && path.equals(that.path)
                && type == that.type
                && mode == that.mode
                && user.equals(that.user)
                && group.equals(that.group)
                && sizeBytes == that.sizeBytes
                && mtimeSeconds == that.mtimeSeconds
                && digest.equals(that.digest)
                && Arrays.equals(linkTarget, that.linkTarget)
                && deviceMajor == that.deviceMajor
                && deviceMinor == that.deviceMinor
                && flags == that.flags
                && verifyFlags == that.verifyFlags
                && linkSet == that.linkSet
                && color == that.color
                && languages.equals(that.languages)
                && capabilities.equals(that.capabilities);
    }

    @Override
    public int hashCode() {
        return Objects.hash(index, path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
