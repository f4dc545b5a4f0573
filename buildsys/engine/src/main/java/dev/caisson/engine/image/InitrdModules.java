package dev.caisson.engine.image;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.DepmodTransform;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.kmod.ModulesDep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel modules of an initrd. They are decompressed: the initrd as a whole is compressed better, and what loads them
 * need not know how.
 */
final class InitrdModules {
    private static final int DEPENDENCIES_LIMIT_BYTES = 16 << 20;

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
     * @param names with dashes or underscores; those that are built into the kernel or are not there are passed over
     */
    static List<Module> of(FileTree tree, KernelFiles kernel, List<String> names) throws BuildException, IOException {
        ModulesDep dependencies = dependencies(tree, kernel);
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

    /** Who needs whom, as depmod found. */
    static ModulesDep dependencies(FileTree tree, KernelFiles kernel) throws IOException {
        return ModulesDep.parse(tree.text(kernel.modules() + "/modules.dep", DEPENDENCIES_LIMIT_BYTES)
                .orElse(""));
    }
}
