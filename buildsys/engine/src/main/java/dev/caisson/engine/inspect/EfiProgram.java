package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.pe.PeImage;
import dev.caisson.uki.UkiSection;
import dev.caisson.uki.UnifiedKernelImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A program that firmware can start.
 *
 * @param path where it lies on its file system, or the name of its own file
 * @param content its bytes
 * @param image its headers; empty when they are damaged
 * @param kernelImage the same as a unified kernel image, when it has a kernel
 * @param problem what is wrong with it, when it cannot be read
 */
public record EfiProgram(
        String path,
        ByteSource content,
        Optional<PeImage> image,
        Optional<UnifiedKernelImage> kernelImage,
        Optional<FormatException> problem) {
    private static final String FALLBACK = "/efi/boot/boot";
    private static final String KERNEL_FOLDER = "/efi/linux/";

    /** Reads the headers of a program; damage is kept as {@link #problem()}. */
    static EfiProgram read(String path, ByteSource content) throws IOException {
        PeImage image = null;
        try {
            image = PeImage.read(content);
            boolean kernel = image.section(UkiSection.LINUX.sectionName()).isPresent();
            Optional<UnifiedKernelImage> kernelImage =
                    kernel ? Optional.of(UnifiedKernelImage.of(image)) : Optional.empty();
            return new EfiProgram(path, content, Optional.of(image), kernelImage, Optional.empty());
        } catch (FormatException e) {
            return new EfiProgram(path, content, Optional.ofNullable(image), Optional.empty(), Optional.of(e));
        }
    }

    /** All files of a file system whose name says that they are programs, in the order of their paths. */
    static List<EfiProgram> all(FileTree tree) throws IOException {
        List<EfiProgram> programs = new ArrayList<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            String path = entry.getKey().toString();
            if (entry.getValue() instanceof Inode.RegularFile file
                    && lower(path).endsWith(".efi")) {
                programs.add(read(path, file.content()));
            }
        }
        return programs;
    }

    /** Whether it lies where firmware looks without any configuration. */
    boolean isFallback() {
        return lower(path).startsWith(FALLBACK);
    }

    /** Whether it is a unified kernel image, or lies where boot loaders expect one. */
    public boolean isKernelImage() {
        return kernelImage.isPresent() || lower(path).startsWith(KERNEL_FOLDER);
    }

    private static String lower(String path) {
        return path.toLowerCase(Locale.ROOT);
    }
}
