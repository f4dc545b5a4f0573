package dev.caisson.engine.recipe;

import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.sandbox.Sandbox;
import dev.caisson.engine.sandbox.SandboxCommand;
import dev.caisson.manifest.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Builds one source recipe with {@code rpmbuild} in a sandbox. Paths, names, times and variables in it are always the same. */
final class SpecBuild {
    /** Part of every key: to be counted up when another environment could give other packages. */
    static final String VERSION = "spec build 1";

    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String FLAGS = "-O2 -g -ffile-prefix-map=/build=. -fno-record-gcc-switches";
    private static final int TAIL_LINES = 30;
    private static final long TAIL_BYTES = 1 << 16;

    private final Recipe recipe;
    private final Recipe.Build build;
    private final BuildRoot root;
    private final Path work;
    private final Path log;
    private final int jobs;

    /**
     * @param work an empty folder for the build
     * @param log what rpmbuild and the build say
     * @param jobs of make
     */
    SpecBuild(Recipe recipe, Recipe.Build build, BuildRoot root, Path work, Path log, int jobs) {
        this.recipe = recipe;
        this.build = build;
        this.root = root;
        this.work = work;
        this.log = log;
        this.jobs = Math.min(jobs, build.jobs().orElse(jobs));
    }

    private Path inside(String name) {
        return work.resolve("build").resolve(name);
    }

    /**
     * Builds.
     *
     * @param dependencies packages of recipes that this one needs
     * @return the packages, by name
     */
    List<Path> run(SourceFiles sources, List<Path> dependencies)
            throws BuildException, IOException, InterruptedException {
        for (String name :
                List.of("BUILD", "BUILDROOT", "RPMS", "SRPMS", "SOURCES", "SPECS", "deps", "home", "rpmdb")) {
            Files.createDirectories(inside(name));
        }
        Files.createDirectories(work.resolve("tmp"));
        Files.createDirectories(work.resolve("mnt"));
        sources.collect(recipe, build, inside("SOURCES"));
        Files.copy(build.spec(), inside("SPECS").resolve(recipe.name() + ".spec"));
        Files.writeString(inside("home").resolve(".rpmmacros"), macros());
        // rpmbuild wants at least one kind of files to look for dependencies in; this one is never met.
        Path kinds = Files.createDirectories(inside("home").resolve("fileattrs"));
        Files.writeString(kinds.resolve("none.attr"), "%__none_path ^$\n");
        if (!dependencies.isEmpty()) {
            Path staging = Files.createDirectories(work.resolve("staging"));
            TreeOnDisk.write(RpmFolder.unpack(dependencies, staging), inside("deps"));
        }
        Files.deleteIfExists(log);
        Files.writeString(log, "building " + recipe.nvr() + " from " + recipe.file() + "\n");
        int code = Sandbox.run(command());
        if (code != 0) {
            throw failed("rpmbuild ended with exit code " + code);
        }
        return collect();
    }

    private SandboxCommand command() {
        return new SandboxCommand(
                root.folder(),
                work.resolve("mnt"),
                DataPackage.BUILD_HOST,
                List.of(
                        new SandboxCommand.Bind(work.resolve("build"), "/build", true),
                        new SandboxCommand.Bind(inside("SOURCES"), "/build/SOURCES", false),
                        new SandboxCommand.Bind(inside("SPECS"), "/build/SPECS", false),
                        new SandboxCommand.Bind(inside("deps"), "/build/deps", false),
                        new SandboxCommand.Bind(work.resolve("tmp"), "/tmp", true)),
                environment(),
                "/build",
                List.of(
                        "/usr/bin/rpmbuild",
                        "-bb",
                        "--nodeps",
                        // rpmbuild's own for the machine would win over the macros.
                        "--define=optflags " + FLAGS,
                        "/build/SPECS/" + recipe.name() + ".spec"),
                log,
                build.timeoutSeconds(),
                build.memoryBytes());
    }

