package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.recipe.BuiltPackages;
import dev.caisson.engine.recipe.LocalRepository;
import dev.caisson.engine.recipe.PackageBuild;
import dev.caisson.engine.recipe.Recipes;
import dev.caisson.engine.recipe.Sdk;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Recipe;
import dev.caisson.openpgp.OpenPgpSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson package …}. */
@Command(
        name = "package",
        mixinStandardHelpOptions = true,
        description = "Builds RPM packages from the recipes of a folder packages/.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PackageCommand.Build.class, PackageCommand.Listing.class, PackageCommand.Show.class},
        footer = {
            "",
            "Examples:",
            "  caisson package list",
            "  caisson package build hello",
            "  caisson package build --all --jobs 4",
            "  caisson package show busybox --json"
        })
final class PackageCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** What all of them need to find recipes. */
    static final class Where {
        @Option(
                names = "--packages",
                paramLabel = "DIR",
                description = "The folder of recipes; default: packages/ in the current folder or above.")
        private Path folder;

        Path folder() throws BuildException {
            if (folder != null) {
                return folder;
            }
            for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
                if (Files.isDirectory(at.resolve("packages"))) {
                    return at.resolve("packages");
                }
            }
            String home = System.getenv("CAISSON_HOME");
            if (home != null && Files.isDirectory(Path.of(home, "packages"))) {
                return Path.of(home, "packages");
            }
            throw new BuildException(
                    FailureCode.USAGE,
                    "there is no folder packages/ here or above",
                    "name the folder of recipes with --packages");
        }

        Recipes recipes(CommonOptions options) throws BuildException, IOException {
            return Recipes.of(folder(), architecture(options));
        }

        static Arch architecture(CommonOptions options) throws BuildException {
            Arch asked = options.architecture();
            return asked == null ? Sdk.machine().orElse(Arch.X86_64) : asked;
        }
    }

    /** {@code caisson package build}. */
    @Command(
            name = "build",
            mixinStandardHelpOptions = true,
            description = {
                "Builds recipes, and first what they need. What is built already costs nothing.",
                "Recipes with sources are built by rpmbuild in a sandbox of the packages in packages/sdk.yaml, which needs Linux with"
                        + " unprivileged user namespaces, but no privilege and no network.",
                "The packages go to OUTPUT/packages/ARCH, a repository of its own, and are found by variants with a repository"
                        + " of type recipes. Exits 11 when a package cannot be built; the end of its log is shown then."
            },
            footer = {
                "",
                "Examples:",
                "  caisson package build hello busybox",
                "  caisson package build --all --output out"
            })
    static final class Build implements Callable<Integer>, VerboseCommand {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CommonOptions options;

        @Mixin
        private Where where;

        @Parameters(paramLabel = "NAME", arity = "0..*", description = "Recipes.")
        private List<String> names = new ArrayList<>();

        @Option(names = "--all", description = "All recipes for the architecture.")
        private boolean all;

        @Option(
                names = "--sdk",
                paramLabel = "FILE",
                description = "Manifest of the build root; default: sdk.yaml beside the recipes.")
        private Path sdk;

        @Option(
                names = "--sign-key",
                paramLabel = "FILE",
                description =
                        "Sign the packages with this OpenPGP secret key (gpg --export-secret-keys); its passphrase, if it"
                                + " has one, is taken from CAISSON_SIGN_PASSPHRASE.")
        private Path signKey;

        @Override
        public boolean verbose() {
            return options.verbose;
        }

        @Override
        public Integer call() throws Exception {
            Session session = Session.of(spec, options);
            Recipes recipes = where.recipes(options);
            if (all == !names.isEmpty()) {
                throw new CommandLine.ParameterException(spec.commandLine(), "name recipes, or give --all");
            }
            ArtifactStore store = session.store();
            Sdk.Surroundings surroundings = new Sdk.Surroundings(
                    session.source()::addresses, Clock.systemUTC().instant(), options.locked);
            Path manifest = sdk == null ? recipes.folder().resolve(Sdk.FILE_NAME) : sdk;
            Arch arch = Where.architecture(options);
            try (WorkPool pool = new WorkPool(options.jobs());
                    Sdk opened = new Sdk(manifest, arch, store, pool, session.progress(), surroundings)) {
                PackageBuild build =
                        new PackageBuild(recipes, opened, store, pool, options.jobs(), signer(), session.progress());
                List<PackageBuild.Result> results =
                        build.run(all ? recipes.byName().keySet() : names);
                Path folder = options.output.resolve("packages").resolve(arch.label());
                build.export(results, folder);
                session.progress().finish();
                print(session, results, folder);
            } finally {
                session.progress().finish();
            }
            return 0;
        }

        private Optional<OpenPgpSigner> signer() throws BuildException {
            if (signKey == null) {
                return Optional.empty();
            }
            String passphrase = System.getenv("CAISSON_SIGN_PASSPHRASE");
            try {
                return Optional.of(OpenPgpSigner.read(
                        Files.readAllBytes(signKey), (passphrase == null ? "" : passphrase).toCharArray()));
            } catch (IOException e) {
                throw new BuildException(
                        FailureCode.SIGNING,
                        "the key " + signKey + " cannot be used: " + e.getMessage(),
                        "export one with 'gpg --export-secret-keys', and set CAISSON_SIGN_PASSPHRASE if it has a passphrase",
                        e);
            }
        }

        private void print(Session session, List<PackageBuild.Result> results, Path folder) {
            if (options.json) {
                JsonArray list = JsonArray.of();
                for (PackageBuild.Result result : results) {
                    list.add(json(result.packages(), folder)
                            .put("reused", result.reused())
                            .putOptional("log", result.log().map(Path::toString)));
                }
                session.out()
                        .print(Json.pretty(JsonObject.of()
                                .put("repository", folder.toString())
                                .put("recipes", list)));
                return;
            }
            for (PackageBuild.Result result : results) {
                for (BuiltPackages.PackageFile file : result.packages().files()) {
                    session.out()
                            .println((result.reused() ? "as before  " : "built      ")
                                    + file.sha256().hex().substring(0, 16) + "  " + file.name() + "  ("
                                    + file.license() + ")");
                }
            }
            session.out().println("in " + folder);
        }
    }

    private static JsonObject json(BuiltPackages built, Path folder) {
        JsonArray files = JsonArray.of();
        for (BuiltPackages.PackageFile file : built.files()) {
            files.add(JsonObject.of()
                    .put("path", folder.resolve(file.name()).toString())
                    .put("size", file.sizeBytes())
                    .put("sha256", file.sha256().hex())
                    .put("license", file.license()));
        }
        return JsonObject.of().put("name", built.recipe()).put("packages", files);
    }

    /** {@code caisson package list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists recipes, and whether their packages are built and current.")
    static final class Listing implements Callable<Integer>, VerboseCommand {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CommonOptions options;

        @Mixin
        private Where where;

        @Override
        public boolean verbose() {
            return options.verbose;
        }

        @Override
        public Integer call() throws Exception {
            Session session = Session.of(spec, options);
            Recipes recipes = where.recipes(options);
            LocalRepository repository =
                    LocalRepository.of(recipes.folder(), Where.architecture(options), session.store());
            Map<String, LocalRepository.State> states = repository.states(recipes);
            JsonArray list = JsonArray.of();
            for (Recipe recipe : recipes.byName().values()) {
                LocalRepository.State state = states.get(recipe.name());
                if (options.json) {
                    list.add(describe(recipe).put("state", state.label()));
                } else {
                    session.out()
                            .println(pad(recipe.name(), 16)
                                    + pad(recipe.version() + "-" + recipe.release(), 16)
                                    + pad(kind(recipe), 8)
                                    + pad(state.label(), 10)
                                    + recipe.summary());
                }
            }
            if (options.json) {
                session.out().print(Json.pretty(list));
            }
            return 0;
        }

        private static String pad(String text, int width) {
            return text + " ".repeat(Math.max(1, width - text.length()));
        }
    }

    private static String kind(Recipe recipe) {
        return recipe.content() instanceof Recipe.Data ? "data" : "source";
    }

    private static JsonObject describe(Recipe recipe) {
        return JsonObject.of()
                .put("name", recipe.name())
                .put("version", recipe.version())
                .put("release", recipe.release())
                .put("kind", kind(recipe))
                .put("summary", recipe.summary())
                .put("license", recipe.license());
    }

    /** {@code caisson package show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a recipe: what it is made of, what it needs, and which packages it gave.")
    static final class Show implements Callable<Integer>, VerboseCommand {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CommonOptions options;

        @Mixin
        private Where where;

        @Parameters(paramLabel = "NAME", description = "A recipe.")
        private String name;

        @Override
        public boolean verbose() {
            return options.verbose;
        }

        @Override
        public Integer call() throws Exception {
            Session session = Session.of(spec, options);
            Recipes recipes = where.recipes(options);
            Recipe recipe = recipes.get(name);
            LocalRepository repository =
                    LocalRepository.of(recipes.folder(), Where.architecture(options), session.store());
            String state = repository.states(recipes).get(name).label();
            JsonObject json = describe(recipe)
                    .put("description", recipe.description())
                    .putOptional("url", recipe.url())
                    .put("epoch", recipe.epochSeconds())
                    .put("file", recipe.file().toString())
                    .put("state", state)
                    .putStrings("sources", sources(recipe))
                    .putStrings("buildRequires", recipes.needs(name));
            BuiltPackages built = repository.contents().get(name);
            if (built != null) {
                json.put(
                        "packages",
                        PackageCommand.json(built, repository.folder())
                                .get("packages")
                                .orElseThrow());
            }
            if (options.json) {
                session.out().print(Json.pretty(json));
            } else {
                text(session, recipe, recipes.needs(name), state, built);
            }
            return 0;
        }

        private static void text(
                Session session, Recipe recipe, List<String> needs, String state, BuiltPackages built) {
            List<String> lines = new ArrayList<>();
            lines.add("name         " + recipe.name());
            lines.add("version      " + recipe.version() + "-" + recipe.release());
            lines.add("kind         " + kind(recipe));
            lines.add("summary      " + recipe.summary());
            lines.add("license      " + recipe.license());
            recipe.url().ifPresent(url -> lines.add("url          " + url));
            lines.add("recipe       " + recipe.file());
            sources(recipe).forEach(source -> lines.add("source       " + source));
            needs.forEach(need -> lines.add("needs        " + need));
            lines.add("state        " + state);
            if (built != null) {
                built.files()
                        .forEach(file -> lines.add("package      " + file.name() + ", " + file.sizeBytes()
                                + " bytes, sha256 " + file.sha256().hex()));
            }
            lines.forEach(session.out()::println);
        }

        private static List<String> sources(Recipe recipe) {
            List<String> sources = new ArrayList<>();
            if (recipe.content() instanceof Recipe.Build build) {
                for (Recipe.Source source : build.sources()) {
                    sources.add(source.name() + ": " + origin(source));
                }
            }
            return sources;
        }

        private static String origin(Recipe.Source source) {
            if (source instanceof Recipe.Remote remote) {
                return String.join(", ", remote.urls()) + " (sha512 "
                        + remote.sha512().hex().substring(0, 16) + "…)";
            }
            if (source instanceof Recipe.Packaged packaged) {
                return packaged.path() + " of " + packaged.packageName();
            }
            return ((Recipe.Local) source).path().toString();
        }
    }
}
