package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.erofs.ErofsReader;
import dev.caisson.fat.FatContents;
import dev.caisson.fat.FatReader;
import dev.caisson.filetree.FileTree;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.GptReader;
import dev.caisson.gpt.GptReading;
import dev.caisson.verity.VeritySuperblock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is in an image. Contents of files are read when they are asked for, so the image stays open as long as this is used.
 *
 * @param name the file's name
 * @param kind what the file is
 * @param sizeBytes its length
 * @param table the disk's tables, when it is a disk whose table can be read
 * @param volumes the partitions of a disk; else the file itself alone
 */
public record Inspection(
        String name, ImageKind kind, long sizeBytes, Optional<GptReading> table, List<Volume> volumes) {
    private static final int EXT_MAGIC_AT = 1080;

    /** Copies the list. */
    public Inspection {
        volumes = List.copyOf(volumes);
    }

    /**
     * A partition, or a whole file that is no disk.
     *
     * @param number the partition's, from 1; 0 for a file
     * @param entry the table's entry
     * @param sizeBytes length
     * @param content what was found
     */
    public record Volume(int number, Optional<GptEntry> entry, long sizeBytes, Content content) {
        /** The label; empty for a file. */
        public String label() {
            return entry.map(GptEntry::name).orElse("");
        }
    }

    /**
     * Looks into an image. Damage is part of what is found.
     *
     * @throws IOException when the file cannot be read
     */
    public static Inspection of(ImageFile image) throws IOException {
        String name = image.path().getFileName().toString();
        ByteSource source = image.source();
        if (image.kind() != ImageKind.DISK) {
            Volume volume = new Volume(0, Optional.empty(), source.size(), content(image.kind(), source, name));
            return new Inspection(name, image.kind(), source.size(), Optional.empty(), List.of(volume));
        }
        try {
            GptReading reading = GptReader.read(source);
            return new Inspection(name, image.kind(), source.size(), Optional.of(reading), partitions(source, reading));
        } catch (FormatException e) {
            Content damaged = new Content.Damaged(ImageKind.DISK, e.getMessage());
            Volume volume = new Volume(0, Optional.empty(), source.size(), damaged);
            return new Inspection(name, image.kind(), source.size(), Optional.empty(), List.of(volume));
        }
    }

    private static List<Volume> partitions(ByteSource disk, GptReading reading) throws IOException {
        List<Volume> volumes = new ArrayList<>();
        for (Map.Entry<Integer, GptEntry> entry : reading.table().entries().entrySet()) {
            GptEntry gpt = entry.getValue();
            long offset = gpt.first().offsetBytes();
            Content content = offset > disk.size() || gpt.sizeBytes() > disk.size() - offset
                    ? new Content.Damaged(ImageKind.UNKNOWN, "the disk ends at byte " + disk.size())
                    : content(disk.slice(offset, gpt.sizeBytes()), gpt.name());
            volumes.add(new Volume(entry.getKey(), Optional.of(gpt), gpt.sizeBytes(), content));
        }
        return volumes;
    }

    private static Content content(ByteSource source, String name) throws IOException {
        ImageKind kind = ImageKind.detect(source);
        if (kind == ImageKind.UNKNOWN
                && ParallelReads.firstNonZero(source, 0, source.size()).isEmpty()) {
            return new Content.Empty();
        }
        return content(kind, source, name);
    }

    private static Content content(ImageKind kind, ByteSource source, String name) throws IOException {
        try {
            return switch (kind) {
                case EROFS -> new Content.Erofs(ErofsReader.open(source));
                case FAT -> {
                    FatContents contents = FatReader.read(source);
                    yield new Content.Fat(contents, EfiProgram.all(contents.tree()));
                }
                case VERITY -> new Content.Verity(VeritySuperblock.readFrom(source, 0));
                case EFI -> new Content.Efi(EfiProgram.read(name, source));
                case DISK -> new Content.Other("disk");
                case UNKNOWN -> new Content.Other(isExt(source) ? "ext4" : "unknown");
            };
        } catch (FormatException e) {
            return new Content.Damaged(kind, e.getMessage());
        }
    }

    /** ext2, ext3 and ext4 share a magic number; what systemd makes is ext4. */
    private static boolean isExt(ByteSource source) throws IOException {
        if (source.size() < EXT_MAGIC_AT + 2) {
            return false;
        }
        byte[] magic = source.read(EXT_MAGIC_AT, 2);
        return magic[0] == 0x53 && (magic[1] & 0xff) == 0xef;
    }

    /** Everything that is damaged, for people. */
    public List<String> damages() {
        List<String> damages = new ArrayList<>();
        table.ifPresent(reading -> reading.damages()
                .forEach(damage -> damages.add("GPT: " + damage.cause().getMessage())));
        for (Volume volume : volumes) {
            String where = volume.number() == 0 ? name : "partition " + volume.number() + " " + volume.label();
            if (volume.content() instanceof Content.Damaged damaged) {
                damages.add(where + ": " + damaged.problem());
            }
        }
        for (EfiProgram program : programs()) {
            program.problem().ifPresent(problem -> damages.add(program.path() + ": " + problem.getMessage()));
        }
        return damages;
    }

    /** All EFI programs, in the order of the partitions and their paths. */
    public List<EfiProgram> programs() {
        return volumes.stream()
                .flatMap(volume -> volume.content() instanceof Content.Fat fat
                        ? fat.programs().stream()
                        : volume.content() instanceof Content.Efi efi ? Stream.of(efi.program()) : Stream.empty())
                .toList();
    }

    /** The first volume with an EROFS file system: the root of slot A. */
    public Optional<Volume> root() {
        return volumes.stream()
                .filter(volume -> volume.content() instanceof Content.Erofs)
                .findFirst();
    }

    /** The volume with this label, or with this number. */
    public Optional<Volume> volume(String labelOrNumber) {
        return volumes.stream()
                .filter(volume -> volume.label().equals(labelOrNumber)
                        || Integer.toString(volume.number()).equals(labelOrNumber))
                .findFirst();
    }

    /** The tree of the root, or of the only file system. */
    public Optional<FileTree> tree() {
        return root().or(() -> volumes.stream()
                        .filter(volume -> volume.content().tree().isPresent())
                        .findFirst())
                .flatMap(volume -> volume.content().tree());
    }
}
