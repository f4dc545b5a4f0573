package dev.caisson.engine.inspect;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.Plan;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.root.Inventory;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.erofs.ErofsPlan;
import dev.caisson.erofs.ErofsPlanner;
import dev.caisson.erofs.ErofsVolume;
import dev.caisson.fat.FatPlan;
import dev.caisson.fat.FatPlanner;
import dev.caisson.fat.FatVolume;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.GptAttributes;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.GptPlanner;
import dev.caisson.gpt.PartitionLayout;
import dev.caisson.gpt.PartitionSize;
import dev.caisson.gpt.PartitionSpec;
import dev.caisson.gpt.PlannedPartition;
import dev.caisson.pe.PeImage;
import dev.caisson.secureboot.AuthenticodeSigner;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import dev.caisson.uki.UkiRequest;
import dev.caisson.uki.UkiSection;
import dev.caisson.uki.UnifiedKernelImage;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityPlan;
import dev.caisson.verity.VerityTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A disk of a few MiB with all the parts of a real one: signed loader and kernel image, EROFS root, hash tree, empty slot. */
final class ImageFixture {
    static final LocalSigningKey KEY = key("CN=Test db");
    static final LocalSigningKey OTHER_KEY = key("CN=Somebody else");
    static final String ROOT_LABEL = "test_1.0.0";
    static final String HASH_LABEL = "test_1.0.0_verity";
    static final String KERNEL_PATH = "/EFI/Linux/test_1.0.0+3.efi";

    private static final long MIB = 1 << 20;
    private static final long TIME = 1_700_000_000;

    final byte[] disk;
    final byte[] kernelImage;
    final GptPlan table;
    final VerityPlan verity;
    final long rootBytes;

    private ImageFixture(byte[] disk, byte[] kernelImage, GptPlan table, VerityPlan verity, long rootBytes) {
        this.disk = disk;
        this.kernelImage = kernelImage;
        this.table = table;
        this.verity = verity;
        this.rootBytes = rootBytes;
    }

    /** The usual disk. */
    static ImageFixture standard() throws IOException {
        return of(Optional.of(KEY), UnaryOperator.identity(), "one");
    }

    /**
     * Makes a disk.
     *
     * @param key signs loader and kernel image
     * @param commandLine changes the command line before it is signed
     * @param text content of a file, and version of a package
     */
    static ImageFixture of(Optional<LocalSigningKey> key, UnaryOperator<String> commandLine, String text)
            throws IOException {
        byte[] root = bytes(root(text));
        VerityPlan verity = verity(root);
        byte[] rootHash = verity.tree().rootHash().bytes();
        VerityParameters p = verity.tree().layout().parameters();
        String line = "quiet roothash=" + verity.tree().rootHash().hex() + " caisson.root=" + ROOT_LABEL
                + " caisson.hash=" + HASH_LABEL + " caisson.verity="
                + verity.tree().layout().dataBlocks() + "," + verity.hashStartBlock() + ",4096,4096,1,sha256,"
                + HexFormat.of().formatHex(p.salt()) + ",panic_on_corruption ro";
        byte[] kernel = kernelImage(key, commandLine.apply(line));
        FatPlan esp = esp(kernel, key);
        GptPlan table = table(rootHash, root.length, verity.size());
        DiskImage.Builder image = DiskImage.builder(table);
        image.add(table.partitions().get(0), esp.regions());
        image.add(table.partitions().get(1), ByteSource.of(root));
        image.add(table.partitions().get(2), ByteSource.of(bytes(verity)));
        return new ImageFixture(bytes(image.build()), kernel, table, verity, root.length);
    }

    private static LocalSigningKey key(String name) {
        try {
            Instant from = Instant.ofEpochSecond(TIME);
            return Certificates.selfSigned(
                    Certificates.generateRsa(2048, new SecureRandom()),
                    new CertificateSpec(
                            name, BigInteger.TEN, from, from.plusSeconds(86400), CertificateSpec.Usage.AUTHORITY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Plan plan) throws IOException {
        ArraySink sink = new ArraySink((int) plan.size());
        plan.writeTo(sink);
        return sink.toByteArray();
    }

    private static ErofsPlan root(String text) throws IOException {
        Attributes plain = Attributes.ofRoot(0644, TIME);
        byte[] random = new byte[700_000];
        new Random(7).nextBytes(random);
        FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, TIME));
        tree.file("/usr/bin/tool", Attributes.ofRoot(04755, TIME).withXattr("user.note", new byte[] {1}), random);
        tree.file("/etc/text.conf", plain, (text + "\n").getBytes(StandardCharsets.UTF_8));
        tree.file("/etc/" + text + ".conf", plain, new byte[0]);
        tree.file(
                Inventory.PATH,
                plain,
                ("{\"Content\":[{\"Name\":\"pkg\",\"Version\":\"" + text + "\",\"Release\":\"1\",\"Epoch\":\"2\","
                                + "\"Architecture\":\"x86_64\"}]}")
                        .getBytes(StandardCharsets.UTF_8));
        tree.symlink("/bin", "usr/bin", TIME);
        tree.put(TreePath.of("/usr/bin/alias"), tree.get(TreePath.of("/usr/bin/tool")));
        tree.put(TreePath.of("/null"), new Inode.Device(Attributes.ofRoot(0666, TIME), false, 1, 3));
        ErofsVolume volume = ErofsVolume.of(ErofsFormat.uncompressed(), guid(9), "root", TIME);
        return ErofsPlanner.plan(tree.build(), volume, List.of());
    }

    private static Guid guid(int number) {
        return new Guid(new UUID(0x1111111111111111L, number));
    }

    private static VerityPlan verity(byte[] root) {
        byte[] salt = new byte[32];
        Arrays.fill(salt, (byte) 0x5a);
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(VerityParameters.ofDefaults(salt), root.length));
        leaves.hashBlocks(ByteBuffer.wrap(root), 0);
        return VerityPlan.withSuperblock(VerityTree.of(leaves), guid(8).uuid());
    }

