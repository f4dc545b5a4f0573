package dev.caisson.rpmdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.compression.Codec;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.Oracle;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmFileRequest;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmOptions;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmRecord;
import dev.caisson.rpm.RpmRequest;
import dev.caisson.rpm.RpmText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database is the one that rpm itself writes for the same packages, row by row and header by header. */
@Tag("oracle")
class RpmDatabaseOracleTest {
    private static final String SPEC = """
        Name: rich
        Epoch: 2
        Version: 1
        Release: 1
        Summary: Everything that is indexed
        License: MIT
        Group: Test/Group
        Requires: (x1 if y1), (x2 if y2 else z2), (a3 and b3), ((a4 or b4) and c4), p1 = 3
        Requires: (a5 if (d5 and e5) else f5), (a6 without b6 = 1), (a7 with (b7 or c7))
        Requires: (a8 if (b8 or (c8 or d8))), (a9 if /b9/file)
        Requires(pre): prea
        Requires(post): posta
        Requires(postun): postuna
        Requires(pre,postun): both
        Requires(posttrans): ptrans
        Conflicts: (x10 unless y10), (x11 unless y11 else z11), enemy < 3
        Obsoletes: older < 2
        Supplements: (s1 and s2)
        Recommends: rec
        Suggests: sug
        Enhances: enh
        %description
        d
        %install
        mkdir -p %{buildroot}/etc %{buildroot}/usr/share/rich
        echo a > %{buildroot}/etc/rich.conf; echo b > %{buildroot}/usr/share/rich/b
        %post
        echo
        %triggerin -- foo, bar > 2
        echo
        %triggerun -- foo
        echo
        %filetriggerin -- /usr/lib, /etc
        cat
        %filetriggerpostun -- /usr/lib
        cat
        %transfiletriggerin -- /usr/share
        cat
        %files
        %config /etc/rich.conf
        /usr/share/rich
        %ghost /etc/rich.ghost
        """;

    @TempDir
    static Path folder;

    private static Path theirs;
    private static Path ours;

    @BeforeAll
    static void build() throws Exception {
        Oracle.require("rpmbuild", "rpm");
        Oracle.require("sqlite3", "sqlite3");
        Map<String, Path> files = packages();
        theirs = Files.createDirectory(folder.resolve("theirs"));
        List<String> install = new ArrayList<>(List.of(
                "rpm",
                "-i",
                "--dbpath",
                theirs.toString(),
                "--justdb",
                "--nodeps",
                "--noscripts",
                "--notriggers",
                "--nosignature",
                "--ignorearch",
                "--force-debian"));
        files.values().forEach(file -> install.add(file.toString()));
        Oracle.run(folder, install.toArray(String[]::new));

        List<RpmDatabasePlanner.InstalledPackage> installed = new ArrayList<>();
        for (String line : sql(theirs, "select key from Name order by hnum").split("\n")) {
            String[] facts = query(theirs, "-q", "--qf", "%{INSTALLTIME} %{INSTALLTID} %{INSTALLCOLOR}", line)
                    .split(" ");
            RpmPackage rpm = RpmPackage.open(ByteSource.of(Files.readAllBytes(files.get(line))), RpmLimits.DEFAULT);
            RpmRecord record = RpmRecord.ofBytes(RpmRecord.of(rpm).toBytes(), RpmLimits.DEFAULT);
            assertThat(record.files()).isEqualTo(rpm.files());
            installed.add(new RpmDatabasePlanner.InstalledPackage(
                    record,
                    new RpmRecord.Installation(
                            Long.parseLong(facts[0]),
                            Long.parseLong(facts[1]),
                            Integer.parseInt(facts[2]),
                            Collections.nCopies(rpm.files().size(), RpmRecord.FileState.NORMAL))));
        }
        ours = Files.createDirectory(folder.resolve("ours"));
        try (FileSink sink = FileSink.create(ours.resolve("rpmdb.sqlite"))) {
            RpmDatabasePlanner.plan(installed).writeTo(sink);
        }
        ArraySink again = new ArraySink();
        RpmDatabasePlanner.plan(installed).writeTo(again);
        assertThat(Files.readAllBytes(ours.resolve("rpmdb.sqlite"))).isEqualTo(again.toByteArray());
    }

