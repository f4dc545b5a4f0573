package dev.caisson.engine.root;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.kmod.Depmod;
import dev.caisson.kmod.KernelModule;
import dev.caisson.kmod.ModuleSet;
import dev.caisson.kmod.ModulesDep;
import dev.caisson.manifest.KernelSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code depmod} does for each kernel of the tree, after taking away the modules that the variant does not keep. Reading
 * all modules of a kernel takes seconds, so the result is stored under the modules' identities.
 */
public final class DepmodTransform implements TreeTransform {
    /** Room for the largest module, decompressed, with debug information left in. */
    private static final int MODULE_LIMIT_BYTES = 256 << 20;

    private final KernelSpec kernel;
    private final WorkPool pool;
    private final ArtifactStore store;
    private final long mtimeSeconds;

    /** A transform that reads on this pool's workers. */
    public DepmodTransform(KernelSpec kernel, WorkPool pool, ArtifactStore store, long mtimeSeconds) {
        this.kernel = kernel;
        this.pool = pool;
        this.store = store;
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "depmod";
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        FileTree result = tree;
        for (TreePath folder : tree.children(TreePath.of("/usr/lib/modules"))) {
            if (tree.get(folder).orElse(null) instanceof Inode.Directory) {
                result = kernel(result, folder);
            }
        }
        return result;
    }

    private FileTree kernel(FileTree tree, TreePath folder) throws BuildException, IOException {
        SortedMap<String, byte[]> files = depmod(tree, folder);
        if (!kernel.allModules()) {
            FileTree smaller = keep(tree, folder, files);
            files = depmod(smaller, folder);
            return write(smaller, folder, files);
        }
        return write(tree, folder, files);
    }

    private FileTree keep(FileTree tree, TreePath folder, Map<String, byte[]> files) throws IOException {
        ModulesDep dependencies = ModulesDep.parse(new String(files.get("modules.dep"), StandardCharsets.UTF_8));
        Set<String> kept = new HashSet<>(dependencies.loadOrder(kernel.modules()));
        FileTree.Builder builder = tree.toBuilder();
        for (TreePath path : modules(tree, folder)) {
            if (!kept.contains(relative(folder, path))) {
                builder.remove(path);
            }
        }
        return builder.build();
    }

    private FileTree write(FileTree tree, TreePath folder, Map<String, byte[]> files) {
        FileTree.Builder builder = tree.toBuilder();
        files.forEach((name, bytes) -> builder.put(
                folder.child(name),
                new Inode.RegularFile(Attributes.ofRoot(0644, mtimeSeconds), ByteSource.of(bytes))));
        return builder.build();
    }

    private static String relative(TreePath folder, TreePath path) {
        return path.toString().substring(folder.toString().length() + 1);
    }

    private static List<TreePath> modules(FileTree tree, TreePath folder) {
        List<TreePath> modules = new ArrayList<>();
        for (Map.Entry<TreePath, Inode> entry :
                tree.entries().tailMap(folder, false).entrySet()) {
            if (!entry.getKey().startsWith(folder)) {
                break;
            }
            if (entry.getValue() instanceof Inode.RegularFile
                    && KernelModule.isModuleName(entry.getKey().name())) {
                modules.add(entry.getKey());
            }
        }
        return modules;
    }

    private SortedMap<String, byte[]> depmod(FileTree tree, TreePath folder) throws BuildException, IOException {
        List<TreePath> modules = modules(tree, folder);
        Digest key = key(tree, folder, modules);
        Optional<byte[]> stored = store.action(key);
        if (stored.isPresent()) {
            return decode(stored.get());
        }
        List<KernelModule> read = read(tree, folder, modules);
        List<String> information = List.of(text(tree, folder, "modules.builtin.modinfo", StandardCharsets.ISO_8859_1)
                .split("\0"));
        ModuleSet set =
                new ModuleSet(read, lines(tree, folder, "modules.order"), lines(tree, folder, "modules.builtin"));
        SortedMap<String, byte[]> files = Depmod.files(set, information);
        store.putAction(key, encode(files));
        return files;
    }

    private static byte[] encode(SortedMap<String, byte[]> files) {
        BinaryWriter out = BinaryWriter.littleEndian(1 << 20);
        files.forEach((name, content) -> {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            out.u16(text.length).bytes(text).u32(content.length).bytes(content);
        });
        return out.toByteArray();
    }

    private static SortedMap<String, byte[]> decode(byte[] stored) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        BinaryReader in = BinaryReader.littleEndian("depmod", stored);
        while (in.remaining() > 0) {
            String name = new String(in.bytes(in.u16()), StandardCharsets.UTF_8);
            files.put(name, in.bytes(in.u32()));
        }
        return files;
    }

    private List<KernelModule> read(FileTree tree, TreePath folder, List<TreePath> modules)
            throws BuildException, IOException {
        try {
            return pool.map(modules.size(), i -> {
                TreePath path = modules.get(i);
                Inode.RegularFile file = (Inode.RegularFile) tree.get(path).orElseThrow();
                return KernelModule.read(relative(folder, path), decompressed(path.name(), file.content()));
            });
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BuildException(FailureCode.CONTENT, folder + ": " + e.getMessage(), "", e);
        }
    }

    /** A module's ELF object, decompressed where the name says so. */
    public static ByteSource decompressed(String name, ByteSource content) throws IOException {
        Codec codec = Codec.ofFileName(name);
        if (codec == Codec.NONE) {
            return content;
        }
        byte[] compressed = content.readAll(MODULE_LIMIT_BYTES);
        try (InputStream in =
                codec.decode(new ByteArrayInputStream(compressed), CodecLimits.ofOutput(MODULE_LIMIT_BYTES))) {
            return ByteSource.of(in.readAllBytes());
        }
    }

    private static Digest key(FileTree tree, TreePath folder, List<TreePath> modules) throws IOException {
        var digest = DigestAlgorithm.SHA256.newDigest();
        digest.update("depmod 2".getBytes(StandardCharsets.UTF_8));
        List<TreePath> all = new ArrayList<>(modules);
        for (String name : List.of("modules.order", "modules.builtin", "modules.builtin.modinfo")) {
            all.add(folder.child(name));
        }
        for (TreePath path : all) {
            if (tree.get(path).orElse(null) instanceof Inode.RegularFile file) {
                digest.update((path + " " + ContentIdentity.of(file) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return new Digest(DigestAlgorithm.SHA256, digest.digest());
    }

    private static String text(FileTree tree, TreePath folder, String name, java.nio.charset.Charset charset)
            throws IOException {
        return tree.get(folder.child(name)).orElse(null) instanceof Inode.RegularFile file
                ? new String(file.content().readAll(TextFiles.LIMIT_BYTES), charset)
                : "";
    }

    private static List<String> lines(FileTree tree, TreePath folder, String name) throws IOException {
        return text(tree, folder, name, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