    private static byte[] kernelImage(Optional<LocalSigningKey> key, String commandLine) throws IOException {
        UkiRequest request = UkiRequest.EMPTY
                .withText(UkiSection.OSREL, "ID=test\n")
                .withText(UkiSection.UNAME, "6.1-test")
                .with(UkiSection.LINUX, ByteSource.of(SyntheticPe.kernel(0x8664, true)))
                .with(UkiSection.INITRD, ByteSource.of("not really an initrd".getBytes(StandardCharsets.UTF_8)));
        if (!commandLine.isEmpty()) {
            request = request.withText(UkiSection.CMDLINE, commandLine);
        }
        PeImage image = UnifiedKernelImage.assemble(PeImage.read(SyntheticPe.stub257()), request)
                .image();
        return bytes(key.isPresent() ? AuthenticodeSigner.sign(image, key.get()) : image);
    }

    private static FatPlan esp(byte[] kernelImage, Optional<LocalSigningKey> key) throws IOException {
        PeImage stub = PeImage.read(SyntheticPe.stub257());
        byte[] loader = bytes(key.isPresent() ? AuthenticodeSigner.sign(stub, key.get()) : stub);
        Attributes plain = Attributes.ofRoot(0644, TIME);
        FileTree tree = FileTree.builder(Attributes.ofRoot(0755, TIME))
                .file("/EFI/BOOT/BOOTX64.EFI", plain, loader)
                .file(KERNEL_PATH, plain, kernelImage)
                .file("/loader/loader.conf", plain, "timeout 0\n".getBytes(StandardCharsets.UTF_8))
                .build();
        try {
            return FatPlanner.plan(tree, FatVolume.of(4 * MIB, 0x12345678L, "ESP"));
        } catch (dev.caisson.fat.FatPlanException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GptPlan table(byte[] rootHash, long rootBytes, long verityBytes) {
        DiscoverablePartitionTypes.ForArchitecture x86 = DiscoverablePartitionTypes.X86_64;
        Guid rootGuid = Guid.ofTextOrder(rootHash);
        Guid hashGuid = Guid.ofTextOrder(Arrays.copyOfRange(rootHash, 16, 32));
        long readOnly = GptAttributes.READ_ONLY;
        List<PartitionSpec> partitions = List.of(
                spec("esp", DiscoverablePartitionTypes.ESP, guid(1), 4 * MIB, 4 * MIB, 0),
                spec(ROOT_LABEL, x86.root(), rootGuid, rootBytes, 2 * MIB, readOnly),
                spec(HASH_LABEL, x86.rootVerity(), hashGuid, verityBytes, MIB, readOnly),
                spec("_empty", x86.root(), guid(4), 0, 2 * MIB, readOnly),
                spec("_empty", x86.rootVerity(), guid(5), 0, MIB, readOnly),
                spec("data", DiscoverablePartitionTypes.LINUX_GENERIC, guid(6), 0, MIB, 0));
        try {
            return GptPlanner.plan(PartitionLayout.ofSmallest(guid(7), partitions));
        } catch (dev.caisson.gpt.DoesNotFitException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PartitionSpec spec(String label, Guid type, Guid unique, long content, long size, long attributes) {
        return new PartitionSpec(label, type, unique, content, new PartitionSize.Fixed(size), attributes);
    }

    /** Offset of a partition on the disk; the number counts from 1. */
    int partition(int number) {
        PlannedPartition partition = table.partitions().get(number - 1);
        return (int) partition.offsetBytes();
    }

    /** Offset of the kernel image's first byte on the disk. */
    int kernelOffset() {
        for (int at = partition(1); at < partition(2); at += 512) {
            if (Arrays.equals(disk, at, at + kernelImage.length, kernelImage, 0, kernelImage.length)) {
                return at;
            }
        }
        throw new IllegalStateException("the kernel image is not in one piece");
    }

    /** Offset on the disk of a section of the kernel image. */
    int section(UkiSection section) throws IOException {
        PeImage image = PeImage.read(kernelImage);
        return kernelOffset()
                + (int) image.section(section.sectionName()).orElseThrow().pointerToRawData();
    }

    /** Offset of the first allocation table. */
    int allocationTable() {
        int esp = partition(1);
        return esp + 512 * (disk[esp + 14] & 0xff);
    }

    /** The disk with one bit changed. */
    byte[] flipped(int offset) {
        byte[] copy = disk.clone();
        copy[offset] ^= 0x10;
        return copy;
    }
}
