package dev.caisson.engine.image;

import dev.caisson.bytes.FormatException;
import dev.caisson.elf.ElfObject;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The libraries that programs need: their interpreter, {@code DT_NEEDED} all the way down, and, where asked for, what they load
 * with {@code dlopen} as their notes tell ({@link DlopenNotes}). A library is looked for as {@code ld.so} does: run-time search
 * path, then the default folders; there is no cache and no {@code LD_LIBRARY_PATH} in an initrd.
 */
final class ProgramClosure {
    /** The default folders of Debian's {@code ld.so} for both architectures, of which a tree has one. */
    private static final List<String> LIBRARY_FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib64", "/lib");

    private static final int MAX_NAME_BYTES = 255;

    private final FileTree tree;
    private final boolean opened;
    private final Set<String> features;
    private final SortedSet<String> libraries = new TreeSet<>();
    private final Set<String> names = new HashSet<>();

    private record Found(String path, List<String> searchPaths) {}

    private ProgramClosure(FileTree tree, boolean opened, Set<String> features) {
        this.tree = tree;
        this.opened = opened;
        this.features = features;
    }

    /** A closure over what is linked only. */
    static ProgramClosure linked(FileTree tree) {
        return new ProgramClosure(tree, false, Set.of());
    }

    /**
     * A closure also over what is opened at run time: libraries that a note calls required and those of the given features
     * must be there, recommended ones are taken when they are, and the others are left out.
     */
    static ProgramClosure opened(FileTree tree, Set<String> features) {
        return new ProgramClosure(tree, true, features);
    }

    /**
     * Adds what a program needs, not the program itself.
     *
     * @param path of an ELF file of the tree; symbolic links are followed
     * @throws BuildException when a library is nowhere in the tree
     */
    void add(String path) throws BuildException, IOException {
        Deque<Found> open = new ArrayDeque<>(List.of(new Found(path, List.of())));
        while (!open.isEmpty()) {
            Found next = open.removeLast();
            try {
                addNeeded(next, path, open);
            } catch (FormatException e) {
                throw new BuildException(
                        FailureCode.CONTENT,
                        next.path + ", which the initrd needs, is not a usable program: " + e.getMessage(),
                        "replace the package that brings it",
                        e);
            }
        }
    }

    private void addNeeded(Found object, String program, Deque<Found> open) throws BuildException, IOException {
        ElfObject elf = ElfObject.read(tree.file(object.path).orElseThrow().content());
        List<String> searchPaths = searchPaths(elf, object);
        Optional<String> interpreter = elf.interpreter();
        if (interpreter.isPresent()) {
            String name = interpreter.get();
            addFound(existing(name).orElseThrow(() -> missing(name, program)), searchPaths, open);
        }
        for (String name : elf.dynamic().map(ElfObject.Dynamic::needed).orElse(List.of())) {
            addFound(find(name, searchPaths).orElseThrow(() -> missing(name, program)), searchPaths, open);
        }
        if (opened) {
            addOpened(elf, program, searchPaths, open);
        }
    }

    private void addOpened(ElfObject elf, String program, List<String> searchPaths, Deque<Found> open)
            throws BuildException, IOException {
        for (DlopenNotes.Entry entry : DlopenNotes.read(elf)) {
            boolean required = entry.priority().equals("required") || features.contains(entry.feature());
            if (required || entry.priority().equals("recommended")) {
                Optional<String> found = entry.names().stream()
                        .map(name -> find(name, searchPaths))
                        .flatMap(Optional::stream)
                        .findFirst();
                if (found.isPresent()) {
                    addFound(found.get(), searchPaths, open);
                } else if (required) {
                    throw missing(String.join(" or ", entry.names()), program);
                }
            }
        }
    }

    private void addFound(String path, List<String> searchPaths, Deque<Found> open) {
        // ld.so knows what it has loaded by name: a second file of that name is never looked at.
        if (names.add(path.substring(path.lastIndexOf('/') + 1))) {
            libraries.add(path);
            open.addLast(new Found(path, searchPaths));
        }
    }

    /** The object's own search path, then that of what led to it, which has loaded most of what it needs before. */
    private static List<String> searchPaths(ElfObject elf, Found object) throws IOException {
        List<String> paths = new ArrayList<>();
        String folder = TreePath.of(object.path).parent().toString();
        for (String path : elf.dynamic().map(ElfObject.Dynamic::searchPaths).orElse(List.of())) {
            paths.add(path.replace("${ORIGIN}", folder).replace("$ORIGIN", folder));
        }
        paths.addAll(object.searchPaths);
        return paths;
    }

    private Optional<String> find(String name, List<String> searchPaths) {
        List<String> folders = new ArrayList<>(searchPaths);
        folders.addAll(LIBRARY_FOLDERS);
        for (String folder : folders) {
            Optional<String> found = existing(folder + "/" + name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /**
     * The path as a name of a regular file of the tree: absolute and without {@code ..}. What a program says about paths may be
     * anything, names that no file can have included.
     */
    private Optional<String> existing(String path) {
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/")) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
                return Optional.empty();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        String normal = "/" + String.join("/", names);
        return path.startsWith("/") && tree.file(normal).isPresent() ? Optional.of(normal) : Optional.empty();
    }

    private static BuildException missing(String library, String program) {
        return new BuildException(
                FailureCode.CONTENT,
                "the library " + library + ", which " + program + " in the initrd needs, is in no package of the image",
                "add the package that ships it");
    }

    /** Where the dynamic linker finds each library; these paths may be symbolic links of the tree. */
    SortedSet<String> libraries() {
        return Collections.unmodifiableSortedSet(libraries);
    }
}
