package dev.caisson.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What we read of packages that rpmbuild made is what rpm reads of them. */
@Tag("oracle")
class RpmOracleTest {
    @TempDir
    static Path folder;

    private static final Map<String, Path> PACKAGES = new HashMap<>();

    @BeforeAll
    static void build() throws Exception {
        Oracle.require("rpmbuild", "rpm");
        for (String payload : RpmBuild.PAYLOADS) {
            PACKAGES.put(payload, RpmBuild.full(folder, payload));
        }
    }

    static List<String> payloads() {
        return RpmBuild.PAYLOADS;
    }

    private static String query(Path file, String format) throws Exception {
        return new String(
                Oracle.run(folder, "rpm", "-qp", "--nosignature", "--qf", format, file.toString())
                        .getBytes(StandardCharsets.ISO_8859_1),
                StandardCharsets.UTF_8);
    }

    private static RpmPackage open(Path file) throws IOException {
        return RpmPackage.open(ByteSource.of(Files.readAllBytes(file)), RpmLimits.DEFAULT);
    }

    @Test
    void header_isWhatRpmReads() throws Exception {
        Path file = PACKAGES.get("w3.zstdio");
        RpmPackage rpm = open(file);
        assertThat(query(
                        file,
                        "%{NAME}|%{EPOCH}|%{VERSION}|%{RELEASE}|%{ARCH}|%{SUMMARY}|%{DESCRIPTION}|%{LICENSE}|%{URL}|%{VENDOR}"
                                + "|%{GROUP}|%{BUGURL}|%{SOURCERPM}|%{BUILDTIME}|%{BUILDHOST}|%{OPTFLAGS}|%{PLATFORM}|%{SIZE}"
                                + "|%{RPMVERSION}|%{OS}"))
                .isEqualTo(String.join(
                        "|",
                        rpm.name(),
                        "" + rpm.epoch().getAsLong(),
                        rpm.version(),
                        rpm.release(),
                        rpm.architecture(),
                        rpm.text(RpmText.SUMMARY),
                        rpm.text(RpmText.DESCRIPTION),
                        rpm.text(RpmText.LICENSE),
                        rpm.text(RpmText.URL),
                        rpm.text(RpmText.VENDOR),
                        rpm.text(RpmText.GROUP),
                        rpm.text(RpmText.BUG_URL),
                        rpm.text(RpmText.SOURCE_RPM),
                        "" + rpm.buildTimeSeconds().getAsLong(),
                        rpm.text(RpmText.BUILD_HOST),
                        rpm.text(RpmText.OPTFLAGS),
                        rpm.text(RpmText.PLATFORM),
                        "" + rpm.installedBytes().getAsLong(),
                        rpm.text(RpmText.RPM_VERSION),
                        rpm.text(RpmText.OS)));
        assertThat(rpm.nevra()).isEqualTo("full-3:1.2-4.x86_64");
        assertThat(rpm.format()).isEqualTo(RpmFormat.V4);
        assertThat(rpm.unknownFeatures()).isEmpty();
        assertThat(rpm.sysusers()).containsExactly("u alice - \"Alice\" -");
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void files_areWhatRpmReads(String payload) throws Exception {
        Path file = PACKAGES.get(payload);
        StringBuilder ours = new StringBuilder();
        RpmPackage rpm = open(file);
        for (RpmFile f : rpm.files()) {
            long nlink = f.isHardLinked()
                    ? rpm.files().stream()
                            .filter(o -> o.linkSet() == f.linkSet())
                            .count()
                    : 1;
            int rdev = f.deviceMajor() << 8 | f.deviceMinor();
            ours.append(String.format(
                    Locale.ROOT,
                    "%s|%o|%s|%s|%d|%d|%s|%s|%d|%d|%d|%d|%s|%s|%d%n",
                    f.path(),
                    f.type().bits() | f.mode(),
                    f.user(),
                    f.group(),
                    f.sizeBytes(),
                    f.mtimeSeconds(),
                    f.digest().map(Digest::hex).orElse(""),
                    new String(f.linkTarget(), StandardCharsets.UTF_8),
                    rdev,
                    f.flags(),
                    f.verifyFlags(),
                    f.color(),
                    f.languages(),
                    f.capabilities(),
                    f.isGhost() ? 1 : nlink));
        }
        String theirs = query(
                file,
                "[%{FILENAMES}|%{FILEMODES:octal}|%{FILEUSERNAME}|%{FILEGROUPNAME}|%{LONGFILESIZES}|%{FILEMTIMES}"
                        + "|%{FILEDIGESTS}|%{FILELINKTOS}|%{FILERDEVS}|%{FILEFLAGS}|%{FILEVERIFYFLAGS}|%{FILECOLORS}"
                        + "|%{FILELANGS}|%{FILECAPS}|%{FILENLINKS}\n]");
        assertThat(ours.toString()).isEqualTo(theirs);
    }

    @Test
    void dependencies_areWhatRpmReads() throws Exception {
        Path file = PACKAGES.get("w9.gzdio");
        RpmPackage rpm = open(file);
        for (DependencyKind kind : DependencyKind.values()) {
            String tag = kind.name().substring(0, kind.name().length() - 1);
            StringBuilder ours = new StringBuilder();
            for (RpmDependency d : rpm.dependencies(kind)) {
                ours.append(d.name())
                        .append('|')
                        .append(d.flags())
                        .append('|')
                        .append(d.version())
                        .append('\n');
                assertThat(d.toDependency()).isNotNull();
            }
            assertThat(ours.toString())
                    .isEqualTo(query(file, "[%{" + tag + "NAME}|%{" + tag + "FLAGS}|%{" + tag + "VERSION}\n]"));
        }
        StringBuilder requires = new StringBuilder();
        rpm.dependencies(DependencyKind.REQUIRES)
                .forEach(d -> requires.append(d).append('\n'));
        assertThat(requires.toString()).isEqualTo(query(file, "[%{REQUIRENEVRS}\n]"));
        assertThat(requires.toString()).contains("((a or b) if c else (d with e < 3))");
    }

    @Test
    void scriptletsAndTriggers_areWhatRpmReads() throws Exception {
        Path file = PACKAGES.get("w9.gzdio");
        RpmPackage rpm = open(file);
        StringBuilder ours = new StringBuilder();
        rpm.scriptlets()
                .forEach((kind, s) -> ours.append(kind.label())
                        .append('|')
                        .append(String.join(" ", s.interpreter()))
                        .append('|')
                        .append(s.body().isEmpty() ? "(none)" : s.body())
                        .append('|')
                        .append(s.flags() == 0 ? "(none)" : s.flags())
                        .append('\n'));
        StringBuilder format = new StringBuilder();
        for (String kind : List.of("PRETRANS", "PREIN", "POSTIN", "POSTTRANS", "PREUN", "POSTUN", "VERIFYSCRIPT")) {
            String label = kind.equals("PREIN") || kind.equals("POSTIN") ? kind.replace("IN", "") : kind;
            format.append(label.toLowerCase(Locale.ROOT))
                    .append("|[%{")
                    .append(kind)
                    .append("PROG} ]|%{")
                    .append(kind)
                    .append("}|%{")
                    .append(kind)
                    .append("FLAGS}\n");
        }
        assertThat(ours.toString()).isEqualTo(query(file, format.toString()).replace(" |", "|"));

        StringBuilder triggers = new StringBuilder();
        for (RpmTrigger t : rpm.triggers()) {
            triggers.append(t.label())
                    .append('|')
                    .append(String.join(" ", t.scriptlet().interpreter()))
                    .append('|');
            triggers.append(t.scriptlet().body())
                    .append('|')
                    .append(t.priority())
                    .append('|')
                    .append(t.conditions());
            triggers.append('\n');
        }
        assertThat(triggers.toString())
                .isEqualTo("triggerin|/bin/sh|echo trigger|0|[bar > 2, foo]\n"
                        + "triggerun|<lua>|print(1)|0|[baz]\n"
                        + "filetriggerin|/bin/sh|cat|500|[/etc, /usr/lib]\n"
                        + "transfiletriggerpostun|/bin/sh|true|1000000|[/usr/share/x]\n");
        assertThat(query(
                        file,
                        "[%{TRIGGERTYPE}|%{TRIGGERCONDS}\n][%{FILETRIGGERTYPE}|%{FILETRIGGERCONDS}\n]"
                                + "[%{TRANSFILETRIGGERTYPE}|%{TRANSFILETRIGGERCONDS}\n]"))
                .isEqualTo("in|bar > 2, foo\nun|baz\nin|/etc, /usr/lib\npostun|/usr/share/x\n");
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void payload_isWhatRpmUnpacks(String payload) throws Exception {
        Path file = PACKAGES.get(payload);
        Collected collected = new Collected();
        open(file).readPayload(collected, PayloadCheck.DIGESTS);

        Oracle.require("cpio", "cpio");
        Path out = Files.createDirectories(folder.resolve("out-" + payload));
        Path cpio = folder.resolve(payload + ".cpio");
        Process process = new ProcessBuilder("rpm2cpio", file.toString())
                .redirectOutput(cpio.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        Oracle.run(
                out,
                "cpio",
                "-idm",
                "--quiet",
                "--no-absolute-filenames",
                "-F",
                cpio.toString(),
                "./usr/*",
                "./etc/*",
                "./opt/*");
        for (Map.Entry<String, byte[]> e : collected.contents.entrySet()) {
            assertThat(e.getValue())
                    .as(e.getKey())
                    .isEqualTo(Files.readAllBytes(out.resolve(e.getKey().substring(1))));
        }
        assertThat(collected.log)
                .contains(
                        "b /dev/mydisk 8:17",
                        "c /dev/mynull 1:3",
                        "l /opt/s -> ../usr/bin/suid",
                        "p /opt/fifo",
                        "h /opt/a -> /opt/c",
                        "h /opt/b -> /opt/c",
                        "h /opt/e1 -> /opt/e2",
                        "d /var/lib/full")
                .noneMatch(line -> line.contains("ghost"));
        assertThat(collected.contents.get("/opt/c")).isEqualTo("link\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(Files.readAllBytes(out.resolve("opt/zeros"))).hasSize(100_000);
        assertThat(new ByteArrayInputStream(collected.contents.get("/opt/zeros")))
                .hasBinaryContent(new byte[100_000]);
    }

    @Test
    void everyTruncation_isReported() throws Exception {
        byte[] bytes = Files.readAllBytes(PACKAGES.get("w3.zstdio"));
        for (int length = 0; length < bytes.length; length += length < 400 ? 1 : 37) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RpmPackage.open(ByteSource.of(cut), RpmLimits.DEFAULT))
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void everyBitFlipOfTheHeaders_isReportedOrHarmless() throws Exception {
        byte[] bytes = Files.readAllBytes(PACKAGES.get("w3.zstdio"));
        RpmPackage whole = RpmPackage.open(ByteSource.of(bytes), RpmLimits.DEFAULT);
        int harmless = 0;
        for (int at = 0; at < whole.payloadOffset(); at++) {
            int bit = 1 << at * 7 % 8;
            bytes[at] ^= (byte) bit;
            try {
                RpmPackage rpm = RpmPackage.open(ByteSource.of(bytes), RpmLimits.DEFAULT);
                assertThat(rpm.header().bytes()).isEqualTo(whole.header().bytes());
                assertThat(rpm.files()).isEqualTo(whole.files());
                harmless++;
            } catch (FormatException e) {
                assertThat(e.structure()).isNotEmpty();
            }
            bytes[at] ^= (byte) bit;
        }
        // Lead, and what the signature header has besides digests of the header.
        assertThat(harmless).isLessThan((int) whole.header().fileOffset());
    }
}
