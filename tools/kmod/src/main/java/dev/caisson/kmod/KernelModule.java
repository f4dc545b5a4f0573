package dev.caisson.kmod;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.elf.ElfObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One module, as far as loading it needs to be understood.
 *
 * @param path relative to the kernel's module folder, such as {@code kernel/fs/erofs/erofs.ko.xz}
 * @param information {@code .modinfo} strings {@code key=value} in order
 * @param exports names that it exports
 * @param needs names that it needs from the kernel or other modules, in symbol table order
 */
public record KernelModule(String path, List<String> information, List<String> exports, Set<String> needs) {
    private static final String EXPORT_PREFIX = "__ksymtab_";
    private static final String[] SUFFIXES = {".ko", ".ko.gz", ".ko.xz", ".ko.zst"};

    /** Whether a file name is a module's. */
    public static boolean isModuleName(String fileName) {
        for (String suffix : SUFFIXES) {
            if (fileName.endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    /** The name by which a module goes: its file's without folder and suffix, with underscores. */
    public static String nameOf(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        int dot = file.indexOf(".ko");
        return normalise(dot < 0 ? file : file.substring(0, dot));
    }

    /** Dashes and underscores are the same in module names. */
    public static String normalise(String name) {
        return name.replace('-', '_');
    }

    /** This module's name. */
    public String name() {
        return nameOf(path);
    }

    /**
     * Reads a module.
     *
     * @param path relative path, kept as it is
     * @param uncompressed the ELF object, decompressed
     */
    public static KernelModule read(String path, ByteSource uncompressed) throws IOException {
        ElfObject elf = ElfObject.read(uncompressed);
        if (elf.type() != 1) {
            throw new CorruptDataException(
                    "kernel module " + path, 16, "has ELF type " + elf.type(), "1 (relocatable)");
        }
        Set<String> needs = new LinkedHashSet<>();
        Set<String> exported = new LinkedHashSet<>();
        for (ElfObject.Symbol symbol : elf.symbols()) {
            if (symbol.isUndefined() && !symbol.name().isEmpty()) {
                needs.add(symbol.name());
            } else if (symbol.name().startsWith(EXPORT_PREFIX)) {
                exported.add(symbol.name().substring(EXPORT_PREFIX.length()));
            }
        }
        // The strings hold names of symbol namespaces, too; only what has an entry in the export table is a symbol.
        List<String> exports = strings(elf, "__ksymtab_strings").stream()
                .filter(name -> exported.isEmpty() || exported.contains(name))
                .toList();
        return new KernelModule(path, strings(elf, ".modinfo"), exports, needs);
    }

    private static List<String> strings(ElfObject elf, String section) throws IOException {
        List<String> strings = new ArrayList<>();
        var found = elf.section(section);
        if (found.isPresent()) {
            String text = new String(elf.bytes(found.get()), StandardCharsets.ISO_8859_1);
            for (String string : text.split("\0", -1)) {
                if (!string.isEmpty()) {
                    strings.add(string);
                }
            }
        }
        return strings;
    }

    /** All values of one key of {@code .modinfo}, such as {@code alias} or {@code softdep}. */
    public List<String> values(String key) {
        String prefix = key + "=";
        return information.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }
}
