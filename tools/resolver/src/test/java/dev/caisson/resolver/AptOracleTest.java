package dev.caisson.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares with {@code apt-get -s install} into an empty root. The property {@code caisson.apt.root} names a folder that
 * is laid out as apt's {@code Dir} (etc/apt, var/lib/apt/lists with uncompressed Packages files, var/cache/apt);
 * {@code caisson.apt.random} the number of random requests of each kind
 * (default 10), {@code caisson.apt.seed} their seed, and {@code caisson.apt.report} a file to which
 * differences are written.
 */
@Tag("oracle")
class AptOracleTest {
    private static final Pattern INSTALL = Pattern.compile("^Inst (\\S+) \\((\\S+) .*");
    private static final List<String> SETS = List.of(
            "systemd udev dbus containerd runc containernetworking-plugins iproute2 ca-certificates kmod"
                    + " linux-image-cloud-amd64 systemd-boot busybox-static dmsetup",
            "openssh-server",
            "docker.io",
            "gnome-core",
            "libreoffice");

    private record Apt(Path root, List<Candidate> candidates) {}

    private static Apt apt() throws IOException {
        String root = System.getProperty("caisson.apt.root");
        assumeTrue(root != null, "caisson.apt.root is not set: no APT root to compare with");
        boolean present = Files.exists(Path.of("/usr/bin/apt-get"));
        if (!present && (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES")))) {
            throw new AssertionError("apt-get is missing: install the Debian package apt");
        }
        assumeTrue(present, "apt-get is missing: install the Debian package apt");
        List<Candidate> candidates = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(root, "var/lib/apt/lists"))) {
            for (Path file : files.filter(f -> f.toString().endsWith("_Packages"))
                    .sorted()
                    .toList()) {
                candidates.addAll(PackagesFile.read(file, file.getFileName().toString(), 500));
            }
        }
        return new Apt(Path.of(root), candidates);
    }

    @Test
    void sameAnswersAsApt() throws Exception {
        Apt apt = apt();
        Pool pool = Pool.of(new DebianSemantics(), apt.candidates());
        List<String> requests = new ArrayList<>(SETS);
        Random random = new Random(Long.getLong("caisson.apt.seed", 20250520));
        int count = Integer.getInteger("caisson.apt.random", 10);
        for (int i = 0; i < count; i++) {
            requests.add(randomName(pool, random));
            requests.add(randomName(pool, random) + " " + randomName(pool, random));
        }
        List<String> report = new ArrayList<>();
        int same = 0;
        int total = 0;
        for (String request : requests) {
            for (boolean recommends : new boolean[] {false, true}) {
                String difference = compare(apt, pool, request, recommends);
                total++;
                if (difference.isEmpty()) {
                    same++;
                } else {
                    report.add((recommends ? "+recommends " : "") + request + ": " + difference);
                }
            }
        }
        report.add(same + " of " + total + " the same");
        String file = System.getProperty("caisson.apt.report");
        if (file != null) {
            Files.write(Path.of(file), report);
        }
        assertThat((double) same / total).as(String.join("\n", report)).isGreaterThan(0.9);
    }

    private static String randomName(Pool pool, Random random) {
        return pool.candidate(random.nextInt(pool.size())).name();
    }

    private static String compare(Apt apt, Pool pool, String request, boolean recommends) throws Exception {
        List<String> names = Arrays.asList(request.split(" "));
        Problem problem = Problem.of(pool, names.stream().map(Dependency::of).toList())
                .forArchitectures(List.of("amd64"))
                .withRecommends(recommends);
        Set<String> theirs = ask(apt.root(), names, recommends);
        Resolution resolution = Resolver.resolve(problem);
        if (!(resolution instanceof Solution solution)) {
            assertThat(theirs).as("apt solves " + request).isNull();
            return "";
        }
        assertThat(SolutionChecker.violations(problem, solution.candidates()))
                .as(request)
                .isEmpty();
        if (theirs == null) {
            return "apt finds no answer";
        }
        Set<String> ours = new TreeSet<>();
        solution.candidates().forEach(c -> ours.add(c.name() + " " + c.version()));
        Set<String> more = new TreeSet<>(ours);
        more.removeAll(theirs);
        Set<String> fewer = new TreeSet<>(theirs);
        fewer.removeAll(ours);
        return more.isEmpty() && fewer.isEmpty() ? "" : "ours only " + more + ", apt only " + fewer;
    }

    /** What apt would install; null when it finds no answer. */
    private static Set<String> ask(Path root, List<String> names, boolean recommends) throws Exception {
        List<String> command = new ArrayList<>(List.of("apt-get", "-s", "-q"));
        for (String option : List.of(
                "Dir=" + root,
                "Dir::State=" + root.resolve("var/lib/apt"),
                "Dir::State::status=/dev/null",
                "Dir::Cache=" + root.resolve("var/cache/apt"),
                "Dir::Etc=" + root.resolve("etc/apt"),
                "Dir::Etc::parts=/dev/null",
                "APT::Architecture=amd64",
                "APT::Architectures::=amd64",
                "APT::Install-Recommends=" + recommends)) {
            command.add("-o");
            command.add(option);
        }
        command.add("install");
        command.addAll(names);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            return null;
        }
        Set<String> installed = new TreeSet<>();
        output.lines()
                .map(INSTALL::matcher)
                .filter(Matcher::matches)
                .forEach(m -> installed.add(m.group(1).replaceFirst(":amd64$", "") + " " + m.group(2)));
        return installed;
    }
}
