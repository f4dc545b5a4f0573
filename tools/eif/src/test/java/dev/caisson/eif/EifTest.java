package dev.caisson.eif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EifTest {
    static final EifMetadata METADATA =
            new EifMetadata("test", "1.2.3", "2023-11-14T22:13:20Z", "caisson", "0.1.0", "Test", "6.12.0");

    static byte[] resource(String name) throws IOException {
        try (InputStream in = EifTest.class.getResourceAsStream("/" + name)) {
            return in.readAllBytes();
        }
    }

    static dev.caisson.signing.EcdsaKey key() throws IOException {
        return dev.caisson.signing.EcdsaKey.ofPem(resource("eif.key"), resource("eif.pem"));
    }

    static EifPlan.Contents contents(int ramdisks) {
        Random random = new Random(9);
        List<ByteSource> disks = new java.util.ArrayList<>();
        for (int i = 0; i < ramdisks; i++) {
            disks.add(ByteSource.of(noise(random, 1_000 + 10 * i)));
        }
        return new EifPlan.Contents(
                false, ByteSource.of(noise(random, 5_000)), "console=ttyS0 reboot=k panic=30", disks, METADATA);
    }

    private static byte[] noise(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] write(EifPlan plan) throws IOException {
        ArraySink out = new ArraySink((int) plan.size());
        plan.writeTo(out);
        assertThat(out.position()).isEqualTo(plan.size());
        return out.toByteArray();
    }

    @Test
    void roundTrip() throws IOException {
        EifPlan plan = EifPlan.of(contents(2), Optional.of(key()));
        EifImage read = EifReader.read(ByteSource.of(write(plan)));
        assertThat(read.version()).isEqualTo(4);
        assertThat(read.aarch64()).isFalse();
        assertThat(read.sections().stream().map(EifSection::type))
                .containsExactly(
                        EifSection.Type.KERNEL,
                        EifSection.Type.CMDLINE,
                        EifSection.Type.METADATA,
                        EifSection.Type.RAMDISK,
                        EifSection.Type.RAMDISK,
                        EifSection.Type.SIGNATURE);
        assertThat(read.measurements()).isEqualTo(plan.measurements());
        assertThat(read.measurements().pcr8()).contains(EifMeasurements.ofCertificate(certificate()));
        assertThat(read.signature().orElseThrow().pcr0())
                .isEqualTo(plan.measurements().pcr0());
        assertThat(read.metadata().orElseThrow().string("ImageName")).isEqualTo("test");
    }

    private static byte[] certificate() throws IOException {
        return dev.caisson.signing.Pem.der(key().certificate());
    }

    @Test
    void sameBytes_signaturesToo() throws IOException {
        assertThat(write(EifPlan.of(contents(2), Optional.of(key()))))
                .isEqualTo(write(EifPlan.of(contents(2), Optional.of(key()))));
    }

    @Test
    void withoutSecondRamdisk_pcr2IsOfNothing() throws IOException {
        EifMeasurements measured = EifPlan.of(contents(1), Optional.empty()).measurements();
        assertThat(measured.pcr0()).isEqualTo(measured.pcr1());
        // The value that nitro-cli prints for an image with one ramdisk: SHA-384 of 48 zeros and SHA-384 of nothing.
        assertThat(measured.pcr2().hex())
                .isEqualTo("21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c"
                        + "10edb30948c90ba67310f7b964fc500a");
        assertThat(measured.pcr8()).isEmpty();
    }

    @Test
    void headerIsWhereTheSpecificationPutsIt() throws IOException {
        byte[] file = write(EifPlan.of(contents(1), Optional.empty()));
        assertThat(Arrays.copyOf(file, 8)).isEqualTo(HexFormat.of().parseHex("2e65696600040000"));
        assertThat(Arrays.copyOfRange(file, 24, 36)).isEqualTo(HexFormat.of().parseHex("000000040000000000000224"));
        assertThat(Arrays.copyOfRange(file, 284, 292)).isEqualTo(HexFormat.of().parseHex("0000000000001388"));
        assertThat(Arrays.copyOfRange(file, 548, 560)).isEqualTo(HexFormat.of().parseHex("000100000000000000001388"));
    }

    @Test
    void everyBitFlipIsReported() throws IOException {
        byte[] file = write(EifPlan.of(contents(1), Optional.of(key())));
        for (int at = 0; at < file.length; at++) {
            byte[] damaged = file.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            assertThat(catchThrowable(() -> EifReader.read(ByteSource.of(damaged))))
                    .as("byte %d", at)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void everyTruncationIsReported() throws IOException {
        byte[] file = write(EifPlan.of(contents(1), Optional.empty()));
        for (int length = 0; length < file.length; length += 13) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThat(catchThrowable(() -> EifReader.read(ByteSource.of(cut))))
                    .as("cut at %d", length)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void aSignatureOfOtherContentsIsReported() throws IOException {
        byte[] section = EifSignature.sign(
                key(), EifPlan.of(contents(1), Optional.empty()).measurements().pcr0());
        assertThat(EifSignature.verify(section).certificate()).isEqualTo(key().certificate());
        for (int at = 0; at < section.length; at += 3) {
            byte[] damaged = section.clone();
            damaged[at] ^= 1;
            try {
                // The end of a PEM text may hold a blank more; what was signed is the same then.
                assertThat(EifSignature.verify(damaged).pcr0())
                        .isEqualTo(EifSignature.verify(section).pcr0());
            } catch (FormatException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void wrongKeysAreRefused() throws IOException {
        byte[] key = resource("eif.key");
        byte[] other = resource("other.pem");
        assertThatThrownBy(() -> dev.caisson.signing.EcdsaKey.ofPem(key, other))
                .isInstanceOf(CorruptDataException.class);
        byte[] p256 = resource("p256.key");
        assertThatThrownBy(() -> dev.caisson.signing.EcdsaKey.ofPem(p256, other))
                .isInstanceOf(UnsupportedFeatureException.class);
    }
}