    private Map<String, String> environment() {
        String deps = "/build/deps/usr";
        Map<String, String> variables = new TreeMap<>();
        variables.put("PATH", PATH);
        variables.put("HOME", "/build/home");
        variables.put("USER", "builder");
        variables.put("LOGNAME", "builder");
        variables.put("SHELL", "/bin/sh");
        variables.put("TMPDIR", "/tmp");
        variables.put("LANG", "C.UTF-8");
        variables.put("LC_ALL", "C.UTF-8");
        variables.put("TZ", "UTC");
        variables.put("TERM", "dumb");
        variables.put("SOURCE_DATE_EPOCH", Long.toString(recipe.epochSeconds()));
        variables.put("RPM_BUILD_NCPUS", Integer.toString(jobs));
        variables.put("KBUILD_BUILD_USER", "caisson");
        variables.put("KBUILD_BUILD_HOST", DataPackage.BUILD_HOST);
        variables.put("KBUILD_BUILD_TIMESTAMP", "@" + recipe.epochSeconds());
        variables.put("PYTHONDONTWRITEBYTECODE", "1");
        variables.put("PYTHONHASHSEED", "0");
        variables.put("PERL_HASH_SEED", "0");
        variables.put("GOTOOLCHAIN", "local");
        variables.put("GOFLAGS", "-mod=vendor -trimpath");
        variables.put("CARGO_NET_OFFLINE", "true");
        if (!build.buildRequires().isEmpty()) {
            variables.put("CPATH", deps + "/include");
            variables.put("LIBRARY_PATH", deps + "/lib64:" + deps + "/lib");
            variables.put(
                    "PKG_CONFIG_PATH",
                    deps + "/lib64/pkgconfig:" + deps + "/lib/pkgconfig:" + deps + "/share/pkgconfig");
        }
        return variables;
    }

    /** The macros and flags of all recipes, which decide what comes out. */
    static String commonMacros() throws IOException {
        try (InputStream in = SpecBuild.class.getResourceAsStream("macros")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "# optflags " + FLAGS + "\n";
        }
    }

    private String macros() throws IOException {
        StringBuilder text = new StringBuilder(commonMacros());
        macro(text, "recipe_name", recipe.name());
        macro(text, "recipe_version", recipe.version());
        macro(text, "recipe_release", recipe.release());
        macro(text, "recipe_license", recipe.license());
        macro(text, "recipe_summary", recipe.summary());
        macro(text, "recipe_url", recipe.url().orElse("%{nil}"));
        macro(text, "_smp_mflags", "-j" + jobs);
        macro(text, "_smp_build_ncpus", Integer.toString(jobs));
        macro(text, "_smp_ncpus_max", Integer.toString(jobs));
        return text.toString();
    }

    private static void macro(StringBuilder text, String name, String value) {
        boolean literal = value.equals("%{nil}");
        text.append('%')
                .append(name)
                .append(' ')
                .append(literal ? value : value.replace("%", "%%"))
                .append('\n');
    }

    private List<Path> collect() throws BuildException, IOException {
        List<Path> packages = new ArrayList<>();
        for (Path folder : SortedListing.of(inside("RPMS"))) {
            for (Path file : SortedListing.of(folder)) {
                if (file.toString().endsWith(".rpm")) {
                    packages.add(file);
                }
            }
        }
        boolean main = packages.stream()
                .anyMatch(file -> file.getFileName().toString().matches("\\Q" + recipe.nvr() + ".\\E[a-z0-9_]+\\.rpm"));
        if (!main) {
            throw failed("the spec file gave "
                    + packages.stream()
                            .map(file -> file.getFileName().toString())
                            .toList() + ", but no "
                    + recipe.nvr());
        }
        return packages;
    }

    private BuildException failed(String what) throws IOException {
        return new BuildException(
                FailureCode.PACKAGE_BUILD,
                "the package " + recipe.nvr() + " was not built: " + what + "\n" + tail(),
                "all of it is in " + log);
    }

    /** The last lines of the log. */
    private String tail() throws IOException {
        long size = Files.size(log);
        String text;
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(Math.max(0, size - TAIL_BYTES));
            text = new String(in.readNBytes((int) TAIL_BYTES), StandardCharsets.UTF_8);
        }
        List<String> lines = text.lines().toList();
        StringBuilder tail = new StringBuilder();
        for (String line : lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())) {
            tail.append("  | ").append(line.replaceAll("\\p{Cntrl}", " ")).append('\n');
        }
        return tail.toString().stripTrailing();
    }
}
