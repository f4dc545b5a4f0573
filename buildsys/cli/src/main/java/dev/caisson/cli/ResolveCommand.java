package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.resolve.DirectResolution;
import dev.caisson.engine.resolve.NamedRepository;
import dev.caisson.engine.resolve.PackageResolution;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.Variant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson resolve}. */
@Command(
        name = "resolve",
        mixinStandardHelpOptions = true,
        synopsisHeading = "Usage: ",
        customSynopsis = {
            "caisson resolve [OPTIONS] VARIANT",
            "   or: caisson resolve --repository NAME=URL[,...]... [OPTIONS] PACKAGE..."
        },
        description = {
            "Shows which packages a variant would have now, and why each is there. Writes no lock.",
            "With --repository it needs no variant: it shows what the named packages need."
        },
        footer = {
            "",
            "Examples:",
            "  caisson resolve container-host",
            "  caisson resolve container-host --json",
            "  caisson resolve --repository debian=https://HOST/debian,suite=trixie,keyring=debian.gpg runc",
            "  caisson resolve --repository mine=file:///srv/packages --arch aarch64 --no-recommends my-tool"
        })
final class ResolveCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @Option(
            names = "--repository",
            paramLabel = "NAME=URL[,...]",
            description = {
                "A repository, instead of a variant's; may be given several times. After the address may follow"
                        + " ,priority=N (the higher number wins; default 0), ,suite=SUITE and ,component=COMPONENT"
                        + " (several times), ,keyring=FILE and ,unsigned. Without suite it is a folder with a Packages"
                        + " file, or such a file. file: addresses need no keyring."
            })
    private List<String> repositories = new ArrayList<>();

    @Option(
            names = {"--no-recommends", "--no-weak"},
            description = "With --repository: leave out packages that are only recommended.")
    private boolean withoutWeak;

    @Option(
            names = "--exclude",
            paramLabel = "NAME",
            description = "With --repository: a package that is not to be installed; may be given several times.")
    private Set<String> excluded = new TreeSet<>();

    @Parameters(
            arity = "1..*",
            paramLabel = "VARIANT",
            description = "Name of a variant, or path of its folder or manifest; with --repository: packages, as NAME,"
                    + " NAME=VERSION or \"NAME (>= VERSION)\".")
    private List<String> words;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        Session session = Session.of(spec, options);
        if (!repositories.isEmpty()) {
            return direct(session);
        }
        if (words.size() > 1 || withoutWeak || !excluded.isEmpty()) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "several names, --no-recommends and --exclude are for packages of repositories",
                    "give one variant, or say with --repository where the packages are");
        }
        Variant variant = session.source().load(words.get(0));
        try (Archives archives = session.archives(variant)) {
            LockedArchitecture locked = PackageResolution.resolve(variant, archives.metadata());
            session.progress().finish();
            if (options.json) {
                session.out().print(Json.pretty(json(locked)));
            } else {
                print(session, locked);
            }
            return 0;
        } catch (BuildException e) {
            if (options.json && e.code() == FailureCode.UNSOLVABLE) {
                session.out().print(Json.pretty(unsolvable(PackageResolution.problems(e))));
            }
            throw e;
        }
    }

    private int direct(Session session) throws Exception {
        List<NamedRepository> named = new ArrayList<>();
        for (String repository : repositories) {
            named.add(NamedRepository.parse(repository));
        }
        String architecture = options.arch == null ? hostArchitecture() : options.arch;
        DirectResolution.Answer answer = DirectResolution.answer(
                new DirectResolution.Question(named, architecture, words, excluded, !withoutWeak),
                new DirectResolution.Surroundings(
                        session.store(),
                        System.getenv(),
                        options.offline,
                        Clock.systemUTC().instant(),
                        session.progress()));
        session.progress().finish();
        if (options.json) {
            session.out().print(Json.pretty(answer.solvable() ? solution(answer) : unsolvable(answer.problems())));
        } else if (answer.solvable()) {
            answer.packages()
                    .forEach(p -> session.out()
                            .println(String.format(
                                    Locale.ROOT,
                                    "%-40s %-28s %-12s %s",
                                    p.name(),
                                    p.version(),
                                    p.repository(),
                                    p.reason())));
            session.out().println(answer.packages().size() + " packages");
        }
        if (!answer.solvable()) {
            StringBuilder text = new StringBuilder("these packages cannot be installed together");
            for (PackageResolution.Problem problem : answer.problems()) {
                text.append("\n  ").append(problem.message());
                problem.chain().forEach(link -> text.append("\n    ").append(link));
            }
            throw new BuildException(FailureCode.UNSOLVABLE, text.toString(), "");
        }
        return 0;
    }

    private static String hostArchitecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static JsonObject solution(DirectResolution.Answer answer) {
        JsonArray packages = JsonArray.of();
        answer.packages().forEach(p -> packages.add(entry(p.name(), p.version(), p.architecture(), p.repository())));
        return JsonObject.of().put("solvable", true).put("packages", packages);
    }

    /** Epoch, version and release apart, as in Debian's and RPM's {@code epoch:version-release}. */
    private static JsonObject entry(String name, String evr, String architecture, String repository) {
        int colon = evr.indexOf(':');
        String rest = evr.substring(colon + 1);
        int dash = rest.lastIndexOf('-');
        return JsonObject.of()
                .put("name", name)
                .put("epoch", colon < 0 ? "0" : evr.substring(0, colon))
                .put("version", dash < 0 ? rest : rest.substring(0, dash))
                .put("release", dash < 0 ? "" : rest.substring(dash + 1))
                .put("arch", architecture)
                .put("repository", repository);
    }

    private static JsonObject unsolvable(List<PackageResolution.Problem> found) {
        JsonArray problems = JsonArray.of();
        for (PackageResolution.Problem problem : found) {
            problems.add(JsonObject.of().put("message", problem.message()).putStrings("chain", problem.chain()));
        }
        return JsonObject.of().put("solvable", false).put("problems", problems);
    }

    static JsonObject json(LockedArchitecture locked) {
        JsonArray packages = JsonArray.of();
        for (LockedPackage p : locked.packages()) {
            packages.add(entry(p.name(), p.version(), p.architecture(), p.repository())
                    .put("reason", p.reason()));
        }
        return JsonObject.of().put("solvable", true).put("packages", packages);
    }

    private static void print(Session session, LockedArchitecture locked) {
        long bytes = 0;
        for (LockedPackage p : locked.packages()) {
            bytes += p.file().sizeBytes();
            session.out().println(String.format(Locale.ROOT, "%-40s %-28s %s", p.name(), p.version(), p.reason()));
        }
        session.out()
                .println(String.format(
                        Locale.ROOT,
                        "%d packages, %.1f MB to fetch",
                        locked.packages().size(),
                        bytes / 1e6));
    }
}
