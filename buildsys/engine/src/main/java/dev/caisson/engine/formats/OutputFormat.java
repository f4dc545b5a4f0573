package dev.caisson.engine.formats;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Guid;
import dev.caisson.compression.Codec;
import dev.caisson.diskimage.DiskFormat;
import dev.caisson.diskimage.DiskFormatWriter;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.diskimage.GceImage;
import dev.caisson.diskimage.Qcow2Writer;
import dev.caisson.diskimage.StreamWriter;
import dev.caisson.diskimage.VhdWriter;
import dev.caisson.diskimage.VhdxWriter;
import dev.caisson.diskimage.VmdkWriter;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A format with its compression.
 *
 * @param format the format
 * @param compression how it is compressed; NONE where there is no choice
 * @param level the codec's level
 */
public record OutputFormat(DiskFormat format, Codec compression, int level) {
    private static final int SECTOR = 512;
    private static final int IDENTITY_BYTES = 1 << 20;

    /**
     * The format asked for.
     *
     * @param file its name decides where {@code name} and {@code compression} are empty
     * @param name a format's name
     * @param compression none, deflate (gzip for raw), zstd, xz or lz4
     * @throws BuildException when the words are unknown or do not go together
     */
    public static OutputFormat of(Path file, Optional<String> name, Optional<String> compression, OptionalInt level)
            throws BuildException {
        String fileName = file.getFileName() == null ? "" : file.getFileName().toString();
        Codec byName =
                name.isEmpty() && DiskFormat.ofFileName(fileName).isEmpty() ? Codec.ofFileName(fileName) : Codec.NONE;
        DiskFormat format = format(file, name, byName);
        Codec codec = compression.isPresent() ? codec(compression.get()) : byDefault(format, fileName, byName);
        return new OutputFormat(format, codec, level(format, codec, level));
    }

    /** The format that a manifest names, such as {@code qcow2} or {@code raw.zst}. */
    public static OutputFormat ofName(String name) throws BuildException {
        return of(
                Path.of("disk." + name),
                name.startsWith("raw.") ? Optional.of("raw") : Optional.of(name),
                Optional.empty(),
                OptionalInt.empty());
    }

    private static DiskFormat format(Path file, Optional<String> name, Codec byName) throws BuildException {
        Optional<DiskFormat> found = name.isPresent()
                ? DiskFormat.ofName(name.get())
                : DiskFormat.ofFileName(file.getFileName().toString());
        if (found.isEmpty() && name.isEmpty() && byName != Codec.NONE) {
            return DiskFormat.RAW;
        }
        return found.orElseThrow(() -> new BuildException(
                FailureCode.USAGE,
                name.isPresent()
                        ? "--format " + name.get() + " is not known"
                        : "the name of " + file + " does not say which format it should have",
                "give --format with one of "
                        + Arrays.stream(DiskFormat.values())
                                .map(DiskFormat::formatName)
                                .collect(Collectors.joining(", "))));
    }

    private static Codec codec(String name) throws BuildException {
        return Codec.ofName(name.equals("deflate") ? "gzip" : name)
                .orElseThrow(() -> new BuildException(
                        FailureCode.USAGE,
                        "--compression " + name + " is not known",
                        "use none, deflate, gzip, zstd, xz or lz4"));
    }

    private static Codec byDefault(DiskFormat format, String fileName, Codec byName) {
        return switch (format) {
            case RAW -> byName != Codec.NONE ? byName : Codec.ofFileName(fileName);
            case QCOW2, VMDK, GCE -> Codec.GZIP;
            case VMDK_SPARSE, VHD, VHD_DYNAMIC, VHDX -> Codec.NONE;
        };
    }

    private static int level(DiskFormat format, Codec codec, OptionalInt asked) throws BuildException {
        boolean possible = switch (format) {
            case RAW -> codec != Codec.BZIP2 && codec != Codec.LZMA;
            case QCOW2 -> codec == Codec.NONE || codec == Codec.GZIP || codec == Codec.ZSTD;
            case VMDK, GCE -> codec == Codec.GZIP;
            case VMDK_SPARSE, VHD, VHD_DYNAMIC, VHDX -> codec == Codec.NONE;
        };
        if (!possible) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "format " + format.formatName() + " cannot be compressed by " + codec.codecName(),
                    "leave --compression out, or choose another format");
        }
        int most = switch (codec) {
            case ZSTD -> 22;
            case LZ4 -> 12;
            default -> 9;
        };
        int level = asked.orElse(
                switch (codec) {
                    case ZSTD -> 9;
                    case LZ4 -> 6;
                    case XZ -> 6;
                    default -> 5;
                });
        if (level < 1 || level > most) {
            throw new BuildException(FailureCode.USAGE, "--level " + level + " is not between 1 and " + most, "");
        }
        return level;
    }

    /** What the file's name ends with, with the dot. */
    public String extension() {
        return format == DiskFormat.RAW && compression != Codec.NONE
                ? format.extension() + "." + shortName()
                : format.extension();
    }

    private String shortName() {
        return switch (compression) {
            case GZIP -> "gz";
            case ZSTD -> "zst";
            default -> compression.codecName();
        };
    }

    /** Whether the file is the plain bytes, which {@link FormatPipeline#writeRaw} copies. */
    public boolean isPlain() {
        return format == DiskFormat.RAW && compression == Codec.NONE;
    }

    /**
     * The writer.
     *
     * @param name the file's name, which a VMDK's descriptor holds
     * @param epochSeconds time for the formats that hold one
     */
    public DiskFormatWriter writer(DiskImage image, String name, long epochSeconds) throws IOException {
        long sectors = (image.size() + SECTOR - 1) / SECTOR;
        DiskImage whole = DiskImage.of(sectors * SECTOR, image.extents());
        return switch (format) {
            case RAW -> new StreamWriter(image, compression, level);
            case QCOW2 -> new Qcow2Writer(whole, qcow2(), level);
            case VMDK -> VmdkWriter.streamOptimized(whole, name, level);
            case VMDK_SPARSE -> VmdkWriter.sparse(whole, name);
            case VHD, VHD_DYNAMIC ->
                new VhdWriter(image, format == DiskFormat.VHD_DYNAMIC, identity(image), epochSeconds);
            case VHDX -> new VhdxWriter(whole, identity(image));
            case GCE -> GceImage.writer(image, epochSeconds, level);
        };
    }

    private Qcow2Writer.Compression qcow2() {
        return switch (compression) {
            case NONE -> Qcow2Writer.Compression.NONE;
            case ZSTD -> Qcow2Writer.Compression.ZSTD;
            default -> Qcow2Writer.Compression.DEFLATE;
        };
    }

    /** An id that follows from the head of the disk, which holds the partition table's own: the same disk, the same id. */
    private static Guid identity(DiskImage image) throws IOException {
        byte[] head = image.asSource().read(0, (int) Math.min(IDENTITY_BYTES, image.size()));
        return Guid.ofStored(DigestAlgorithm.SHA256.of(head).bytes(), 0);
    }
}