    /** One of rpmbuild, and enough of our own for trees of several levels and headers of many pages. */
    private static Map<String, Path> packages() throws Exception {
        Map<String, Path> files = new HashMap<>();
        Path spec = Files.writeString(folder.resolve("rich.spec"), SPEC);
        Oracle.run(
                folder,
                "rpmbuild",
                "-bb",
                "--target",
                "x86_64",
                "--define",
                "_topdir " + folder.resolve("top"),
                "--define",
                "_rpmdir " + folder,
                "--define",
                "_rpmfilename %%{NAME}.rpm",
                spec.toString());
        files.put("rich", folder.resolve("rich.rpm"));
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            String name = "p" + i;
            RpmRequest.Builder request = RpmRequest.builder(name, "1." + i, "1", i % 3 == 0 ? "noarch" : "x86_64")
                    .buildTime(1_700_000_000 + i)
                    .text(RpmText.SUMMARY, "Package " + i)
                    .text(RpmText.LICENSE, "MIT")
                    .dependency(DependencyKind.REQUIRES, new RpmDependency("p" + (i + 1) % 60, 0, ""))
                    .dependency(
                            DependencyKind.PROVIDES, new RpmDependency("virtual" + i % 7, RpmDependency.EQUAL, "" + i));
            int count = i == 7 ? 3000 : random.nextInt(30);
            for (int f = 0; f < count; f++) {
                request.file(RpmFileRequest.regular(
                        TreePath.of("/usr/share/" + name + "/d" + f % 9 + "/f" + random.nextInt(1 << 30)),
                        0644,
                        1_700_000_000,
                        ByteSource.of(("" + f).getBytes(StandardCharsets.UTF_8))));
            }
            ArraySink sink = new ArraySink();
            RpmPlanner.plan(request.build(), new RpmOptions(Codec.GZIP, 1, 1 << 20))
                    .writeTo(sink);
            files.put(name, Files.write(folder.resolve(name + ".rpm"), sink.toByteArray()));
        }
        return files;
    }

    private static String sql(Path database, String query) throws Exception {
        return Oracle.run(folder, "sqlite3", database.resolve("rpmdb.sqlite").toString(), query);
    }

    private static String query(Path database, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("rpm", "--dbpath", database.toString()));
        command.addAll(Arrays.asList(arguments));
        return Oracle.run(folder, command.toArray(String[]::new));
    }

    @Test
    void sqlite_findsNothingWrong() throws Exception {
        assertThat(sql(ours, "pragma integrity_check")).isEqualTo("ok\n");
        assertThat(sql(ours, "pragma foreign_key_check")).isEmpty();
    }

    @Test
    void schema_isRpms() throws Exception {
        String schema = "select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite_stat%'";
        assertThat(sql(ours, schema)).isEqualTo(sql(theirs, schema));
    }

    @Test
    void everyRow_isRpms() throws Exception {
        String tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
                + " and name <> 'Packages'";
        String[] names = sql(theirs, tables).split("\n");
        assertThat(names).hasSize(18);
        for (String table : names) {
            String rows = "select rowid, typeof(key), hex(key), hnum, idx from '" + table + "' order by rowid";
            assertThat(sql(ours, rows)).as(table).isEqualTo(sql(theirs, rows));
        }
        String headers = "select hnum, length(blob), hex(blob) from Packages order by hnum";
        assertThat(sql(ours, headers)).isEqualTo(sql(theirs, headers));
        assertThat(sql(ours, "select * from sqlite_sequence")).isEqualTo("Packages|61\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-qa", "-qal", "-q --whatprovides virtual3", "-q --whatrequires p1", "-q --requires rich",
                "-q --provides p8", "-qi p9", "-q --path /etc/rich.conf", "-q --scripts rich", "-q --triggers rich",
                "-qg Test/Group", "-qd rich", "-qc rich", "-qs p3", "-q --filetriggers rich",
                "-q --whatconflicts enemy", "-q --whatobsoletes older", "-q --whatrecommends rec", "-qa --last"
            })
    void rpm_answersAsFromItsOwn(String arguments) throws Exception {
        assertThat(sorted(query(ours, arguments.split(" ")))).isEqualTo(sorted(query(theirs, arguments.split(" "))));
    }

    private static List<String> sorted(String text) {
        return text.lines().sorted().toList();
    }

    @Test
    void rpm_refusesToEraseWhatIsNeeded_andErasesTheRest() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.copy(ours.resolve("rpmdb.sqlite"), copy.resolve("rpmdb.sqlite"));
        Oracle.run(
                folder,
                "sh",
                "-c",
                "! rpm --force-debian --dbpath '" + copy + "' -e --test p1 && rpm --force-debian" + " --dbpath '" + copy
                        + "' -e --test rich");
        query(copy, "--force-debian", "-e", "--justdb", "--noscripts", "--notriggers", "rich");
        assertThat(query(copy, "-qa")).doesNotContain("rich").contains("p59");
        assertThat(sql(copy, "pragma integrity_check")).isEqualTo("ok\n");
    }
}
