package dev.caisson.engine.formats;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import dev.caisson.diskimage.DiskFormat;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.diskimage.GceImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.inspect.ImageFile;
import dev.caisson.engine.work.WorkPool;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * One disk image into another format. What the input is, is seen from its content. The output appears under its name when it is
 * complete, and replaces what was there.
 */
public final class ImageConversion {
    private static final int PIECE = 1 << 16;
    private static final int HOLE = 4096;
    /** 16 TiB: what a compressed stream may claim to hold. */
    private static final long MOST_BYTES = 16L << 40;

    private static final String TAR_MAGIC = "ustar";
    private static final int TAR_MAGIC_AT = 257;

    private final WorkPool pool;
    private final Progress progress;

    /**
     * What was done.
     *
     * @param input the file that was read
     * @param inputFormat its format's name
     * @param output the new file
     * @param diskBytes size of the disk
     * @param fileBytes size of the new file; holes count
     */
    public record Result(Path input, String inputFormat, Path output, long diskBytes, long fileBytes) {}

    /** A conversion on these workers. */
    public ImageConversion(WorkPool pool, Progress progress) {
        this.pool = pool;
        this.progress = progress;
    }

    /**
     * Converts.
     *
     * @param input an image, or the folder of a build
     * @param epochSeconds time for the formats that hold one
     * @throws BuildException when the input is damaged or of no known format
     */
    public Result convert(Path input, Path output, OutputFormat format, long epochSeconds) throws Exception {
        Path target = output.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new BuildException(FailureCode.USAGE, output + " is a folder", "give the name of a file");
        }
        if (!Files.isDirectory(target.getParent())) {
            throw new BuildException(FailureCode.USAGE, "there is no folder " + target.getParent(), "create it first");
        }
        try (ImageFile opened = ImageFile.open(input)) {
            if (Files.exists(target) && Files.isSameFile(target, opened.path())) {
                throw new BuildException(FailureCode.USAGE, output + " is the input itself", "choose another name");
            }
            return convert(opened, target, format, epochSeconds);
        } catch (FormatException e) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    input + ": " + e.getMessage(),
                    "the image is damaged, or uses what is not supported",
                    e);
        }
    }

    private Result convert(ImageFile opened, Path target, OutputFormat format, long epochSeconds) throws Exception {
        String suffix = "." + ProcessHandle.current().pid();
        Path temporary = target.resolveSibling("." + target.getFileName() + ".converting" + suffix);
        Path plain = target.resolveSibling("." + target.getFileName() + ".input" + suffix);
        try {
            byte[] head = opened.source()
                    .read(0, (int) Math.min(Codec.MAGIC_LENGTH, opened.source().size()));
            Codec codec = Codec.ofMagic(head);
            DiskImage image;
            if (codec == Codec.NONE || codec == Codec.LZMA) {
                String name = DiskFormat.detect(opened.source()).formatName();
                image = DiskFormat.open(opened.source());
                return write(opened, name, image, temporary, target, format, epochSeconds);
            }
            decompress(opened.path(), codec, plain);
            try (FileSource source = FileSource.open(plain)) {
                boolean archive = isTar(source);
                image = archive ? GceImage.open(source) : DiskFormat.open(source);
                String name = archive ? "gce" : DiskFormat.detect(source).formatName();
                return write(opened, name + " in " + codec.codecName(), image, temporary, target, format, epochSeconds);
            }
        } finally {
            Files.deleteIfExists(temporary);
            Files.deleteIfExists(plain);
        }
    }

    private Result write(
            ImageFile opened,
            String inputFormat,
            DiskImage image,
            Path temporary,
            Path target,
            OutputFormat format,
            long epochSeconds)
            throws Exception {
        write(image, temporary, target.getFileName().toString(), format, epochSeconds);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new Result(opened.path(), inputFormat, target, image.size(), Files.size(target));
    }

    /**
     * Writes a disk into a file, which must not exist.
     *
     * @param name the name that the file will have
     */
    public void write(DiskImage image, Path file, String name, OutputFormat format, long epochSeconds)
            throws Exception {
        FormatPipeline pipeline = new FormatPipeline(pool, progress);
        if (format.isPlain()) {
            pipeline.writeRaw(image, file);
        } else {
            pipeline.write(format.writer(image, name, epochSeconds), file);
        }
    }

    private void decompress(Path file, Codec codec, Path plain) throws IOException {
        progress.begin("decompress");
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), PIECE);
                InputStream in = codec.decode(raw, CodecLimits.ofOutput(MOST_BYTES));
                FileSink out = FileSink.create(plain)) {
            byte[] bytes = new byte[PIECE];
            byte[] zeros = new byte[HOLE];
            for (int got = in.readNBytes(bytes, 0, PIECE); got > 0; got = in.readNBytes(bytes, 0, PIECE)) {
                for (int at = 0; at < got; at += HOLE) {
                    int count = Math.min(HOLE, got - at);
                    if (Arrays.equals(bytes, at, at + count, zeros, 0, count)) {
                        out.zeros(count);
                    } else {
                        out.write(ByteBuffer.wrap(bytes, at, count));
                    }
                }
            }
        }
        progress.end("decompress");
    }

    private static boolean isTar(ByteSource source) throws IOException {
        return source.size() >= 512
                && new String(source.read(TAR_MAGIC_AT, TAR_MAGIC.length()), StandardCharsets.ISO_8859_1)
                        .equals(TAR_MAGIC);
    }
}
