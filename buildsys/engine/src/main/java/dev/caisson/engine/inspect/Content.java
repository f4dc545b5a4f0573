package dev.caisson.engine.inspect;

import dev.caisson.erofs.ErofsImage;
import dev.caisson.fat.FatContents;
import dev.caisson.filetree.FileTree;
import dev.caisson.verity.VeritySuperblock;
import java.util.List;
import java.util.Optional;

/** What a partition or an image file holds. */
public sealed interface Content {
    /** The files in it, when it is a file system that was read. */
    default Optional<FileTree> tree() {
        return Optional.empty();
    }

    /**
     * An EROFS file system.
     *
     * @param image the reader, which reads contents when asked
     */
    record Erofs(ErofsImage image) implements Content {
        @Override
        public Optional<FileTree> tree() {
            return Optional.of(image.tree());
        }
    }

    /**
     * A FAT file system.
     *
     * @param contents what is in it
     * @param programs the EFI programs among its files
     */
    record Fat(FatContents contents, List<EfiProgram> programs) implements Content {
        @Override
        public Optional<FileTree> tree() {
            return Optional.of(contents.tree());
        }
    }

    /**
     * A dm-verity hash device.
     *
     * @param superblock its parameters
     */
    record Verity(VeritySuperblock superblock) implements Content {}

    /**
     * An EFI program on its own.
     *
     * @param program the program
     */
    record Efi(EfiProgram program) implements Content {}

    /** Nothing but zeros. */
    record Empty() implements Content {}

    /**
     * Something else.
     *
     * @param name its name where a magic number is known, else {@code unknown}
     */
    record Other(String name) implements Content {}

    /**
     * Something whose magic number is right and that cannot be read all the same.
     *
     * @param kind what it would be
     * @param problem what is wrong
     */
    record Damaged(ImageKind kind, String problem) implements Content {}
}
