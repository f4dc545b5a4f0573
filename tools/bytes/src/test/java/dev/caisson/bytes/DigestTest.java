package dev.caisson.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);

    /** FIPS 180 and RFC 1321 examples. */
    @ParameterizedTest
    @CsvSource({
        "MD5, md5, 900150983cd24fb0d6963f7d28e17f72",
        "SHA1, sha1, a9993e364706816aba3e25717850c26c9cd0d89d",
        "SHA256, sha256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    })
    void vectors(DigestAlgorithm algorithm, String label, String hex) throws Exception {
        Digest digest = algorithm.of(ABC);
        assertThat(digest.hex()).isEqualTo(hex);
        assertThat(digest).hasToString(label + ":" + hex);
        assertThat(Digest.parse(label + ":" + hex)).isEqualTo(digest).hasSameHashCodeAs(digest);
        assertThat(algorithm.of(ByteSource.of(ABC))).isEqualTo(digest);
        assertThat(algorithm.sizeBytes()).isEqualTo(hex.length() / 2);
    }

    @ParameterizedTest
    @EnumSource
    void sources_hashLikeArrays(DigestAlgorithm algorithm) throws Exception {
        byte[] large = new byte[(2 << 20) + 17];
        new Random(1).nextBytes(large);
        assertThat(algorithm.of(ByteSource.of(large))).isEqualTo(algorithm.of(large));
        assertThat(algorithm.of(ByteSource.of(new byte[0]))).isEqualTo(algorithm.of(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256", ":00", "sha256:", "sha256:0", "sha256:zz", "sha3:00", "sha1:00"})
    void parse_refuses(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytes_areCopied() {
        byte[] raw = new byte[32];
        Digest digest = new Digest(DigestAlgorithm.SHA256, raw);
        raw[0] = 1;
        digest.bytes()[1] = 1;
        assertThat(digest.hex()).isEqualTo("00".repeat(32));
        assertThatThrownBy(() -> new Digest(DigestAlgorithm.SHA256, new byte[31]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void order_isByAlgorithmThenUnsignedBytes() {
        Digest low = Digest.sha256("7f" + "00".repeat(31));
        Digest high = Digest.sha256("80" + "00".repeat(31));
        assertThat(low).isLessThan(high);
        assertThat(DigestAlgorithm.SHA1.of(ABC)).isLessThan(low);
    }

    @Test
    void digestingSink_hashesWhatPasses() throws Exception {
        ArraySink target = new ArraySink();
        DigestingSink sink = new DigestingSink(target, DigestAlgorithm.SHA256);
        sink.write(ByteBuffer.wrap(ABC));
        sink.zeros(200_000);
        sink.write(ABC);
        assertThat(sink.position()).isEqualTo(200_006);
        assertThat(sink.digest()).isEqualTo(DigestAlgorithm.SHA256.of(target.toByteArray()));
        assertThat(target.toByteArray()).hasSize(200_006).startsWith(ABC).endsWith(ABC);
    }
}
