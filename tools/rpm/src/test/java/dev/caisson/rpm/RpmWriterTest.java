package dev.caisson.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.compression.Codec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RpmWriterTest {
    private static RpmPackage open(byte[] bytes) throws Exception {
        return RpmPackage.open(ByteSource.of(bytes), RpmLimits.DEFAULT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"NONE", "GZIP", "XZ", "ZSTD"})
    void write_roundTrip(Codec codec) throws Exception {
        RpmPlan plan = RpmPlanner.plan(Samples.full().build(), Samples.options(codec));
        byte[] bytes = Samples.bytes(plan);
        assertThat(bytes).hasSize((int) plan.size());
        RpmPackage rpm = open(bytes);
        assertThat(rpm.nevra()).isEqualTo("sample-2:1.2~rc1-3.fc40.x86_64");
        assertThat(rpm.compression()).isEqualTo(codec);
        assertThat(rpm.text(RpmText.DESCRIPTION)).isEqualTo("Two\nlines: äöü.");
        assertThat(rpm.isSource()).isFalse();
        assertThat(rpm.scriptlets()).isEqualTo(Samples.full().build().scriptlets());
        assertThat(rpm.triggers()).hasSize(2);
        assertThat(rpm.triggers().get(1).priority()).isEqualTo(500);
        assertThat(rpm.unknownFeatures()).isEmpty();
        Collected collected = new Collected();
        rpm.readPayload(collected, PayloadCheck.DIGESTS);
        assertThat(collected.contents.get("/opt/sample/z")).isEqualTo("linked\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(collected.contents.get("/opt/sample/zeros")).hasSize(300_000);
        assertThat(collected.log)
                .contains("h /opt/sample/a -> /opt/sample/z", "b /opt/sample/disk 8:17", "p /opt/sample/fifo")
                .noneMatch(line -> line.contains("ghost"));
        RpmFile capable = rpm.files().stream()
                .filter(file -> file.path().toString().endsWith("capable"))
                .findFirst()
                .orElseThrow();
        assertThat(capable.user()).isEqualTo("daemon");
        assertThat(capable.capabilities()).isEqualTo("cap_net_raw,cap_net_admin=ep");
        assertThat(capable.digest())
                .isEqualTo(Optional.of(DigestAlgorithm.SHA256.of("caps\n".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void write_impliedRelations() throws Exception {
        RpmPackage rpm = open(Samples.write(Samples.full().build(), Codec.ZSTD));
        assertThat(rpm.dependencies(DependencyKind.PROVIDES))
                .extracting(RpmDependency::toString)
                .containsExactly(
                        "config(sample) = 2:1.2~rc1-3.fc40",
                        "sample = 2:1.2~rc1-3.fc40",
                        "sample(x86-64) = 2:1.2~rc1-3.fc40",
                        "virtual = 1");
        assertThat(rpm.dependencies(DependencyKind.REQUIRES))
                .extracting(RpmDependency::name)
                .contains(
                        "/bin/sh",
                        "/sbin/ldconfig",
                        "config(sample)",
                        "rpmlib(BuiltinLuaScripts)",
                        "rpmlib(FileCaps)",
                        "rpmlib(PayloadIsZstd)",
                        "rpmlib(RichDependencies)",
                        "rpmlib(ScriptletExpansion)",
                        "rpmlib(ScriptletInterpreterArgs)",
                        "rpmlib(TildeInVersions)");
    }

    @Test
    void write_deterministic() throws Exception {
        RpmRequest request = Samples.full().build();
        RpmPlan plan = RpmPlanner.plan(request, RpmOptions.DEFAULT);
        byte[] once = Samples.bytes(plan);
        assertThat(Samples.bytes(plan)).isEqualTo(once);
        // Compressed again instead of kept.
        RpmPlan lean = RpmPlanner.plan(request, new RpmOptions(Codec.ZSTD, 19, 10));
        assertThat(Samples.bytes(lean)).isEqualTo(once);
        RpmRequest shuffled = new RpmRequest(
                request.name(),
                request.epoch(),
                request.version(),
                request.release(),
                request.architecture(),
                request.buildTimeSeconds(),
                request.texts(),
                reversed(request.files()),
                request.dependencies(),
                request.scriptlets(),
                request.triggers());
        assertThat(Samples.bytes(RpmPlanner.plan(shuffled, RpmOptions.DEFAULT))).isEqualTo(once);
    }

    private static List<RpmFileRequest> reversed(List<RpmFileRequest> files) {
        List<RpmFileRequest> copy = new java.util.ArrayList<>(files);
        java.util.Collections.reverse(copy);
        return copy;
    }

    /** A golden digest: it moves only on purpose. */
    @Test
    void write_golden() throws Exception {
        Digest digest = DigestAlgorithm.SHA256.of(Samples.write(Samples.small(), Codec.NONE));
        assertThat(digest.hex()).isEqualTo("c2e8938e419272e366c4b46ae281143b448b55f8316f2e617c757a4fe54633d7");
    }

    @Test
    void write_withoutFiles() throws Exception {
        RpmPackage rpm = open(
                Samples.write(RpmRequest.builder("meta", "1", "1", "noarch").build(), Codec.ZSTD));
        assertThat(rpm.files()).isEmpty();
        rpm.readPayload(new Collected(), PayloadCheck.DIGESTS);
    }

    @Test
    void write_largeFile_takesTheStrippedFormat() throws Exception {
        RpmRequest request = RpmRequest.builder("large", "1", "1", "noarch")
                .file(RpmFileRequest.regular(Samples.path("/large"), 0644, 0, Samples.text("x")))
                .file(RpmFileRequest.symlink(Samples.path("/link"), 0, new byte[] {'x'}))
                .build();
        List<PlannedFile> files = List.of(
                new PlannedFile(
                        request.files().get(0),
                        1,
                        1,
                        true,
                        request.files().get(0).content()),
                new PlannedFile(request.files().get(1), 2, 1, true, ByteSource.of(new byte[0])));
        PayloadWriter writer = new PayloadWriter(files, true, Samples.options(Codec.NONE));
        ArraySink sink = new ArraySink();
        writer.writeTo(sink);
        assertThat(new String(sink.toByteArray(), StandardCharsets.ISO_8859_1))
                .startsWith("07070X00000000\0\0x\0\0\0" + "07070X00000001\0\0x\0\0\0" + "07070100000000");
    }

    @Test
    void contradictions_areRefused() {
        RpmFileRequest file = RpmFileRequest.regular(Samples.path("/a"), 0644, 0, Samples.text("x"));
        refused(file, file);
        refused(file, RpmFileRequest.regular(Samples.path("/a/b"), 0644, 0, Samples.text("x")));
        refused(RpmFileRequest.hardLink(Samples.path("/b"), file));
        refused(file.withFlags(RpmFile.GHOST));
        refused(file.withCapabilities("cap_net_raw"));
        assertThatThrownBy(() -> RpmRequest.builder("a b", "1", "1", "noarch").build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(RpmFileRequest... files) {
        RpmRequest.Builder builder = RpmRequest.builder("bad", "1", "1", "noarch");
        for (RpmFileRequest file : files) {
            builder.file(file);
        }
        assertThatThrownBy(() -> RpmPlanner.plan(builder.build(), RpmOptions.DEFAULT))
                .isInstanceOf(CorruptDataException.class);
    }
}
