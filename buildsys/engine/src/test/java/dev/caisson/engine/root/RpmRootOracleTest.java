package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.compression.Codec;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.layer.EncoderPool;
import dev.caisson.engine.layer.LayerBuilder;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsCompression;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.Oracle;
import dev.caisson.manifest.RpmDatabase;
import dev.caisson.manifest.RpmSpec;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmFileRequest;
import dev.caisson.rpm.RpmOptions;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmRequest;
import dev.caisson.rpm.RpmText;
import dev.caisson.verity.VerityParameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roots of RPM packages are those that {@code rpm -i --root} makes: as root only, because it makes devices and changes owners.
 * Without pipes and block devices: rpm 4.18 opens what it has made, waits for the one's other end, and finds no driver for the other. */
@Tag("oracle")
class RpmRootOracleTest {
    private static final long TIME = 1_700_000_000;
    private static final String PASSWD = "root:x:0:0::/:/bin/sh\ndaemon:x:1:1::/:/bin/sh\n";
    private static final String GROUP = "root:x:0:\ndaemon:x:1:\nmail:x:8:\n";

    @TempDir
    Path folder;

    private final Map<String, Path> files = new TreeMap<>();

    @BeforeEach
    void makePackages() throws Exception {
        Oracle.require("rpm", "rpm");
        Oracle.require("getfattr", "attr");
        Assumptions.assumeTrue(
                Files.isWritable(Path.of("/etc/passwd")), "rpm -i --root needs root: run this test as root");
        RpmFileRequest linked = regular("/opt/full/b", 0644, "linked\n");
        write(request("full")
                .file(RpmFileRequest.directory(TreePath.of("/opt/full"), 0755, TIME))
                .file(RpmFileRequest.directory(TreePath.of("/opt/full/sticky"), 01777, TIME)
                        .withOwner("daemon", "mail"))
                .file(linked)
                .file(RpmFileRequest.hardLink(TreePath.of("/opt/full/a"), linked))
                .file(RpmFileRequest.hardLink(TreePath.of("/opt/full/z"), linked))
                .file(regular("/opt/full/suid", 04755, "suid"))
                .file(regular("/opt/full/caps", 0755, "caps")
                        .withOwner("daemon", "mail")
                        .withCapabilities("cap_net_raw,cap_net_admin=ep"))
                .file(regular("/etc/full.conf", 0640, "a=b\n").withFlags(RpmFile.CONFIG | RpmFile.NO_REPLACE))
                .file(regular("/etc/full.ghost", 0644, "").withFlags(RpmFile.GHOST))
                .file(RpmFileRequest.symlink(TreePath.of("/opt/full/link"), TIME, Trees.utf8("../x")))
                .file(RpmFileRequest.device(TreePath.of("/opt/full/null"), false, 0666, TIME, 1, 3))
                .file(regular("/opt/full/empty", 0600, ""))
                .file(RpmFileRequest.regular(TreePath.of("/opt/full/zeros"), 0644, TIME, ByteSource.zeros(300_000))));
        write(documented("docs"));
        for (String name : List.of("shared1", "shared2")) {
            write(request(name)
                    .file(RpmFileRequest.directory(TreePath.of("/opt/shared"), 0750, TIME)
                            .withOwner("daemon", "mail"))
                    .file(regular("/opt/shared/file", 0644, "same"))
                    .file(regular("/opt/shared/" + name, 0644, name)));
        }
        write(request("lib32").file(regular("/usr/bin/tool", 0755, "32").with("", 1)));
        write(request("lib64").file(regular("/usr/bin/tool", 0755, "64 bits").with("", 2)));
        write(request("plain").file(regular("/usr/bin/tool", 0755, "no colour")));
        write(request("mode").file(regular("/opt/shared/file", 0755, "same")));
        write(request("owner").file(regular("/opt/shared/file", 0644, "same").withOwner("daemon", "daemon")));
        write(request("dirmode")
                .file(RpmFileRequest.directory(TreePath.of("/opt/shared"), 0755, TIME)
                        .withOwner("daemon", "mail")));
        write(request("dirowner").file(RpmFileRequest.directory(TreePath.of("/opt/shared"), 0750, TIME)));
    }

    private static RpmRequest.Builder documented(String name) {
        RpmFileRequest linked = regular("/usr/share/docs/lib", 0644, "linked");
        RpmFileRequest doc = RpmFileRequest.hardLink(TreePath.of("/usr/share/doc/docs/linked"), linked);
        return request(name)
                .file(RpmFileRequest.directory(TreePath.of("/usr/share/docs"), 0755, TIME))
                .file(linked)
                .file(doc.withFlags(RpmFile.DOC))
                .file(RpmFileRequest.directory(TreePath.of("/usr/share/doc/docs"), 0755, TIME))
                .file(RpmFileRequest.directory(TreePath.of("/usr/share/doc/docs/more"), 0755, TIME))
                .file(regular("/usr/share/doc/docs/more/x", 0644, "x").withFlags(RpmFile.DOC))
                .file(RpmFileRequest.directory(TreePath.of("/usr/share/doc/docs/none"), 0755, TIME))
                .file(regular("/usr/share/doc/docs/README", 0644, "r").withFlags(RpmFile.DOC))
                .file(regular("/usr/share/licenses/docs/COPYING", 0644, "l").withFlags(RpmFile.LICENSE))
                .file(regular("/usr/share/locale/de/docs.mo", 0644, "de").with("de", 0))
                .file(regular("/usr/share/locale/pt/docs.mo", 0644, "pt").with("pt", 0))
                .file(regular("/usr/share/locale/pt_BR/docs.mo", 0644, "br").with("pt_BR", 0))
                .file(RpmFileRequest.directory(TreePath.of("/usr/share/locale/fr"), 0755, TIME))
                .file(regular("/usr/share/locale/fr/docs.mo", 0644, "fr").with("fr|fr_CA", 0));
    }

