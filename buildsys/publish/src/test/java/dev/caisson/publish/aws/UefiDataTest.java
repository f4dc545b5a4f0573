package dev.caisson.publish.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.Guid;
import dev.caisson.compression.DeflateDecoder;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.secureboot.StoredVariable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UefiDataTest {
    private static final Instant TIME = Instant.parse("2026-02-03T04:05:06Z");

    private static List<StoredVariable> keys() throws Exception {
        return SecureBootKeys.generate(
                        new SecureBootKeys.Request(
                                "Test",
                                Guid.parse("11111111-2222-3333-4444-555555555555"),
                                2048,
                                TIME,
                                TIME.plusSeconds(86_400)),
                        new SecureRandom())
                .variables(TIME);
    }

    private static ByteBuffer content(String text) throws Exception {
        byte[] all = Base64.getDecoder().decode(text);
        ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        in.get(magic);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("AMZNUEFI");
        CRC32C crc = new CRC32C();
        crc.update(all, 12, all.length - 12);
        assertThat(in.getInt()).isEqualTo((int) crc.getValue());
        assertThat(in.getInt()).isZero();
        Inflater inflater = new Inflater();
        inflater.setInput(all, 16, all.length - 16);
        assertThat(inflater.inflate(new byte[1])).isZero();
        assertThat(inflater.needsDictionary()).isTrue();
        assertThat(inflater.getAdler()).isEqualTo(0x6bb7d9f7);
        inflater.end();
        // Nothing in the stream refers to the dictionary.
        Inflater bare = new Inflater(true);
        bare.setInput(all, 22, all.length - 22);
        byte[] out = new byte[1 << 16];
        int length = bare.inflate(out);
        assertThat(bare.finished()).isTrue();
        assertThat(bare.getRemaining()).isEqualTo(4);
        bare.end();
        byte[] exact = new byte[length];
        DeflateDecoder.decompress(false, all, 22, all.length - 22, exact);
        java.util.zip.Adler32 sum = new java.util.zip.Adler32();
        sum.update(exact);
        assertThat(ByteBuffer.wrap(all, all.length - 4, 4).getInt()).isEqualTo((int) sum.getValue());
        return ByteBuffer.wrap(exact).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void encodedVariables_areReadBackSorted() throws Exception {
        List<StoredVariable> variables = keys();
        ByteBuffer in = content(UefiData.encode(variables));
        assertThat(in.getLong()).isEqualTo(variables.size());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            byte[] name = new byte[(int) in.getLong()];
            in.get(name);
            byte[] data = new byte[(int) in.getLong()];
            in.get(data);
            byte[] guid = new byte[16];
            in.get(guid);
            int attributes = in.getInt();
            StoredVariable expected = variables.stream()
                    .filter(v -> v.name().equals(new String(name, StandardCharsets.UTF_8)))
                    .findFirst()
                    .orElseThrow();
            assertThat(data).isEqualTo(expected.data());
            assertThat(guid).isEqualTo(expected.vendor().stored());
            assertThat(attributes).isEqualTo(expected.attributes());
            if ((attributes & 0x20) != 0) {
                assertThat((int) in.getShort()).isIn(2026, 2010);
                in.position(in.position() + 14);
                assertThat(in.getLong()).isZero();
            }
            names.add(expected.name());
        }
        assertThat(in.hasRemaining()).isFalse();
        assertThat(names).containsExactly("CustomMode", "KEK", "PK", "SecureBootEnable", "db", "dbx");
    }

    @Test
    void sameVariables_giveTheSameText() throws Exception {
        List<StoredVariable> variables = keys();
        List<StoredVariable> reversed = new ArrayList<>(variables);
        java.util.Collections.reverse(reversed);
        assertThat(UefiData.encode(reversed)).isEqualTo(UefiData.encode(variables));
        assertThat(UefiData.encode(variables).length()).isLessThan(UefiData.MOST_CHARACTERS);
    }

    @Test
    void variableWithoutTime_isEncoded() throws Exception {
        StoredVariable flag = new StoredVariable("x", Guid.ZERO, 3, Optional.empty(), new byte[] {1});
        assertThat(content(UefiData.encode(List.of(flag))).remaining()).isEqualTo(8 + 8 + 1 + 8 + 1 + 16 + 4);
    }

    /** Debian package python3-virt-firmware (13 and newer) has another reader of the format. */
    @Test
    @Tag("oracle")
    void virtFwVars_readsIt(@TempDir Path folder) throws Exception {
        boolean there = List.of(System.getenv("PATH").split(java.io.File.pathSeparator)).stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path, "virt-fw-vars")));
        // Not in Debian 12, so its absence is no error.
        Assumptions.assumeTrue(there, "virt-fw-vars is not installed: Debian package python3-virt-firmware");
        Path file = Files.writeString(folder.resolve("vars.aws"), UefiData.encode(keys()));
        Process process = new ProcessBuilder("virt-fw-vars", "-i", file.toString(), "-p")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("SecureBootEnable", "KEK", "PK", "dbx");
    }
}
