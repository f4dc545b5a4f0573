package dev.caisson.repository.rpmmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.compression.Codec;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.RpmSemantics;
import dev.caisson.resolver.Solution;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real packages described by createrepo_c and by us; our repositories as libsolv and dnf see them; zchunk's own files. */
@Tag("oracle")
class RpmMdOracleTest {
    private static final String SPEC = """
            Name: alpha
            Epoch: 2
            Version: 1.2
            Release: 3~rc1
            Summary: First <of> two & more
            License: MIT
            URL: https://example.org/alpha
            Group: Tools
            Vendor: Example
            Packager: A Person <person@example.org>
            BuildArch: noarch
            Provides: virtual(alpha) = 7
            Requires: beta >= 1:2-1
            Requires(pre): /usr/bin/beta
            Requires: (gamma if delta else beta)
            Recommends: epsilon
            Suggests: zeta < 3
            Supplements: (eta and theta)
            Enhances: iota
            Conflicts: kappa <= 4
            Obsoletes: lambda < 0:5
            %description
            Some lines
              of text, "quoted".
            %package -n beta
            Epoch: 1
            Version: 2
            Release: 1
            Summary: Second
            %description -n beta
            Beta.
            %install
            mkdir -p %{buildroot}/etc/alpha.d %{buildroot}/usr/bin %{buildroot}/usr/share/alpha
            echo a > %{buildroot}/etc/alpha.conf; echo b > %{buildroot}/usr/share/alpha/data
            echo c > %{buildroot}/usr/bin/beta; touch %{buildroot}/etc/alpha.d/ghost
            %files
            %config /etc/alpha.conf
            %dir /etc/alpha.d
            %ghost /etc/alpha.d/ghost
            /usr/share/alpha
            %files -n beta
            %attr(755,root,root) /usr/bin/beta
            %changelog
            * Tue Jan 02 2024 A Person <person@example.org> - 1.2-3
            - second & last
            * Mon Jan 01 2024 A Person <person@example.org> - 1.1-1
            - first
            """;

    @TempDir
    static Path folder;

    private static Path packages;

    @BeforeAll
    static void buildPackages() throws Exception {
        tool("rpmbuild", "rpm");
        tool("createrepo_c", "createrepo-c");
        packages = Files.createDirectories(folder.resolve("packages"));
        Path spec = Files.writeString(folder.resolve("alpha.spec"), SPEC);
        String top = folder.resolve("build").toString();
        run("rpmbuild", "-bb", "--define", "_topdir " + top, "--define", "_rpmdir " + packages, spec.toString());
    }

    private static void tool(String name, String debianPackage) throws Exception {
        boolean found = false;
        for (String path : System.getenv("PATH").split(java.io.File.pathSeparator)) {
            found |= Files.isExecutable(Path.of(path, name));
        }
        boolean must = System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"));
        if (!found && must) {
            fail(name + " is missing: install the package " + debianPackage);
        }
        assumeTrue(found, name + " is missing (package " + debianPackage + ")");
    }

