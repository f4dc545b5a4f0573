package dev.caisson.rpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.compression.Codec;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Files of more than 4 GiB, both ways. Takes minutes, so that it has to be asked for. */
@Tag("oracle")
@EnabledIfEnvironmentVariable(named = "CAISSON_LARGE_TESTS", matches = "1", disabledReason = "takes minutes")
class LargeFileOracleTest {
    private static final long SIZE = (4L << 30) + 100_000_001;

    @TempDir
    Path folder;

    private static final class Counting implements PayloadVisitor {
        private final List<String> seen = new ArrayList<>();

        @Override
        public void directory(RpmFile file) {
            seen.add("d " + file);
        }

        @Override
        public void file(RpmFile file, InputStream content) throws java.io.IOException {
            seen.add(file + " " + content.transferTo(java.io.OutputStream.nullOutputStream()));
        }

        @Override
        public void hardLink(RpmFile file, RpmFile existing) {
            seen.add(file + " = " + existing);
        }

        @Override
        public void symlink(RpmFile file) {
            seen.add("l " + file);
        }

        @Override
        public void special(RpmFile file) {
            seen.add("s " + file);
        }
    }

    @Test
    void rpmbuild_largeFile() throws Exception {
        Oracle.require("rpmbuild", "rpm");
        Path file = RpmBuild.build(folder, "large", "w1.zstdio", """
                Name: large
                Version: 1
                Release: 1
                Summary: large
                License: MIT
                BuildArch: noarch
                %%description
                large
                %%install
                mkdir -p %%{buildroot}/opt/d
                truncate -s %d %%{buildroot}/opt/large
                echo x > %%{buildroot}/opt/small; ln %%{buildroot}/opt/small %%{buildroot}/opt/zlink
                ln -s small %%{buildroot}/opt/link
                %%files
                /opt/*
                """.formatted(SIZE));
        check(file);
    }

    private static void check(Path file) throws Exception {
        try (FileSource source = FileSource.open(file)) {
            RpmPackage rpm = RpmPackage.open(source, RpmLimits.DEFAULT);
            Counting counting = new Counting();
            rpm.readPayload(counting, PayloadCheck.DIGESTS);
            assertThat(counting.seen)
                    .contains(
                            "/opt/large " + SIZE, "l /opt/link", "d /opt/d", "/opt/zlink 2", "/opt/small = /opt/zlink");
            assertThat(rpm.dependencies(DependencyKind.REQUIRES))
                    .anyMatch(d -> d.name().equals("rpmlib(LargeFiles)"));
        }
    }

    @Test
    void ours_isReadByRpm() throws Exception {
        Oracle.require("rpm2archive", "rpm");
        RpmFileRequest small = RpmFileRequest.regular(Samples.path("/opt/zlink"), 0644, 1, Samples.text("x\n"));
        RpmRequest request = RpmRequest.builder("large", "1", "1", "noarch")
                .file(RpmFileRequest.directory(Samples.path("/opt/d"), 0755, 1))
                .file(RpmFileRequest.regular(Samples.path("/opt/large"), 0644, 1, ByteSource.zeros(SIZE)))
                .file(RpmFileRequest.symlink(Samples.path("/opt/link"), 1, new byte[] {'s'}))
                .file(small)
                .file(RpmFileRequest.hardLink(Samples.path("/opt/small"), small))
                .build();
        Path file = folder.resolve("ours.rpm");
        try (FileSink sink = FileSink.create(file)) {
            RpmPlanner.plan(request, new RpmOptions(Codec.ZSTD, 1, 64 << 20)).writeTo(sink);
        }
        check(file);
        assertThat(Oracle.run(folder, "rpmkeys", "-Kv", file.toString())).contains("Payload SHA256 digest: OK");
        assertThat(Oracle.run(folder, "bash", "-c", "rpm2archive -n - < ours.rpm | tar -tv | sed 's/  */ /g'"))
                .contains(" " + SIZE + " ", "./opt/link -> s");
    }
}