    private static RpmFileRequest regular(String path, int mode, String text) {
        return RpmFileRequest.regular(TreePath.of(path), mode, TIME, ByteSource.of(Trees.utf8(text)));
    }

    private static RpmRequest.Builder request(String name) {
        return RpmRequest.builder(name, "1", "1", "x86_64")
                .buildTime(TIME)
                .text(RpmText.SUMMARY, name)
                .text(RpmText.LICENSE, "MIT");
    }

    private void write(RpmRequest.Builder request) throws Exception {
        RpmRequest built = request.build();
        ArraySink sink = new ArraySink();
        RpmPlanner.plan(built, new RpmOptions(Codec.ZSTD, 3, 1 << 20)).writeTo(sink);
        files.put(built.name(), Files.write(folder.resolve(built.name() + ".rpm"), sink.toByteArray()));
    }

    /** The root that rpm makes, as lines. */
    private Map<String, String> theirs(List<String> options, String... packages) throws Exception {
        Path root = Files.createTempDirectory(folder, "root");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), PASSWD);
        Files.writeString(root.resolve("etc/group"), GROUP);
        List<String> command = new ArrayList<>(List.of(
                "rpm",
                "-i",
                "--root",
                root.toString(),
                "--dbpath",
                "/.db",
                "--nodeps",
                "--noscripts",
                "--nosignature",
                "--ignorearch",
                "--force-debian"));
        command.addAll(options);
        Arrays.stream(packages).forEach(name -> command.add(files.get(name).toString()));
        Oracle.run(folder, command.toArray(String[]::new));
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));
        Map<String, String> lines = new TreeMap<>();
        String listing = Oracle.run(
                root,
                "sh",
                "-c",
                "find . -mindepth 1 -not -path './.db*' -not -path './var*' -not -path './tmp*' -print0"
                        + " | xargs -0 stat -c '%n|%f|%u|%g|%Y|%t:%T|%h|%N'");
        for (String line : listing.split("\n")) {
            String[] parts = line.split("\\|");
            Path file = root.resolve(parts[0]);
            boolean regular = Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS);
            boolean directory = parts[1].startsWith("4");
            String capability = regular
                    ? Oracle.run(
                            root,
                            "sh",
                            "-c",
                            "getfattr -n security.capability -e hex --only-values " + parts[0] + " 2>/dev/null"
                                    + " | od -An -v -tx1 | tr -d ' \\n'")
                    : "";
            lines.put(
                    parts[0].substring(1),
                    String.join(
                            " ",
                            parts[1],
                            parts[2],
                            parts[3],
                            directory ? "-" : parts[4],
                            parts[5],
                            directory ? "-" : parts[6],
                            parts[1].startsWith("a") ? parts[7].replaceAll(".*-> '(.*)'", "$1") : "",
                            regular
                                    ? DigestAlgorithm.SHA256
                                            .of(Files.readAllBytes(file))
                                            .hex()
                                    : "",
                            capability));
        }
        query(root.resolve(".db").toString());
        return lines;
    }

    private String states = "";

    private void query(String database) throws Exception {
        states = Oracle.run(
                folder,
                "sh",
                "-c",
                "rpm -qa --dbpath '" + database + "' --qf '[%{=NAME} %{FILENAMES} %{FILESTATES}\\n]' | sort");
    }

    private List<PackageLayer> layers(RpmSpec spec, String... packages) throws Exception {
        List<PackageLayer> layers = new ArrayList<>();
        try (WorkPool pool = new WorkPool(2)) {
            ArtifactStore store = ArtifactStore.open(Files.createTempDirectory(folder, "store"));
            LayerBuilder builder = new LayerBuilder(
                    new EncoderPool(pool, new ErofsFormat(12, ErofsCompression.LZ4, 0, 65536)),
                    store,
                    VerityParameters.ofDefaults(new byte[] {1}),
                    List.of(),
                    spec);
            for (String name : packages) {
                byte[] bytes = Files.readAllBytes(files.get(name));
                layers.add(builder.build(DigestAlgorithm.SHA256.of(bytes), files.get(name))
                        .layer());
            }
        }
        return layers;
    }

    /** Our root of the same packages, as lines, and the states of our database. */
    private Map<String, String> ours(RpmSpec spec, String... packages) throws Exception {
        LayerMerge merge = new LayerMerge(List.of(), TIME);
        List<PackageLayer> layers = layers(spec, packages);
        FileTree merged = merge.merge(layers);
        FileTree.Builder accounts = merged.toBuilder()
                .file("/etc/passwd", Trees.FILE, Trees.utf8(PASSWD))
                .file("/etc/group", Trees.FILE, Trees.utf8(GROUP));
        FileTree tree = new OwnersTransform(merge.named()).apply(accounts.build());
        RpmSpec database = new RpmSpec(RpmDatabase.SQLITE, "/db", spec.excludeDocs(), spec.languages());
        FileTree withDatabase = new RpmDatabaseTransform(database, layers, merge.rpmFiles(), TIME).apply(tree);
        Path home = Files.createTempDirectory(folder, "db");
        Files.write(
                home.resolve("rpmdb.sqlite"),
                withDatabase.file("/db/rpmdb.sqlite").orElseThrow().content().readAll(1 << 26));
        query(home.toString());
        IdentityHashMap<Inode, Integer> links = new IdentityHashMap<>();
        tree.entries().values().forEach(inode -> links.merge(inode, 1, Integer::sum));
        Map<String, String> lines = new TreeMap<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            String path = entry.getKey().toString();
            if (!entry.getKey().isRoot()
                    && !path.equals("/etc/passwd")
                    && !path.equals("/etc/group")
                    && !path.matches("/s?bin|/lib.*|/usr/(sbin|lib.*)")) {
                lines.put(path, line(entry.getValue(), links.get(entry.getValue())));
            }
        }
        return lines;
    }

    private static String line(Inode inode, int links) throws Exception {
        int type = switch (inode.typeLetter()) {
            case 'd' -> 0040000;
            case 'l' -> 0120000;
            case 'c' -> 0020000;
            case 'b' -> 0060000;
            case 'p' -> 0010000;
            default -> 0100000;
        };
        boolean directory = inode instanceof Inode.Directory;
        byte[] capability = inode.attributes().xattrs().asMap().getOrDefault("security.capability", new byte[0]);
        return String.join(
                " ",
                Integer.toHexString(type | inode.attributes().mode()),
                "" + inode.attributes().uid(),
                "" + inode.attributes().gid(),
                directory ? "-" : "" + inode.attributes().mtimeSeconds(),
                inode instanceof Inode.Device device
                        ? String.format(Locale.ROOT, "%x:%x", device.major(), device.minor())
                        : "0:0",
                directory ? "-" : "" + links,
                inode instanceof Inode.Symlink link ? link.targetText() : "",
                inode instanceof Inode.RegularFile file
                        ? DigestAlgorithm.SHA256.of(file.content()).hex()
                        : "",
                HexFormat.of().formatHex(capability));
    }

    private void same(RpmSpec spec, List<String> options, String... packages) throws Exception {
        Map<String, String> theirs = theirs(options, packages);
        String theirStates = states;
        assertThat(ours(spec, packages)).isEqualTo(theirs);
        assertThat(states).isEqualTo(theirStates);
    }

    @Test
    void allTypesOfFiles_areAsRpmInstallsThem() throws Exception {
        same(RpmSpec.DEFAULT, List.of(), "full", "docs", "shared1", "shared2");
    }

    @Test
    void theOtherColour_isPreferred() throws Exception {
        same(RpmSpec.DEFAULT, List.of(), "lib32", "lib64");
        same(RpmSpec.DEFAULT, List.of(), "lib64", "lib32");
        assertThat(states).contains("lib32 /usr/bin/tool 4").contains("lib64 /usr/bin/tool 0");
    }

    @Test
    void documentationAndLanguages_areLeftOutAsByRpm() throws Exception {
        same(new RpmSpec(RpmDatabase.NONE, "/db", true, List.of()), List.of("--excludedocs"), "docs", "full");
        assertThat(states).contains("docs /usr/share/doc/docs/README 2").contains("COPYING 0");
        same(
                new RpmSpec(RpmDatabase.NONE, "/db", false, List.of("de", "pt_BR", "fr_CH")),
                List.of("--define", "_install_langs de:pt_BR:fr_CH"),
                "docs");
        same(
                new RpmSpec(RpmDatabase.NONE, "/db", true, List.of("pt")),
                List.of("--excludedocs", "--define", "_install_langs pt"),
                "docs");
    }

    @Test
    void conflicts_areThoseOfRpm() throws Exception {
        for (String[] pair : new String[][] {
            {"lib64", "plain"},
            {"shared1", "mode"},
            {"shared1", "owner"},
            {"shared1", "dirmode"},
            {"shared1", "dirowner"}
        }) {
            assertThatThrownBy(() -> theirs(List.of(), pair))
                    .hasMessageContaining("conflicts between attempted installs");
            assertThatThrownBy(() -> new LayerMerge(List.of(), TIME).merge(layers(RpmSpec.DEFAULT, pair)))
                    .as(String.join(" ", pair))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining(pair[1]);
        }
    }
}
