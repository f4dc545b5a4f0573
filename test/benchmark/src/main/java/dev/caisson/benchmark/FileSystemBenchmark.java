package dev.caisson.benchmark;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Guid;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.erofs.ErofsCompression;
import dev.caisson.erofs.ErofsFileEncoder;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.erofs.ErofsPlan;
import dev.caisson.erofs.ErofsPlanner;
import dev.caisson.erofs.ErofsVolume;
import dev.caisson.fat.FatPlan;
import dev.caisson.fat.FatPlanException;
import dev.caisson.fat.FatPlanner;
import dev.caisson.fat.FatVolume;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Planning and writing file systems whose contents are encoded already, as they are in a build that changes little. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class FileSystemBenchmark {
    private static final long EPOCH_SECONDS = 1_700_000_000;
    private static final int FILES_PER_FOLDER = 40;
    private static final long ESP_BYTES = 256L << 20;

    /** Number of files in the EROFS tree. */
    @Param({"12000"})
    int files;

    /** Size of the one large file in the FAT tree. */
    @Param({"32768"})
    int kernelKib;

    private FileTree tree;
    private List<Inode.RegularFile> order;
    private ErofsVolume volume;
    private FileTree boot;
    private Discard sink;

    /** Makes both trees. */
    @Setup
    public void prepare() throws IOException {
        ErofsFormat format = new ErofsFormat(12, ErofsCompression.LZ4HC, 1, 1 << 18);
        volume = ErofsVolume.of(format, Guid.ZERO, "root", EPOCH_SECONDS);
        FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, EPOCH_SECONDS));
        order = new ArrayList<>();
        byte[] content = Corpus.read("", 64);
        try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
            for (int i = 0; i < files; i++) {
                int length = i * 37 % content.length;
                Inode.RegularFile file = new Inode.RegularFile(
                        Attributes.ofRoot(0644, EPOCH_SECONDS),
                        new EncodedContent(encoder.encode(ByteSource.of(Arrays.copyOf(content, length)))));
                TreePath folder = TreePath.of("/usr/share/folder" + i / FILES_PER_FOLDER);
                builder.directories(folder, Attributes.ofRoot(0755, EPOCH_SECONDS));
                builder.put(folder.child("file" + i), file);
                order.add(file);
            }
        }
        tree = builder.build();
        boot = FileTree.builder(Attributes.ofRoot(0755, EPOCH_SECONDS))
                .directories(TreePath.of("/EFI/Linux"), Attributes.ofRoot(0755, EPOCH_SECONDS))
                .file(
                        "/EFI/Linux/system_1.0.0+3.efi",
                        Attributes.ofRoot(0644, EPOCH_SECONDS),
                        new byte[kernelKib * 1024])
                .build();
    }

    /** A sink of its own for each call, since plans check where they write. */
    @Setup(Level.Invocation)
    public void empty() {
        sink = new Discard();
    }

    /** Lays out the EROFS image. */
    @Benchmark
    public ErofsPlan planErofs() throws IOException {
        return ErofsPlanner.plan(tree, volume, order);
    }

    /** Lays out the FAT image and writes it to nowhere. */
    @Benchmark
    public long writeFat() throws IOException, FatPlanException {
        FatPlan plan = FatPlanner.plan(boot, FatVolume.of(ESP_BYTES, 1, "ESP"));
        plan.writeTo(sink);
        return sink.position();
    }

    /** Takes bytes and forgets them. */
    private static final class Discard implements ByteSink {
        private long position;

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(ByteBuffer src) {
            position += src.remaining();
            src.position(src.limit());
        }

        @Override
        public void zeros(long count) {
            position += count;
        }
    }
}
