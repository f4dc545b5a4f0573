package dev.caisson.repository.rpmmd;

import static dev.caisson.repository.rpmmd.PackagesForTests.pkg;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.compression.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class RpmMdWriterTest {
    private static final Comps COMPS = new Comps(
            List.of(new Comps.Group(
                    "core",
                    "Core",
                    "What <everybody> needs",
                    true,
                    false,
                    List.of(
                            new Comps.Member("bash", Comps.Kind.MANDATORY, ""),
                            new Comps.Member("vim", Comps.Kind.DEFAULT, ""),
                            new Comps.Member("emacs", Comps.Kind.OPTIONAL, ""),
                            new Comps.Member("bash-doc", Comps.Kind.CONDITIONAL, "man")))),
            List.of(new Comps.Environment("minimal", "Minimal", List.of("core"), List.of("extra"))));
    private static final Advisory ADVISORY = new Advisory(
            "A-1",
            "security",
            "Critical",
            "stable",
            "a@example.org",
            "title & more",
            "2025-01-01",
            "2025-01-02",
            "text\nlines",
            List.of(new Advisory.Reference("cve", "CVE-2025-1", "https://example.org/", "t")),
            List.of(new Advisory.Update("bash", "1:5-2", "x86_64", "bash-5-2.x86_64.rpm")));

    @Test
    void everything_readBackTheSame() throws IOException {
        Random random = new Random(42);
        for (Codec codec : List.of(Codec.ZSTD, Codec.GZIP, Codec.NONE)) {
            List<RpmPackageMetadata> packages = new ArrayList<>();
            for (int i = 10; i < 60; i++) {
                packages.add(PackagesForTests.random(random, i));
            }
            RpmMdWriter.Options options = new RpmMdWriter.Options(codec, 1_700_000_000, 10, COMPS, List.of(ADVISORY));
            PackagesForTests.Served served = new PackagesForTests.Served(RpmMdWriter.write(packages, options));
            RpmMdRepository repository = served.repository(RpmMdSettings.of("r", 0));
            assertThat(repository.complete()).isEqualTo(packages);
            assertThat(repository.comps()).isEqualTo(COMPS);
            assertThat(repository.advisories()).containsExactly(ADVISORY);
            assertThat(repository.repomd().revision()).isEqualTo("1700000000");
            assertThat(repository.repomd().newestTimestamp()).isEqualTo(1_700_000_000);
            assertThat(repository.packages().size()).isEqualTo(50);
        }
    }

    @Test
    void order_doesNotMatter() {
        Random random = new Random(7);
        List<RpmPackageMetadata> packages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            packages.add(PackagesForTests.random(random, i));
        }
        RpmMdWriter.Options options = RpmMdWriter.Options.of(5);
        SortedMap<String, byte[]> first = RpmMdWriter.write(packages, options);
        Collections.shuffle(packages, random);
        SortedMap<String, byte[]> second = RpmMdWriter.write(packages, options);
        assertThat(second.keySet()).isEqualTo(first.keySet());
        first.forEach((path, bytes) -> assertThat(second.get(path)).isEqualTo(bytes));
    }

    @Test
    void requires_whatGoesWithoutSayingIsLeftOut() throws IOException {
        RpmPackageMetadata p = pkg(
                "a 1-1",
                "requires: rpmlib(FileDigests) <= 4.6.0-1",
                "requires: a = 0:1-1",
                "requires: /usr/bin/a",
                "requires: libc.so.6(GLIBC_2.4)(64bit)",
                "requires: b",
                "requires: libc.so.6(GLIBC_2.34)(64bit)",
                "requires: libc.so.6()(64bit)",
                "requires: b",
                "requires: (c if d)",
                "file: /usr/bin/a");
        RpmMdRepository repository = PackagesForTests.served(p).repository(RpmMdSettings.of("r", 0));
        assertThat(repository.complete().get(0).entries(RpmRelation.REQUIRES))
                .extracting(RpmEntry::toString)
                .containsExactly("b", "(c if d)", "libc.so.6(GLIBC_2.34)(64bit)");
    }

    @Test
    void changelogs_newestOnly() throws IOException {
        List<RpmChangelog> log = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            log.add(new RpmChangelog("a", i, "t" + i));
        }
        RpmMdRepository repository =
                PackagesForTests.served(pkg("a 1-1").withChangelogs(log)).repository(RpmMdSettings.of("r", 0));
        assertThat(repository.complete().get(0).changelogs()).isEqualTo(log.subList(5, 15));
    }

    @Test
    void files_areNamedByTheirDigest() {
        Map<String, byte[]> files = PackagesForTests.served(pkg("a 1-1")).files;
        assertThat(files.keySet()).hasSize(4).allMatch(path -> path.startsWith("repodata/"));
        assertThat(new String(files.get(RepomdFile.PATH), StandardCharsets.UTF_8))
                .contains("<data type=\"primary\">", "<revision>1700000000</revision>");
    }

    @Test
    void text_whatXmlCannotHoldIsLeftOut() {
        assertThat(new String(
                        new XmlText()
                                .text("a", "x\u0000\u0007\uFFFE\uD800y\r\n&<>\"")
                                .bytes(),
                        StandardCharsets.UTF_8))
                .endsWith("<a>xy&#13;\n&amp;&lt;&gt;&quot;</a>\n");
    }
}
