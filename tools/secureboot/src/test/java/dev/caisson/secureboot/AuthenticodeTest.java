package dev.caisson.secureboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.WinCertificate;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuthenticodeTest {
    private static final List<X509Certificate> DB =
            List.of(TestKeys.KEYS.database().certificate());

    static byte[] bytes(PeImage image) throws IOException {
        ArraySink sink = new ArraySink();
        image.writeTo(sink);
        return sink.toByteArray();
    }

    @Test
    void sign_acceptedAndDeterministic() throws IOException {
        PeImage image = PeImage.read(SyntheticPe.stub257());
        PeImage signed = AuthenticodeSigner.sign(image, TestKeys.KEYS.database());

        assertThat(bytes(AuthenticodeSigner.sign(image, TestKeys.KEYS.database())))
                .isEqualTo(bytes(signed));
        assertThat(signed.optionalHeader().checkSum()).isEqualTo(signed.computeCheckSum());
        AuthenticodeReport report = AuthenticodeVerifier.verify(PeImage.read(bytes(signed)), DB);
        assertThat(report.accepted()).isTrue();
        assertThat(report.signatures()).hasSize(1);
        assertThat(report.signatures().get(0).signer()).hasValue(DB.get(0));
        assertThat(AuthenticodeVerifier.verify(image, DB).signed()).isFalse();
        assertThat(AuthenticodeVerifier.verify(
                                signed, List.of(TestKeys.KEYS.platformKey().certificate()))
                        .accepted())
                .isFalse();
    }

    @Test
    void sign_throughAnIssuedCertificate_andWithTime() throws IOException {
        PeImage image = PeImage.read(SyntheticPe.stub252());
        PeImage signed = AuthenticodeSigner.sign(image, TestKeys.LEAF, Optional.of(TestKeys.TIME));

        AuthenticodeReport report = AuthenticodeVerifier.verify(signed, DB);
        assertThat(report.accepted()).isTrue();
        assertThat(report.signatures().get(0).path()).hasValue(TestKeys.LEAF.certificates());
        assertThat(bytes(signed)).isNotEqualTo(bytes(AuthenticodeSigner.sign(image, TestKeys.LEAF)));
    }

    @Test
    void sign_appends() throws IOException {
        PeImage odd = PeImage.read(Arrays.copyOf(SyntheticPe.stub257(), SyntheticPe.stub257().length + 5));
        PeImage once = AuthenticodeSigner.sign(odd, TestKeys.KEYS.platformKey());
        PeImage twice = AuthenticodeSigner.sign(once, TestKeys.KEYS.database());

        AuthenticodeReport report = AuthenticodeVerifier.verify(twice, DB);
        assertThat(report.signatures())
                .extracting(AuthenticodeReport.Signature::accepted)
                .containsExactly(false, true);
        assertThat(report.signatures()).allMatch(AuthenticodeReport.Signature::digestMatches);
    }

    @Test
    void verify_flippedBytesOutsideOfTheSignatureAreNoticed() throws IOException {
        PeImage signed = AuthenticodeSigner.sign(PeImage.read(SyntheticPe.stub252()), TestKeys.KEYS.database());
        byte[] bytes = bytes(signed);
        for (int at = 0; at < signed.contentEnd(); at += at < 0x400 ? 1 : 3) {
            if (at >= signed.checkSumOffset() && at < signed.checkSumOffset() + 4) {
                continue;
            }
            bytes[at] ^= 1;
            try {
                assertThat(AuthenticodeVerifier.verify(PeImage.read(bytes.clone()), DB)
                                .accepted())
                        .as("byte %d", at)
                        .isFalse();
            } catch (FormatException expected) {
                // reported
            }
            bytes[at] ^= 1;
        }
    }

    @Test
    void verify_damagedSignatures() throws IOException {
        PeImage signed = AuthenticodeSigner.sign(PeImage.read(SyntheticPe.stub252()), TestKeys.KEYS.database());
        byte[] original = bytes(signed);
        Random random = new Random(2);
        for (int round = 0; round < 600; round++) {
            byte[] bytes = original.clone();
            int at = (int) signed.contentEnd() + random.nextInt((int) (bytes.length - signed.contentEnd()));
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            try {
                AuthenticodeVerifier.verify(PeImage.read(bytes), DB);
            } catch (FormatException expected) {
                // reported
            }
        }
        PeImage noise = signed.withCertificates(
                List.of(new WinCertificate(0x200, 1, new byte[8]), WinCertificate.authenticode(new byte[100])));
        assertThat(AuthenticodeVerifier.verify(noise, DB).signatures())
                .hasSize(2)
                .noneMatch(AuthenticodeReport.Signature::accepted);
    }

    @Test
    void sign_refusesGaps() throws IOException {
        byte[] bytes = SyntheticPe.stub257();
        // The first entry of the section table: .text loses its last 512 bytes in the file.
        int rawSize = 0x40 + 24 + 240 + 16;
        bytes[rawSize + 1] = (byte) (bytes[rawSize + 1] - 2);

        assertThatThrownBy(() -> AuthenticodeSigner.sign(PeImage.read(bytes), TestKeys.KEYS.database()))
                .isInstanceOf(UnsupportedFeatureException.class);
    }
}
