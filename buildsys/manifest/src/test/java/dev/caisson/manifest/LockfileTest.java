package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockfileTest {
    private static LockedFile file(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        return new LockedFile(path, bytes.length, DigestAlgorithm.SHA256.of(bytes));
    }

    private static LockedPackage locked(String name) {
        return new LockedPackage(
                name, "1:2.3-4", "amd64", "debian", file("pool/" + name + ".deb"), "src", "2.3-4", "requested");
    }

    private static LockedArchitecture architecture(LockedPackage... packages) {
        LockedSuite suite = new LockedSuite(
                "trixie",
                file("dists/trixie/InRelease"),
                OptionalLong.of(1767225600L),
                List.of(file("dists/trixie/z"), file("dists/trixie/a")));
        return new LockedArchitecture(
                DigestAlgorithm.SHA256.of(new byte[0]),
                List.of(new LockedRepository("debian", List.of(suite))),
                List.of(packages));
    }

    private static Lockfile sample() {
        return Lockfile.empty()
                .with(Arch.AARCH64, architecture(locked("bash")))
                .with(Arch.X86_64, architecture(locked("zlib"), locked("bash")));
    }

    @Test
    void write_isDeterministicAndReadBack() throws Exception {
        Lockfile same = Lockfile.empty()
                .with(Arch.X86_64, architecture(locked("bash"), locked("zlib")))
                .with(Arch.AARCH64, architecture(locked("bash")));
        assertThat(sample().toBytes()).isEqualTo(same.toBytes());
        assertThat(Lockfile.parse(sample().toBytes())).isEqualTo(same);
        assertThat(new String(sample().toBytes(), StandardCharsets.UTF_8))
                .startsWith(
                        "{\n  \"schema\": 1,\n  \"architectures\": {\n    \"x86_64\": {\n      \"request\": \"sha256:e3b0c")
                .endsWith("}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "\"pool/bash.deb\" ~ \"pool/../../etc/passwd\" ~ a path inside the archive",
                "\"pool/bash.deb\" ~ \"/etc/passwd\" ~ a path inside the archive",
                "\"pool/bash.deb\" ~ \"C:/x\" ~ a path inside the archive",
                "\"repository\": \"debian\" ~ \"repository\": \"other\" ~ one of the lock's repositories",
                "\"size\": 13 ~ \"size\": -1 ~ expected 0 to",
                "\"size\": 13 ~ \"size\": 1.5 ~ an integer",
                "\"request\": \"sha256:e ~ \"request\": \"sha256:x ~ 64 hexadecimal digits",
                "\"reason\" ~ \"raeson\" ~ unknown member",
                "\"aarch64\" ~ \"arm64\" ~ x86_64 or aarch64",
                "\"name\": \"zlib\" ~ \"name\": \"bash\" ~ twice",
                "\"version\": \"1:2.3-4\" ~ \"version\": \"\" ~ is empty"
            })
    void parse_saysWhatIsWrong(String from, String to, String message) {
        String text = new String(sample().toBytes(), StandardCharsets.UTF_8);
        String changed = text.replace(from, to);
        assertThat(changed).isNotEqualTo(text);
        assertThatThrownBy(() -> Lockfile.parse(changed.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith("JSON object at line ")
                .hasMessageContaining(message);
    }

    @Test
    void parse_otherSchema() {
        byte[] bytes = "{\"schema\": 2, \"x\": 1}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Lockfile.parse(bytes)).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void parse_damage() {
        byte[] good =
                Lockfile.empty().with(Arch.X86_64, architecture(locked("bash"))).toBytes();
        for (int length = 0; length < good.length - 1; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> Lockfile.parse(cut)).isInstanceOf(FormatException.class);
        }
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(Lockfile.parse(flipped)).isNotNull();
            } catch (FormatException e) {
                assertThat(e.structure()).isNotEmpty();
            }
        }
    }

    @Test
    void request_followsWhatDecides(@TempDir Path folder) throws Exception {
        Path file = Manifests.write(folder, "a.yaml", Manifests.BASE);
        Path more = Manifests.write(folder, "b.yaml", Manifests.BASE.replace("- bash", "- bash\n  - vim"));
        Path hostname = Manifests.write(folder, "c.yaml", Manifests.BASE + "hostname: x\n");
        var request = Lockfile.request(Manifests.variant(file, Arch.X86_64));
        assertThat(Lockfile.request(Manifests.variant(hostname, Arch.X86_64))).isEqualTo(request);
        assertThat(Lockfile.request(Manifests.variant(more, Arch.X86_64))).isNotEqualTo(request);
        assertThat(Lockfile.request(Manifests.variant(file, Arch.AARCH64))).isNotEqualTo(request);
    }
}
