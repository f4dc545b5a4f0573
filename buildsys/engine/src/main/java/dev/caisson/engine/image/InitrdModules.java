package dev.caisson.engine.image;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.DepmodTransform;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.kmod.KernelModule;
import dev.caisson.kmod.ModulesDep;
import dev.caisson.manifest.Suggestions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The kernel modules of an initrd. They are decompressed: the initrd as a whole is compressed better, and what loads them
 * need not know how.
 */
final class InitrdModules {
    private static final int TEXT_LIMIT_BYTES = 16 << 20;

    private InitrdModules() {}

    /**
     * One module.
     *
     * @param path relative to the kernel's module folder, without the suffix of a compression
     * @param content the ELF object
     */
    record Module(String path, ByteSource content) {
        /** The name of the file. */
        String fileName() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /**
     * The modules of these names with all that they need, each behind what it needs.
     *
     * @param names with dashes or underscores; those that are built into the kernel are passed over
     * @throws BuildException when the kernel has no module of a name
     */
    static List<Module> of(FileTree tree, KernelFiles kernel, List<String> names) throws BuildException, IOException {
        ModulesDep dependencies = dependencies(tree, kernel);
        requireKnown(tree, kernel, dependencies, names);
        List<Module> modules = new ArrayList<>();
        for (String path : dependencies.loadOrder(names)) {
            Inode.RegularFile file = tree.file(kernel.modules() + "/" + path)
                    .orElseThrow(() -> new BuildException(
                            FailureCode.CONTENT,
                            "the initrd needs the module " + path + ", which is not in the image",
                            "keep it in the variant's kernel: modules"));
            String name = path.substring(path.lastIndexOf('/') + 1);
            String plain =
                    path.substring(0, path.length() - name.length()) + name.substring(0, name.indexOf(".ko") + 3);
            modules.add(new Module(plain, DepmodTransform.decompressed(name, file.content())));
        }
        return modules;
    }

    /** A name that is wrong by one letter would otherwise give an image that does not find its disk. */
    private static void requireKnown(FileTree tree, KernelFiles kernel, ModulesDep dependencies, List<String> names)
            throws BuildException, IOException {
        Set<String> known = new TreeSet<>(dependencies.names());
        tree.text(kernel.modules() + "/modules.builtin", TEXT_LIMIT_BYTES)
                .orElse("")
                .lines()
                .map(KernelModule::nameOf)
                .forEach(known::add);
        for (String name : names) {
            if (!known.contains(KernelModule.normalise(name))) {
                throw new BuildException(
                        FailureCode.CONTENT,
                        "the kernel " + kernel.version() + " has no module " + name + ", which the initrd is to have",
                        Suggestions.nearest(
                                                name,
                                                known.stream()
                                                        .map(k -> k.replace('_', '-'))
                                                        .toList())
                                        .map(close -> "did you mean " + close + "? ")
                                        .orElse("")
                                + "Correct it in the variant under initrd: modules, or take it away with !remove");
            }
        }
    }

    /** Who needs whom, as depmod found. */
    static ModulesDep dependencies(FileTree tree, KernelFiles kernel) throws IOException {
        return ModulesDep.parse(
                tree.text(kernel.modules() + "/modules.dep", TEXT_LIMIT_BYTES).orElse(""));
    }
}
