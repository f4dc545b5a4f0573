package dev.caisson.testkit;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSource;
import dev.caisson.engine.boot.BootDisk;
import dev.caisson.erofs.ErofsReader;
import dev.caisson.fat.FatContents;
import dev.caisson.fat.FatPlan;
import dev.caisson.fat.FatPlanner;
import dev.caisson.fat.FatReader;
import dev.caisson.fat.FatVolume;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.GptReader;
import dev.caisson.manifest.Arch;
import dev.caisson.testkit.TestBuild.Built;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A copy of a built disk, larger than the image, of which something may be changed. */
public final class DiskCopy {
    /** The size that machines of tests have. */
    public static final long SIZE_BYTES = 4L << 30;

    private static final int SECTOR = 512;

    private final Built built;
    private final Path file;

    private DiskCopy(Built built, Path file) {
        this.built = built;
        this.file = file;
    }

    /** Makes a copy; {@code file} must not exist. */
    public static DiskCopy of(Built built, Path file) throws Exception {
        BootDisk.create(built.raw(), file, SIZE_BYTES);
        return new DiskCopy(built, file);
    }

    /** A file of a build as the disk itself, which machines do not write to; its name tells the format. */
    public static DiskCopy ofFormat(Built built, Path file) {
        return new DiskCopy(built, file);
    }

    /** A disk of the same size with another image of a build on it, or with nothing; {@code file} must not exist. */
    public static DiskCopy of(Built built, java.util.Optional<Path> image, Path file) throws Exception {
        if (image.isPresent()) {
            BootDisk.create(image.get(), file, SIZE_BYTES);
        } else {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), SIZE_BYTES - 1);
            }
        }
        return new DiskCopy(built, file);
    }

    /** The copy. */
    public Path file() {
        return file;
    }

    /** The build that it is a copy of. */
    public Built built() {
        return built;
    }

    private DiscoverablePartitionTypes.ForArchitecture types() {
        return built.architecture() == Arch.X86_64
                ? DiscoverablePartitionTypes.X86_64
                : DiscoverablePartitionTypes.ARM64;
    }

    /** The first partition of a type. */
    private GptEntry partition(dev.caisson.bytes.Guid type) throws IOException {
        try (FileSource source = FileSource.open(built.raw())) {
            return GptReader.read(source).table().entries().values().stream()
                    .filter(entry -> entry.type().equals(type))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Turns one bit of the root file system over, at an offset from its start. */
    public DiskCopy damageRoot(long offset) throws IOException {
        flip(partition(types().root()).first().number() * SECTOR + offset);
        return this;
    }

    /** Turns one bit of the hash tree's partition over, at an offset from its start. */
    public DiskCopy damageHashTree(long offset) throws IOException {
        flip(partition(types().rootVerity()).first().number() * SECTOR + offset);
        return this;
    }

    /** Turns one bit over within the stored first bytes of a file of the root file system. */
    public DiskCopy damageFile(String path) throws IOException {
        GptEntry root = partition(types().root());
        try (FileSource source = FileSource.open(built.raw())) {
            LastRead last = new LastRead(source.slice(root.first().number() * SECTOR, root.sizeBytes()));
            Inode.RegularFile content = ErofsReader.open(last).tree().file(path).orElseThrow();
            content.content().read(0, 64);
            return damageRoot(last.offset + last.length / 2);
        }
    }

    private void flip(long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 0x10)).rewind();
            channel.write(one, offset);
        }
    }

    /** Puts another kernel image in the place of that on the ESP. */
    public DiskCopy replaceKernelImage(byte[] program) throws Exception {
        return replace("/EFI/Linux/", program);
    }

    /** Puts another program in the place of the boot loader that the firmware starts. */
    public DiskCopy replaceLoader(byte[] program) throws Exception {
        return replace("/EFI/BOOT/", program);
    }

    /** The boot loader that the firmware starts. */
    public byte[] loader() throws IOException {
        GptEntry esp = partition(DiscoverablePartitionTypes.ESP);
        try (FileSource source = FileSource.open(built.raw())) {
            FileTree tree = FatReader.read(source.slice(esp.first().number() * SECTOR, esp.sizeBytes()))
                    .tree();
            return tree.file(only(tree, "/EFI/BOOT/").toString())
                    .orElseThrow()
                    .content()
                    .readAll(1 << 24);
        }
    }

    private static TreePath only(FileTree tree, String folder) {
        return tree.entries().keySet().stream()
                .filter(path -> path.toString().startsWith(folder))
                .findFirst()
                .orElseThrow();
    }

    /** The file system is made anew with everything else as it was. */
    private DiskCopy replace(String folder, byte[] program) throws Exception {
        GptEntry esp = partition(DiscoverablePartitionTypes.ESP);
        long start = esp.first().number() * SECTOR;
        try (FileSource source = FileSource.open(built.raw());
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            FatContents old = FatReader.read(source.slice(start, esp.sizeBytes()));
            FileTree.Builder tree = old.tree().toBuilder();
            TreePath path = only(old.tree(), folder);
            Attributes attributes = tree.get(path).attributes();
            tree.remove(path).file(path.toString(), attributes, program);
            FatPlan plan = FatPlanner.plan(
                    tree.build(),
                    FatVolume.of(esp.sizeBytes(), old.volumeId(), old.label()).withType(old.type()));
            ArraySink sink = new ArraySink(Math.toIntExact(plan.size()));
            plan.writeTo(sink);
            ByteBuffer bytes = ByteBuffer.wrap(sink.toByteArray());
            while (bytes.hasRemaining()) {
                channel.write(bytes, start + bytes.position());
            }
        }
        return this;
    }

    /** Remembers where the last bytes came from. */
    private static final class LastRead implements ByteSource {
        private final ByteSource source;
        private long offset;
        private int length;

        LastRead(ByteSource source) {
            this.source = source;
        }

        @Override
        public long size() {
            return source.size();
        }

        @Override
        public void readFully(long at, ByteBuffer dst) throws IOException {
            offset = at;
            length = dst.remaining();
            source.readFully(at, dst);
        }
    }
}
