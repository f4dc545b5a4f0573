package dev.caisson.filetree;

import dev.caisson.bytes.ByteSource;
import java.nio.charset.StandardCharsets;

/**
 * One file of an image. Identity is the object's: two paths with the same object are hard links, two equal files are not.
 * Immutable; {@link #with(Attributes)} makes a new inode.
 */
public abstract sealed class Inode {
    private final Attributes attributes;

    private Inode(Attributes attributes) {
        this.attributes = attributes;
    }

    /** Mode, owner, time and extended attributes. */
    public final Attributes attributes() {
        return attributes;
    }

    /** The type as one letter, as in {@code ls -l} and {@code find -printf %y}: {@code d f l c b p s}. */
    public abstract char typeLetter();

    /** The same file, as a new inode, with other attributes. */
    public abstract Inode with(Attributes newAttributes);

    /** A directory; what it holds is in the tree. */
    public static final class Directory extends Inode {
        /** A directory. */
        public Directory(Attributes attributes) {
            super(attributes);
        }

        @Override
        public char typeLetter() {
            return 'd';
        }

        @Override
        public Directory with(Attributes newAttributes) {
            return new Directory(newAttributes);
        }
    }

    /** A regular file. */
    public static final class RegularFile extends Inode {
        private final ByteSource content;

        /** A file whose content must stay readable as long as the tree is in use. */
        public RegularFile(Attributes attributes, ByteSource content) {
            super(attributes);
            this.content = content;
        }

        /** The content, uncompressed. */
        public ByteSource content() {
            return content;
        }

        @Override
        public char typeLetter() {
            return 'f';
        }

        @Override
        public RegularFile with(Attributes newAttributes) {
            return new RegularFile(newAttributes, content);
        }
    }

    /** A symbolic link. */
    public static final class Symlink extends Inode {
        private final byte[] target;

        /** A link to 1–4095 bytes of path. */
        public Symlink(Attributes attributes, byte[] target) {
            super(attributes);
            if (target.length == 0 || target.length > 4095) {
                throw new IllegalArgumentException("symlink target of " + target.length + " bytes");
            }
            this.target = target.clone();
        }

        /** The target's bytes. */
        public byte[] target() {
            return target.clone();
        }

        /** The target as text, for matching and messages. */
        public String targetText() {
            return new String(target, StandardCharsets.UTF_8);
        }

        @Override
        public char typeLetter() {
            return 'l';
        }

        @Override
        public Symlink with(Attributes newAttributes) {
            return new Symlink(newAttributes, target);
        }
    }

    /** A character or block device node. */
    public static final class Device extends Inode {
        private final boolean block;
        private final int major;
        private final int minor;

        /** A device node; major 0–4095, minor 0–1048575 as in Linux' 32-bit {@code dev_t}. */
        public Device(Attributes attributes, boolean block, int major, int minor) {
            super(attributes);
            if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
                throw new IllegalArgumentException("device " + major + ":" + minor);
            }
            this.block = block;
            this.major = major;
            this.minor = minor;
        }

        /** Block device, else character device. */
        public boolean isBlock() {
            return block;
        }

        /** Major number. */
        public int major() {
            return major;
        }

        /** Minor number. */
        public int minor() {
            return minor;
        }

        @Override
        public char typeLetter() {
            return block ? 'b' : 'c';
        }

        @Override
        public Device with(Attributes newAttributes) {
            return new Device(newAttributes, block, major, minor);
        }
    }

    /** A named pipe. */
    public static final class Fifo extends Inode {
        /** A named pipe. */
        public Fifo(Attributes attributes) {
            super(attributes);
        }

        @Override
        public char typeLetter() {
            return 'p';
        }

        @Override
        public Fifo with(Attributes newAttributes) {
            return new Fifo(newAttributes);
        }
    }

    /** A Unix socket's name. */
    public static final class Socket extends Inode {
        /** A socket. */
        public Socket(Attributes attributes) {
            super(attributes);
        }

        @Override
        public char typeLetter() {
            return 's';
        }

        @Override
        public Socket with(Attributes newAttributes) {
            return new Socket(newAttributes);
        }
    }
}
