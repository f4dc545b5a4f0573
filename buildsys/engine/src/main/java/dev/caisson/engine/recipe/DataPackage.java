package dev.caisson.engine.recipe;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.FileContent;
import dev.caisson.manifest.FileFlag;
import dev.caisson.manifest.FileSpec;
import dev.caisson.manifest.Recipe;
import dev.caisson.manifest.RecipeRelation;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmFileRequest;
import dev.caisson.rpm.RpmOptions;
import dev.caisson.rpm.RpmPlan;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmRequest;
import dev.caisson.rpm.RpmText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Packs a data recipe's files as {@code NAME-VERSION-RELEASE.noarch.rpm}. Of files on the machine only bytes and names count. */
final class DataPackage {
    /** The host name in packages, in place of the machine's. */
    static final String BUILD_HOST = "caisson";

    private static final long LIMIT_BYTES = 1L << 30;
    private static final int FOLDER_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final Map<FileFlag, Integer> FLAGS = Map.of(
            FileFlag.CONFIG, RpmFile.CONFIG,
            FileFlag.NOREPLACE, RpmFile.CONFIG | RpmFile.NO_REPLACE,
            FileFlag.DOC, RpmFile.DOC,
            FileFlag.LICENSE, RpmFile.LICENSE,
            FileFlag.GHOST, RpmFile.GHOST);

    private final Recipe recipe;
    private final RpmRequest.Builder request;

    private DataPackage(Recipe recipe) {
        this.recipe = recipe;
        this.request = RpmRequest.builder(recipe.name(), recipe.version(), recipe.release(), "noarch");
    }

    /** Lays out the package. */
    static RpmPlan plan(Recipe recipe, Recipe.Data data) throws BuildException, IOException {
        return new DataPackage(recipe).plan(data);
    }

    private RpmPlan plan(Recipe.Data data) throws BuildException, IOException {
        request.buildTime(recipe.epochSeconds())
                .text(RpmText.SUMMARY, recipe.summary())
                .text(RpmText.DESCRIPTION, recipe.description())
                .text(RpmText.LICENSE, recipe.license())
                .text(RpmText.OS, "linux")
                .text(RpmText.GROUP, "Unspecified")
                .text(RpmText.BUILD_HOST, BUILD_HOST)
                .text(RpmText.SOURCE_RPM, recipe.nvr() + ".src.rpm");
        recipe.url().ifPresent(url -> request.text(RpmText.URL, url));
        for (Recipe.DataFile file : data.files()) {
            put(file);
        }
        String licenses = "/usr/share/licenses/" + recipe.name();
        if (!data.licenseFiles().isEmpty()) {
            request.file(RpmFileRequest.directory(TreePath.of(licenses), FOLDER_MODE, recipe.epochSeconds()));
        }
        for (Path license : data.licenseFiles()) {
            TreePath path = TreePath.of(licenses + "/" + license.getFileName());
            request.file(RpmFileRequest.regular(path, FILE_MODE, recipe.epochSeconds(), bytes(license))
                    .withFlags(RpmFile.LICENSE));
        }
        for (RecipeRelation relation : RecipeRelation.values()) {
            for (String text : data.relations().get(relation)) {
                request.dependency(DependencyKind.valueOf(relation.name()), dependency(text));
            }
        }
        try {
            return RpmPlanner.plan(request.build(), RpmOptions.DEFAULT);
        } catch (IllegalArgumentException | IOException e) {
            throw new BuildException(FailureCode.MANIFEST, recipe.file() + ": " + e.getMessage(), "", e);
        }
    }

    /** A relation as a recipe has it: {@code name} or {@code name >= version}. */
    static RpmDependency dependency(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 3) {
            return new RpmDependency(text, 0, "");
        }
        long flags = (words[1].contains("<") ? RpmDependency.LESS : 0)
                | (words[1].contains(">") ? RpmDependency.GREATER : 0)
                | (words[1].contains("=") ? RpmDependency.EQUAL : 0);
        return new RpmDependency(words[0], flags, words[2]);
    }

    private void put(Recipe.DataFile declared) throws BuildException, IOException {
        FileSpec file = declared.file();
        int flags = flags(declared.flags());
        TreePath path = TreePath.of(file.path());
        FileContent content = file.content();
        if (content instanceof FileContent.Directory) {
            add(RpmFileRequest.directory(path, file.mode(), recipe.epochSeconds()), file, flags);
        } else if (content instanceof FileContent.Symlink link) {
            byte[] target = link.target().getBytes(StandardCharsets.UTF_8);
            add(RpmFileRequest.symlink(path, recipe.epochSeconds(), target), file, flags);
        } else if (content instanceof FileContent.Text text) {
            regular(path, ByteSource.of(text.text().getBytes(StandardCharsets.UTF_8)), file, flags);
        } else if (content instanceof FileContent.Source source) {
            copy(path, source.path(), file, flags);
        }
    }

    private static int flags(Set<FileFlag> flags) {
        int bits = 0;
        for (FileFlag flag : flags) {
            bits |= FLAGS.get(flag);
        }
        return bits;
    }

    private void copy(TreePath path, Path source, FileSpec file, int flags) throws BuildException, IOException {
        if (Files.isDirectory(source)) {
            add(RpmFileRequest.directory(path, FOLDER_MODE, recipe.epochSeconds()), file, 0);
            for (Path child : SortedListing.of(source)) {
                copy(path.child(child.getFileName().toString()), child, file, flags);
            }
        } else {
            regular(path, bytes(source), file, flags);
        }
    }

    private void regular(TreePath path, ByteSource content, FileSpec file, int flags) {
        boolean ghost = (flags & RpmFile.GHOST) != 0;
        ByteSource kept = ghost ? ByteSource.of(new byte[0]) : content;
        add(RpmFileRequest.regular(path, file.mode(), recipe.epochSeconds(), kept), file, flags);
    }

    private void add(RpmFileRequest entry, FileSpec file, int flags) {
        request.file(entry.withOwner(file.owner(), file.group()).withFlags(flags));
    }

    private static ByteSource bytes(Path file) throws BuildException, IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LIMIT_BYTES) {
            throw new BuildException(FailureCode.CONTENT, file + " is not a file of at most 1 GiB", "");
        }
        return ByteSource.of(Files.readAllBytes(file));
    }
}
