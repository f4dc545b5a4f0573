package dev.caisson.engine.recipe;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.FileContent;
import dev.caisson.manifest.Recipe;
import dev.caisson.manifest.RecipeRelation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.TreeSet;

/** What decides about a package's bytes, as one digest. Time-outs and numbers of jobs do not. */
final class RecipeKey {
    private static final String VERSION = "recipe 1";
    private static final int MAX_DEPTH = 64;

    private final MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
    private final KeyText key = new KeyText(digest);

    private RecipeKey() {}

    /** Digest of a recipe with all files that it names; not of the packages that it is built with. */
    static Digest of(Recipe recipe) throws BuildException, IOException {
        RecipeKey text = new RecipeKey();
        text.common(recipe);
        if (recipe.content() instanceof Recipe.Build build) {
            text.build(build);
        } else if (recipe.content() instanceof Recipe.Data data) {
            text.data(data);
        }
        return new Digest(DigestAlgorithm.SHA256, text.digest.digest());
    }

    private void common(Recipe recipe) {
        key.add(VERSION).add(recipe.name()).add(recipe.version()).add(recipe.release());
        key.add(recipe.summary()).add(recipe.description()).add(recipe.license());
        key.add(recipe.url().orElse("")).add(Long.toString(recipe.epochSeconds()));
    }

    private void build(Recipe.Build build) throws BuildException, IOException {
        key.add("build").add(Files.readAllBytes(build.spec()));
        for (Recipe.Source source : build.sources()) {
            key.add(source.name());
            if (source instanceof Recipe.Remote remote) {
                key.add("remote").add(remote.sha512().hex());
            } else if (source instanceof Recipe.Packaged packaged) {
                key.add("packaged").add(packaged.packageName()).add(packaged.path());
            } else if (source instanceof Recipe.Local local) {
                key.add("local");
                tree(local.path(), 0);
            }
        }
        new TreeSet<>(build.buildRequires()).forEach(name -> key.add("needs").add(name));
    }

    private void data(Recipe.Data data) throws BuildException, IOException {
        key.add("data");
        for (Recipe.DataFile file : data.files()) {
            key.add(file.file().path()).add(Integer.toOctalString(file.file().mode()));
            key.add(file.file().owner()).add(file.file().group());
            key.add(new TreeSet<>(file.flags()).toString());
            content(file.file().content());
        }
        for (Path license : data.licenseFiles()) {
            key.add("license").add(license.getFileName().toString());
            tree(license, 0);
        }
        for (RecipeRelation relation : RecipeRelation.values()) {
            key.add(relation.label()).add(data.relations().get(relation).toString());
        }
    }

    private void content(FileContent content) throws BuildException, IOException {
        if (content instanceof FileContent.Text text) {
            key.add("text").add(text.text());
        } else if (content instanceof FileContent.Symlink link) {
            key.add("link").add(link.target());
        } else if (content instanceof FileContent.Source source) {
            key.add("source");
            tree(source.path(), 0);
        } else {
            key.add("directory");
        }
    }

    /** Names, contents, and whether a file may be executed. */
    private void tree(Path path, int depth) throws BuildException, IOException {
        if (depth > MAX_DEPTH) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    path + " is nested deeper than " + MAX_DEPTH + " folders, or holds itself",
                    "");
        }
        if (Files.isDirectory(path)) {
            key.add("folder");
            for (Path child : SortedListing.of(path)) {
                key.add(child.getFileName().toString());
                tree(child, depth + 1);
            }
            key.add("end");
        } else if (Files.isRegularFile(path)) {
            try (FileSource source = FileSource.open(path)) {
                key.add(Files.isExecutable(path) ? "program" : "file")
                        .add(DigestAlgorithm.SHA256.of(source).hex());
            }
        } else {
            throw new BuildException(FailureCode.CONTENT, path + " is not a file or folder", "");
        }
    }
}
