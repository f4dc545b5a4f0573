package dev.caisson.engine.image;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.compression.DeflateEncoder;
import dev.caisson.compression.ZstdBuffers;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.ContentIdentity;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.engine.root.RootAssembler;
import dev.caisson.engine.root.SystemFilesTransform;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.kmod.KernelModule;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.BootType;
import dev.caisson.manifest.InitrdCompression;
import dev.caisson.manifest.InitrdType;
import dev.caisson.manifest.Variant;
import dev.caisson.pe.PeImage;
import dev.caisson.secureboot.AuthenticodeSigner;
import dev.caisson.signing.SigningKey;
import dev.caisson.uki.UkiRequest;
import dev.caisson.uki.UkiSection;
import dev.caisson.uki.UnifiedKernelImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The unified kernel image, the boot loader, and the tree of the EFI system partition. */
final class BootFiles {
    /**
     * Time of everything in an initrd, in seconds since 1970. Nobody looks at it, and with the build's own time a newer package
     * of which nothing is in the initrd would still have it compressed again, which takes longer than all else together.
     */
    private static final long INITRD_TIME = 1;

    private static final List<TreePath> NOT_IN_MINIMAL =
            List.of(TreePath.of("/etc"), TreePath.of("/usr/share"), TreePath.of("/var"));

    private final Variant variant;
    private final FileTree tree;
    private final long timeSeconds;
    private final Optional<SigningKey> key;

    /**
     * @param tree the root tree with the packages' boot files
     * @param key signs what the firmware starts; empty: nothing is signed
     */
    BootFiles(Variant variant, FileTree tree, long timeSeconds, Optional<SigningKey> key) {
        this.variant = variant;
        this.tree = tree;
        this.timeSeconds = timeSeconds;
        this.key = key;
    }

    /** The name of the kernel image on the ESP, with the boot counter where there is one. */
    static String espName(Variant variant) {
        int tries = variant.boot().tries();
        String counter = variant.boot().type() == BootType.SYSTEMD_BOOT && tries > 0 ? "+" + tries : "";
        return variant.name() + "_" + variant.version() + counter + ".efi";
    }

    /**
     * The initrd, compressed. It is stored twice: under the identities of all files that it may be made of, so that nothing is
     * read when none of them has changed, and under the digest of the archive, so that nothing is compressed again when one of
     * them has but the archive has not.
     */
    byte[] initrd(KernelFiles kernel, ArtifactStore store) throws BuildException, IOException {
        Optional<String> program = ProgramIdentity.of();
        Optional<Digest> key = program.isPresent() ? Optional.of(inputs(kernel, program.get())) : Optional.empty();
        Optional<byte[]> stored = key.isPresent() ? store.action(key.get()) : Optional.empty();
        if (stored.isPresent()) {
            return stored.get();
        }
        byte[] compressed = compressed(archive(kernel), store);
        if (key.isPresent()) {
            store.putAction(key.get(), compressed);
        }
        return compressed;
    }

    /** A digest of all that the archive can depend on. */
    private Digest inputs(KernelFiles kernel, String program) throws IOException {
        boolean minimal = variant.initrd().type() == InitrdType.MINIMAL;
        String text = String.join(
                "\n",
                "initrd inputs 1",
                program,
                variant.initrd().type().toString(),
                variant.initrd().compression().toString(),
                Integer.toString(variant.initrd().level()),
                String.join(" ", variant.initrd().modules()) + " " + String.join(" ", liveModules()),
                Boolean.toString(variant.verity().enabled()),
                kernel.version(),
                minimal ? "" : SystemFilesTransform.osReleaseText(RootAssembler.osRelease(variant)));
        return ContentIdentity.of(tree, text, path -> !minimal || mayBeInMinimal(path));
    }

    /** Programs and libraries are never looked for in these folders, and the minimal initrd takes nothing else. */
    private static boolean mayBeInMinimal(TreePath path) {
        return NOT_IN_MINIMAL.stream().noneMatch(path::startsWith);
    }