    private static String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + "\n" + output)
                .isZero();
        return output;
    }

    private static RpmMdRepository open(Path root) throws IOException {
        byte[] repomd = Files.readAllBytes(root.resolve(RepomdFile.PATH));
        return RpmMdRepository.open(
                RpmMdSettings.of("r", 0),
                ByteSource.of(repomd),
                data -> ByteSource.of(Files.readAllBytes(root.resolve(data.location()))));
    }

    private static void write(Path root, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    @Test
    void createrepo_everyFieldReadAndWrittenTheSame() throws Exception {
        for (String type : List.of("gz", "xz", "bz2")) {
            Path out = Files.createDirectories(folder.resolve("repo-" + type));
            run("createrepo_c", "--general-compress-type", type, "-o", out.toString(), packages.toString());
            RpmMdRepository theirs = open(out);
            List<RpmPackageMetadata> read = new ArrayList<>(theirs.complete());
            read.sort(Comparator.comparing(RpmPackageMetadata::location));
            assertThat(read)
                    .extracting(RpmPackageMetadata::nevra)
                    .containsExactlyInAnyOrder("alpha-2:1.2-3~rc1.noarch", "beta-1:2-1.noarch");
            SortedMap<String, byte[]> written = RpmMdWriter.write(read, RpmMdWriter.Options.of(1_700_000_000));
            assertThat(new PackagesForTests.Served(written)
                            .repository(RpmMdSettings.of("r", 0))
                            .complete())
                    .isEqualTo(read);
            RpmPackageMetadata alpha = read.stream()
                    .filter(p -> p.name().equals("alpha"))
                    .findFirst()
                    .orElseThrow();
            assertThat(alpha.entries(RpmRelation.REQUIRES))
                    .extracting(RpmEntry::toString)
                    .contains("beta >= 1:2-1", "(gamma if delta else beta)", "/usr/bin/beta");
            assertThat(alpha.texts().description()).isEqualTo("Some lines\n  of text, \"quoted\".");
            assertThat(alpha.changelogs()).extracting(RpmChangelog::text).containsExactly("- first", "- second & last");
            assertThat(alpha.files())
                    .contains(
                            new RpmFile("/etc/alpha.d", RpmFile.Type.DIR),
                            new RpmFile("/etc/alpha.d/ghost", RpmFile.Type.GHOST),
                            new RpmFile("/usr/share/alpha/data", RpmFile.Type.FILE));
        }
    }

    /** Our reading of the package files, written and read, against createrepo_c's reading of the same files. */
    @Test
    void headers_sayWhatCreaterepoSays() throws Exception {
        Path out = Files.createDirectories(folder.resolve("repo-headers"));
        run("createrepo_c", "-o", out.toString(), packages.toString());
        List<RpmPackageMetadata> theirs = new ArrayList<>(open(out).complete());
        theirs.sort(Comparator.comparing(RpmPackageMetadata::location));
        List<RpmPackageMetadata> ours = new ArrayList<>();
        for (RpmPackageMetadata p : theirs) {
            try (FileSource source = FileSource.open(packages.resolve(p.location()))) {
                ours.add(RpmHeaderMetadata.of(
                        RpmPackage.open(source, RpmLimits.DEFAULT),
                        source.size(),
                        DigestAlgorithm.SHA256.of((ByteSource) source),
                        p.location(),
                        p.sizes().fileTime()));
            }
        }
        for (Codec codec : List.of(Codec.ZSTD, Codec.XZ, Codec.GZIP)) {
            Path written = Files.createDirectories(folder.resolve("written-" + codec.codecName()));
            RpmMdWriter.Options options = new RpmMdWriter.Options(codec, 1, 10, Comps.NONE, List.of());
            byte[] repomd;
            try (RpmMdWriter writer = RpmMdWriter.into(written, ours.size(), options)) {
                for (RpmPackageMetadata p : ours) {
                    writer.add(p);
                }
                repomd = writer.finish();
            }
            Files.write(written.resolve(RepomdFile.PATH), repomd);
            assertThat(open(written).complete()).isEqualTo(theirs);
            assertThat(repomd).isEqualTo(RpmMdWriter.write(ours, options).get(RepomdFile.PATH));
            try (var files = Files.list(written.resolve("repodata"))) {
                assertThat(files).hasSize(4);
            }
        }
    }

    @Test
    void createrepo_zchunkOnly() throws Exception {
        Path out = Files.createDirectories(folder.resolve("repo-zck-only"));
        run("createrepo_c", "--zck", "-o", out.toString(), packages.toString());
        RpmMdRepository whole = open(out);
        List<RepomdFile.Data> chunked = whole.repomd().data().values().stream()
                .filter(d -> d.type().endsWith("_zck"))
                .toList();
        assertThat(chunked).hasSize(3);
        for (RepomdFile.Data data : chunked) {
            RepomdFile.Data plain = whole.repomd().data().get(data.type().replace("_zck", ""));
            byte[] a = MetadataFile.read(
                    data, ByteSource.of(Files.readAllBytes(out.resolve(data.location()))), in -> in.readAllBytes());
            byte[] b = MetadataFile.read(
                    plain, ByteSource.of(Files.readAllBytes(out.resolve(plain.location()))), in -> in.readAllBytes());
            assertThat(a).isEqualTo(b);
        }
    }

    @Test
    void zchunk_filesAndDictionaries() throws Exception {
        tool("zck", "zchunk");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            text.append("line ").append(i * 7919 % 10_007).append(" of some text\n");
        }
        Path plain = Files.writeString(folder.resolve("plain.txt"), text);
        Path dictionary = Files.writeString(folder.resolve("dictionary"), text.substring(0, 5000));
        Path chunked = folder.resolve("plain.zck");
        for (String[] options : List.of(new String[0], new String[] {"-D", dictionary.toString()})) {
            List<String> command = new ArrayList<>(List.of("zck", "-o", chunked.toString()));
            command.addAll(List.of(options));
            command.add(plain.toString());
            run(command.toArray(new String[0]));
            byte[] bytes = Files.readAllBytes(chunked);
            assertThat(ZchunkFile.open(ByteSource.of(bytes)).contents().readAllBytes())
                    .isEqualTo(Files.readAllBytes(plain));
            java.util.Random random = new java.util.Random(9);
            for (int i = 0; i < 300; i++) {
                byte[] damaged = bytes.clone();
                int at = i < 100 ? i : random.nextInt(bytes.length);
                damaged[at] ^= (byte) (1 << random.nextInt(8));
                try {
                    byte[] read =
                            ZchunkFile.open(ByteSource.of(damaged)).contents().readAllBytes();
                    assertThat(read).isEqualTo(Files.readAllBytes(plain));
                } catch (dev.caisson.bytes.FormatException e) {
                    assertThat(e.structure()).isNotEmpty();
                }
            }
        }
    }

    @Test
    void libsolv_readsWhatWeWrite() throws Exception {
        tool("installcheck", "libsolv-tools");
        Path out = Files.createDirectories(folder.resolve("createrepo"));
        run("createrepo_c", "-o", out.toString(), packages.toString());
        Path ours = folder.resolve("ours");
        List<RpmPackageMetadata> read = new ArrayList<>(open(out).complete());
        read.add(PackagesForTests.pkg("gamma 1-1", "file: /usr/bin/gamma"));
        write(
                ours,
                RpmMdWriter.write(read, new RpmMdWriter.Options(Codec.GZIP, 1_700_000_000, 10, Comps.NONE, List.of())));
        Path primary;
        try (var list = Files.list(ours.resolve("repodata"))) {
            primary = list.filter(p -> p.toString().endsWith("-primary.xml.gz"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(run("installcheck", "x86_64", primary.toString())).doesNotContain("can't install");
        RpmMdPool pool = RpmMdPool.of(List.of(open(ours)));
        assertThat(pool.resolve(p -> Problem.of(p, List.of(Dependency.of("alpha")))
                        .forArchitectures(RpmSemantics.compatibleWith("x86_64"))))
                .isInstanceOf(Solution.class);
    }

    @Test
    void dnf_readsWhatWeWrite() throws Exception {
        tool("dnf", "dnf");
        Path out = Files.createDirectories(folder.resolve("createrepo-dnf"));
        run("createrepo_c", "-o", out.toString(), packages.toString());
        List<RpmPackageMetadata> read = open(out).complete();
        for (Codec codec : List.of(Codec.GZIP)) {
            Path ours = folder.resolve("ours-dnf-" + codec.codecName());
            Comps comps = new Comps(
                    List.of(new Comps.Group(
                            "g", "G", "", true, true, List.of(new Comps.Member("beta", Comps.Kind.MANDATORY, "")))),
                    List.of());
            write(ours, RpmMdWriter.write(read, new RpmMdWriter.Options(codec, 1_700_000_000, 10, comps, List.of())));
            String root = Files.createDirectories(folder.resolve("root-" + codec.codecName()))
                    .toString();
            String[] dnf = {
                "dnf",
                "-q",
                "--installroot=" + root,
                "--repofrompath=ours,file://" + ours,
                "--repo=ours",
                "--setopt=ours.gpgcheck=0",
                "--setopt=cachedir=" + root + "/cache",
                "--setopt=reposdir=/nowhere",
                "--releasever=1",
                "--forcearch=x86_64"
            };
            assertThat(run(join(dnf, "repoquery", "--qf", "%{name}-%{evr}.%{arch} %{summary}")))
                    .contains("alpha-2:1.2-3~rc1.noarch First <of> two & more", "beta-1:2-1.noarch Second");
            assertThat(run(join(dnf, "repoquery", "--requires", "alpha"))).contains("(gamma if delta else beta)");
            assertThat(run(join(dnf, "repoquery", "-l", "alpha"))).contains("/usr/share/alpha/data");
            assertThat(run(join(dnf, "group", "info", "g"))).contains("beta");
        }
    }

    private static String[] join(String[] left, String... right) {
        List<String> all = new ArrayList<>(List.of(left));
        all.addAll(List.of(right));
        return all.toArray(new String[0]);
    }
}
