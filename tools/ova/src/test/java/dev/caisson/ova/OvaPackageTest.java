package dev.caisson.ova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OvaPackageTest {
    private static LocalSigningKey key;

    @BeforeAll
    static void makeKey() throws Exception {
        key = Certificates.selfSigned(
                Certificates.generateRsa(2048, new SecureRandom()),
                new CertificateSpec(
                        "CN=Publisher",
                        BigInteger.valueOf(9),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2036-01-01T00:00:00Z"),
                        CertificateSpec.Usage.AUTHORITY));
    }

    private static OvaDisk disk(String name, int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new OvaDisk(name, ByteSource.of(bytes), DigestAlgorithm.SHA256.of(bytes), 1L << 30, size);
    }

    private static final List<OvaDisk> DISKS = List.of(disk("h-disk1.vmdk", 1_000), disk("h-disk2.vmdk", 512));

    private static byte[] descriptor() {
        return OvfDescriptor.generate(
                new OvfMachine(
                        "host",
                        "p",
                        "1",
                        15,
                        1,
                        512,
                        OvfMachine.Controller.PVSCSI,
                        "VM Network",
                        Optional.empty(),
                        true,
                        List.of(
                                new OvfProperty("guestinfo.userdata", "u", "", "", false),
                                new OvfProperty("guestinfo.token", "t", "", "", true)),
                        Map.of()),
                DISKS);
    }

    private static byte[] archive(Optional<LocalSigningKey> signer) throws Exception {
        ArraySink out = new ArraySink();
        OvaPlan.of("h", descriptor(), DISKS, signer.map(k -> k), 5).writeTo(out);
        return out.toByteArray();
    }

    @Test
    void roundTrip() throws Exception {
        OvaPackage read = OvaPackage.open(ByteSource.of(archive(Optional.of(key))));
        read.verify();
        assertThat(read.descriptor()).isEqualTo(descriptor());
        assertThat(read.files().keySet()).containsExactly("h-disk1.vmdk", "h-disk2.vmdk");
        assertThat(read.files().get("h-disk2.vmdk").read(0, 512))
                .isEqualTo(DISKS.get(1).file().read(0, 512));
        assertThat(read.signer()).contains(key.certificate());
        assertThat(read.digests()).hasSize(3);
        assertThat(read.envelope().name()).isEqualTo("host");
        assertThat(read.envelope().networks()).containsExactly("VM Network");
        assertThat(read.envelope().property("guestinfo.token").orElseThrow().password())
                .isTrue();
        OvaPackage plain = OvaPackage.open(ByteSource.of(archive(Optional.empty())));
        assertThat(plain.signer()).isEmpty();
    }

    private static boolean reads(byte[] archive) throws Exception {
        try {
            OvaPackage.open(ByteSource.of(archive)).verify();
            return true;
        } catch (FormatException e) {
            return false;
        }
    }

    @Test
    void everyDamagedByte_isFoundOrHarmless() throws Exception {
        byte[] whole = archive(Optional.of(key));
        int harmless = 0;
        for (int at = 0; at < whole.length; at += 5) {
            whole[at] ^= 1 << at % 8;
            harmless += reads(whole) ? 1 : 0;
            whole[at] ^= 1 << at % 8;
        }
        // Only what fills up the last blocks of members, and the signature that the certificate itself bears, are not
        // covered by anything.
        assertThat(harmless).isLessThan(512);
        for (int length = 0; length < whole.length - 1024; length += 97) {
            assertThat(reads(Arrays.copyOf(whole, length))).isFalse();
        }
    }

    @Test
    void damagedDisk_isFoundByItsDigest() throws Exception {
        byte[] whole = archive(Optional.empty());
        whole[whole.length - 1024 - 100] ^= 1;
        OvaPackage read = OvaPackage.open(ByteSource.of(whole));
        assertThatThrownBy(read::verify)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("h-disk2.vmdk");
    }

    @Test
    void foreignDescriptors_areReadOrRefused() throws Exception {
        String envelope = "<Envelope xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\""
                + " xmlns:o=\"http://schemas.dmtf.org/ovf/envelope/1\">";
        assertThat(OvfEnvelope.parse(bytes(envelope
                                + "<VirtualSystem o:id=\"x\"><ProductSection o:class=\"c\" o:instance=\"1\">"
                                + "<Property o:key=\"k\" o:userConfigurable=\"true\"/></ProductSection></VirtualSystem>"
                                + "</Envelope>"))
                        .properties())
                .containsExactly(new OvfEnvelope.Property("c.k.1", false, true));
        for (String bad : List.of(
                "",
                "<a/>",
                envelope,
                envelope + "</Envelope>",
                "<!DOCTYPE a><a/>",
                envelope + "<VirtualSystem/><VirtualSystem/></Envelope>",
                envelope
                        + "<References><File o:href=\"a\"/><File"
                        + " o:href=\"a\"/></References><VirtualSystem/></Envelope>",
                envelope + "<References><File o:href=\"a\" o:size=\"-1\"/></References><VirtualSystem/></Envelope>")) {
            assertThatThrownBy(() -> OvfEnvelope.parse(bytes(bad))).as(bad).isInstanceOf(FormatException.class);
        }
        assertThatThrownBy(() -> OvfEnvelope.parse(bytes(envelope + "<VirtualSystemCollection/></Envelope>")))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThatThrownBy(() -> OvaPackage.open(ByteSource.of(new byte[2048])))
                .isInstanceOf(NotThisFormatException.class);
        // entities that grow without end are a document type, and that is refused
        byte[] descriptor = descriptor();
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = descriptor.clone();
            for (int k = 0; k <= random.nextInt(4); k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                OvfEnvelope.parse(damaged);
            } catch (FormatException e) {
                assertThat(e.structure()).startsWith("OVF");
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