    private byte[] compressed(byte[] archive, ArtifactStore store) throws IOException {
        InitrdCompression compression = variant.initrd().compression();
        if (compression == InitrdCompression.NONE) {
            return archive;
        }
        int level = variant.initrd().level();
        Digest key = DigestAlgorithm.SHA256.of(("initrd 2 " + compression + " " + level + " "
                        + DigestAlgorithm.SHA256.of(archive).hex())
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Optional<byte[]> stored = store.action(key);
        if (stored.isPresent()) {
            return stored.get();
        }
        byte[] compressed = compression == InitrdCompression.ZSTD
                ? ZstdBuffers.compressWhole(archive, level)
                : DeflateEncoder.gzip(archive, level);
        store.putAction(key, compressed);
        return compressed;
    }

    private byte[] archive(KernelFiles kernel) throws BuildException, IOException {
        List<String> modules = variant.initrd().modules();
        if (variant.initrd().type() == InitrdType.MINIMAL) {
            return InitrdBuilder.minimal(tree, kernel, withLiveModules(kernel), INITRD_TIME);
        }
        String osRelease = SystemFilesTransform.osReleaseText(RootAssembler.osRelease(variant));
        return SystemdInitrd.archive(
                tree, kernel, modules, osRelease, variant.verity().enabled(), INITRD_TIME);
    }

    /** What reads the media of the variant's formats: discs, sticks, and files in the initrd itself. */
    private List<String> liveModules() {
        List<String> names = new ArrayList<>();
        if (variant.formats().contains("iso")) {
            names.addAll(List.of("sr_mod", "ahci", "ata_piix", "xhci_pci", "ehci_pci", "usb_storage", "uas"));
        }
        if (variant.formats().contains("pxe") || variant.formats().contains("eif")) {
            names.add("loop");
        }
        return names;
    }

    /** With those of the live media that this kernel has: a kernel for clouds has no USB, and needs none. */
    private List<String> withLiveModules(KernelFiles kernel) throws IOException {
        List<String> names = new ArrayList<>(variant.initrd().modules());
        if (!liveModules().isEmpty()) {
            Set<String> known =
                    Set.copyOf(InitrdModules.dependencies(tree, kernel).names());
            liveModules().stream()
                    .filter(name -> known.contains(KernelModule.normalise(name)))
                    .forEach(names::add);
        }
        return names;
    }

    /** The kernel image, not signed. */
    UnifiedKernelImage kernelImage(KernelFiles kernel, Optional<ByteSource> initrd, String commandLine)
            throws BuildException, IOException {
        String osRelease = SystemFilesTransform.osReleaseText(RootAssembler.osRelease(variant));
        PeImage stub = efiProgram("linux" + suffix() + ".efi.stub", "systemd-boot-efi");
        UkiRequest request = UkiRequest.EMPTY
                .withText(UkiSection.OSREL, osRelease)
                .withText(UkiSection.CMDLINE, commandLine)
                .withText(UkiSection.UNAME, kernel.version())
                .withText(
                        UkiSection.SBAT,
                        "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n"
                                + "uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/\n"
                                + "uki." + variant.branding().id() + ",1,"
                                + variant.branding().name().replace(',', ' ')
                                + ",uki." + variant.branding().id() + ","
                                + variant.version() + ",\n")
                .with(UkiSection.LINUX, kernel.image());
        if (initrd.isPresent()) {
            request = request.with(UkiSection.INITRD, initrd.get());
        }
        return UnifiedKernelImage.assemble(stub, request);
    }

    private String suffix() {
        return variant.architecture() == Arch.X86_64 ? "x64" : "aa64";
    }

    private PeImage efiProgram(String name, String packageName) throws BuildException, IOException {
        String path = "/usr/lib/systemd/boot/efi/" + name;
        Inode.RegularFile file = tree.file(path)
                .orElseThrow(() -> new BuildException(
                        FailureCode.CONTENT,
                        "booting needs " + path + ", which no package of the image brings",
                        "add the package " + packageName + " to the variant"));
        return PeImage.read(file.content().readAll(16 << 20));
    }

    /** Signs a program when there is a key. Signatures of the distribution are taken off first. */
    PeImage signed(PeImage program) throws IOException {
        return key.isPresent() ? AuthenticodeSigner.sign(program.withoutCertificates(), key.get()) : program;
    }

    /** The boot loader, signed like the kernel image; empty where the firmware starts that itself. */
    Optional<PeImage> loader() throws BuildException, IOException {
        return variant.boot().type() == BootType.UKI
                ? Optional.empty()
                : Optional.of(signed(efiProgram("systemd-boot" + suffix() + ".efi", "systemd-boot-efi")));
    }

    /** The ESP: boot loader with the kernel image beside it, or the kernel image alone. */
    FileTree esp(PeImage kernelImage, Optional<PeImage> loader) throws IOException {
        Attributes file = Attributes.ofRoot(0755, timeSeconds);
        FileTree.Builder out = FileTree.builder(Attributes.ofRoot(0755, timeSeconds));
        String fallback = "/EFI/BOOT/BOOT" + suffix().toUpperCase(Locale.ROOT) + ".EFI";
        if (loader.isEmpty()) {
            put(out, fallback, kernelImage, file);
            return out.build();
        }
        put(out, fallback, loader.get(), file);
        put(out, "/EFI/systemd/systemd-boot" + suffix() + ".efi", loader.get(), file);
        put(out, "/EFI/Linux/" + espName(variant), kernelImage, file);
        out.file(
                "/loader/loader.conf",
                file,
                ("timeout " + variant.boot().timeoutSeconds() + "\neditor no\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        out.file("/loader/entries.srel", file, "type1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return out.build();
    }

    private static void put(FileTree.Builder out, String path, PeImage program, Attributes attributes)
            throws IOException {
        ArraySink sink = new ArraySink((int) program.size());
        program.writeTo(sink);
        out.file(path, attributes, sink.toByteArray());
    }
}
