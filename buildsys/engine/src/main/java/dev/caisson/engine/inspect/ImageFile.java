package dev.caisson.engine.inspect;

import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An image file that is open for reading. */
public final class ImageFile implements Closeable {
    private final Path path;
    private final FileSource source;
    private final ImageKind kind;

    private ImageFile(Path path, FileSource source) throws IOException {
        this.path = path;
        this.source = source;
        this.kind = ImageKind.detect(source);
    }

    /**
     * Opens an image, or the disk image of a build's folder.
     *
     * @throws BuildException when there is no such file or folder, or it cannot be read
     */
    public static ImageFile open(Path path) throws BuildException, IOException {
        return openFile(Files.isDirectory(path) ? ofFolder(path) : path);
    }

    private static ImageFile openFile(Path path) throws BuildException, IOException {
        if (!Files.exists(path)) {
            throw new BuildException(
                    FailureCode.USAGE, "there is no image " + path, "give the path of an image or of a build's folder");
        }
        FileSource source = FileSource.open(path);
        try {
            return new ImageFile(path, source);
        } catch (IOException e) {
            source.close();
            throw e;
        }
    }

    /** The disk image of a folder that a build has written; a damaged list of artifacts does not hide it. */
    static Path ofFolder(Path folder) throws BuildException, IOException {
        try {
            Optional<ArtifactList.Entry> raw = ArtifactList.read(folder).flatMap(list -> list.ofKind("raw"));
            if (raw.isPresent()) {
                return folder.resolve(raw.get().name());
            }
        } catch (dev.caisson.bytes.FormatException e) {
            // Reported by the verifier, which reads the list for itself.
        }
        List<Path> disks = SortedListing.of(folder).stream()
                .filter(file -> file.getFileName().toString().endsWith(".raw") && Files.isRegularFile(file))
                .toList();
        if (disks.size() != 1) {
            throw new BuildException(
                    FailureCode.USAGE,
                    folder + " holds " + (disks.isEmpty() ? "no disk image" : disks.size() + " disk images"),
                    "give the path of an image file, or of a folder out/VARIANT/ARCH that a build has written");
        }
        return disks.get(0);
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /** Its bytes, readable until this is closed. */
    public FileSource source() {
        return source;
    }

    /** What it is. */
    public ImageKind kind() {
        return kind;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
