package dev.caisson.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.Codec;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.SignatureStatus;
import dev.caisson.openpgp.VerificationPolicy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpmPackageTest {
    private static RpmPackage open(byte[] bytes) throws Exception {
        return RpmPackage.open(ByteSource.of(bytes), RpmLimits.DEFAULT);
    }

    private static RpmVerification verify(RpmPackage rpm) throws Exception {
        return RpmVerifier.verify(rpm, new OpenPgpVerifier(Keyring.read(), VerificationPolicy.at(Instant.EPOCH)));
    }

    /** Removes a header's region, so that it is one of format 3. */
    private static byte[] withoutRegion(byte[] header) {
        ByteBuffer in = ByteBuffer.wrap(header);
        int il = in.getInt(8);
        int dl = in.getInt(12);
        return BinaryWriter.bigEndian(header.length)
                .bytes(RpmHeader.MAGIC)
                .u32(il - 1L)
                .u32(dl - 16L)
                .bytes(header, 32, header.length - 32 - 16)
                .toByteArray();
    }

    private static byte[] assemble(byte[] signature, byte[] header, byte[] payload) {
        return BinaryWriter.bigEndian(4096)
                .bytes(new RpmLead(3, false, "x").encode())
                .bytes(signature)
                .alignTo(8)
                .bytes(header)
                .bytes(payload)
                .toByteArray();
    }

    private static HeaderBuilder minimal() {
        return new HeaderBuilder()
                .string(RpmTag.NAME, "min")
                .string(RpmTag.VERSION, "1")
                .string(RpmTag.RELEASE, "2")
                .string(RpmTag.ARCH, "noarch")
                .string(RpmTag.SOURCERPM, "min.src.rpm");
    }

    private static HeaderBuilder oneFile(String path) {
        return minimal()
                .strings(RpmTag.OLDFILENAMES, List.of(path))
                .int32s(RpmTag.FILESIZES, 1)
                .int16s(RpmTag.FILEMODES, 0100644)
                .int32s(RpmTag.FILEMTIMES, 7)
                .strings(
                        RpmTag.FILEDIGESTS,
                        List.of(DigestAlgorithm.MD5.of(new byte[] {'x'}).hex()));
    }

    private static byte[] payload(String... names) throws Exception {
        dev.caisson.bytes.ArraySink sink = new dev.caisson.bytes.ArraySink();
        dev.caisson.archive.CpioStreamWriter cpio = new dev.caisson.archive.CpioStreamWriter(sink);
        for (String name : names) {
            cpio.newc(
                    name.getBytes(StandardCharsets.UTF_8),
                    1,
                    0100644,
                    1,
                    7,
                    0,
                    0,
                    1,
                    out -> out.write(new byte[] {'x'}));
        }
        cpio.end();
        return sink.toByteArray();
    }

    private static byte[] signed(byte[] header, byte[] payload) {
        byte[] both = BinaryWriter.bigEndian(64).bytes(header).bytes(payload).toByteArray();
        return new HeaderBuilder()
                .int32s(RpmTag.SIG_SIZE, both.length)
                .binary(RpmTag.SIG_MD5, DigestAlgorithm.MD5.of(both).bytes())
                .build(RpmTag.HEADER_SIGNATURES);
    }

    @Test
    void v3_oldFileNamesAndMd5() throws Exception {
        byte[] header = withoutRegion(oneFile("/usr/x").build(RpmTag.HEADER_IMMUTABLE));
        byte[] payload = payload("usr/x");
        byte[] bytes = assemble(withoutRegion(signed(header, payload)), header, payload);
        RpmPackage rpm = open(bytes);
        assertThat(rpm.format()).isEqualTo(RpmFormat.V3);
        assertThat(rpm.files()).extracting(RpmFile::toString).containsExactly("/usr/x");
        assertThat(rpm.files().get(0).user()).isEqualTo("root");
        Collected collected = new Collected();
        rpm.readPayload(collected, PayloadCheck.DIGESTS);
        assertThat(collected.contents.get("/usr/x")).isEqualTo(new byte[] {'x'});
        assertThat(verify(rpm).digests()).extracting(DigestCheck::name).containsExactly("header and payload md5");
        assertThat(verify(rpm).isIntact()).isTrue();
        for (int at = (int) rpm.header().fileOffset(); at < bytes.length; at++) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            try {
                assertThat(verify(open(flipped)).isIntact()).isFalse();
            } catch (FormatException e) {
                assertThat(e.structure()).isNotEmpty();
            }
        }
    }

    /** A v6 package with these signatures of its header, in base64. */
    static byte[] v6(boolean strayTag, String... signatures) throws Exception {
        byte[] payload = payload("usr/x");
        byte[] header = oneFileV6()
                .int64s(RpmTag.PAYLOADSIZE, payload.length)
                .string(RpmTag.PAYLOADSHA512, DigestAlgorithm.SHA512.of(payload).hex())
                .string(
                        RpmTag.PAYLOADSHA3_256,
                        DigestAlgorithm.SHA3_256.of(payload).hex())
                .string(
                        RpmTag.PAYLOADSHA512ALT,
                        DigestAlgorithm.SHA512.of(payload).hex())
                .build(RpmTag.HEADER_IMMUTABLE);
        HeaderBuilder signature = new HeaderBuilder()
                .string(RpmTag.SIG_SHA256, DigestAlgorithm.SHA256.of(header).hex())
                .string(RpmTag.SIG_SHA3_256, DigestAlgorithm.SHA3_256.of(header).hex())
                .strings(RpmTag.SIG_OPENPGP, List.of(signatures))
                .binary(999, new byte[100]);
        if (strayTag) {
            signature.int32s(RpmTag.SIG_SIZE, 1);
        }
        return assemble(signature.build(RpmTag.HEADER_SIGNATURES), header, payload);
    }

    private static HeaderBuilder oneFileV6() {
        return minimal()
                .int32s(RpmTag.RPMFORMAT, 6)
                .string(RpmTag.ENCODING, "utf-8")
                .strings(RpmTag.BASENAMES, List.of("x"))
                .strings(RpmTag.DIRNAMES, List.of("/usr/"))
                .int32s(RpmTag.DIRINDEXES, 0)
                .int64s(RpmTag.LONGFILESIZES, 1)
                .int16s(RpmTag.FILEMODES, 0100644)
                .int32s(RpmTag.FILEMTIMES, 7)
                .int32s(RpmTag.FILEDIGESTALGO, 12)
                .strings(
                        RpmTag.FILEDIGESTS,
                        List.of(DigestAlgorithm.SHA3_256.of(new byte[] {'x'}).hex()));
    }

    @Test
    void v6_digestsAndSeveralSignatures() throws Exception {
        // Two packets of an unknown version: reported as such.
        String unknown = Base64.getEncoder().encodeToString(new byte[] {(byte) 0xc2, 3, 9, 0, 0});
        RpmPackage rpm = open(v6(false, unknown, unknown));
        assertThat(rpm.format()).isEqualTo(RpmFormat.V6);
        RpmVerification verification = verify(rpm);
        assertThat(verification.isIntact()).isTrue();
        assertThat(verification.digests())
                .extracting(DigestCheck::name)
                .containsExactly("header sha3-256", "header sha256", "payload sha512", "payload sha3-256");
        assertThat(verification.signatures())
                .extracting(s -> s.check().status())
                .containsExactly(SignatureStatus.UNSUPPORTED, SignatureStatus.UNSUPPORTED);
        assertThat(verification.objections(SignaturePolicy.CHECK)).isEmpty();
        assertThat(verification.objections(SignaturePolicy.REQUIRE))
                .containsExactly("no good signature covers header and payload");
        rpm.readPayload(new Collected(), PayloadCheck.DIGESTS);
        assertThatThrownBy(() -> open(v6(true))).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> open(v6(false, "***not base64"))).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void everyTruncation_isReported() throws Exception {
        byte[] bytes = Samples.write(Samples.small(), Codec.ZSTD);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> open(cut)).isInstanceOf(FormatException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> open(longer)).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void everyBitFlip_isReportedOrHarmless() throws Exception {
        byte[] bytes = Samples.write(Samples.small(), Codec.NONE);
        RpmPackage whole = open(bytes);
        for (int at = 0; at < bytes.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                bytes[at] ^= (byte) (1 << bit);
                try {
                    RpmPackage rpm = open(bytes);
                    rpm.readPayload(new Collected(), PayloadCheck.DIGESTS);
                    assertThat((long) at).isLessThan(whole.header().fileOffset());
                    assertThat(rpm.files()).isEqualTo(whole.files());
                } catch (FormatException e) {
                    assertThat(e.structure()).isNotEmpty();
                }
                bytes[at] ^= (byte) (1 << bit);
            }
        }
    }

    /** Headers without digests, so that each mutation reaches the parser. */
    @Test
    void randomHeaders_giveFormatExceptionsOnly() throws Exception {
        RpmPlan plan = RpmPlanner.plan(Samples.full().build(), Samples.options(Codec.NONE));
        byte[] payload = {};
        byte[] signature = new HeaderBuilder()
                .binary(RpmTag.SIG_RESERVEDSPACE, new byte[8])
                .build(RpmTag.HEADER_SIGNATURES);
        byte[] good = assemble(signature, plan.header(), payload);
        int headerAt = good.length - plan.header().length;
        Random random = new Random(4);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                int region = random.nextInt(4) == 0 ? bytes.length - headerAt : Math.min(1600, bytes.length - headerAt);
                bytes[headerAt + random.nextInt(region)] = (byte) random.nextInt(256);
            }
            try {
                RpmPackage rpm = open(bytes);
                rpm.sysusers();
                rpm.readPayload(new Collected(), PayloadCheck.DIGESTS);
            } catch (FormatException e) {
                assertThat(e.structure()).isNotEmpty();
            }
        }
    }

    @Test
    void hugeLengths_allocateNothing() throws Exception {
        byte[] bytes = Samples.write(Samples.small(), Codec.ZSTD);
        for (int field : new int[] {96 + 8, 96 + 12}) {
            for (int value : new int[] {-1, Integer.MAX_VALUE, 0x0fffffff, 0xffff, 0}) {
                byte[] copy = bytes.clone();
                ByteBuffer.wrap(copy).putInt(field, value);
                assertThatThrownBy(() -> open(copy)).isInstanceOf(FormatException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "/a/../b", "/a/./b", "/.."})
    void badPaths_areRefused(String path) throws Exception {
        byte[] header = oneFile(path).build(RpmTag.HEADER_IMMUTABLE);
        byte[] payload = payload("x");
        assertThatThrownBy(() -> open(assemble(signed(header, payload), header, payload)))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void payload_mustBeTheHeadersFiles() throws Exception {
        byte[] header = oneFile("/usr/x").build(RpmTag.HEADER_IMMUTABLE);
        for (byte[] payload : List.of(payload(), payload("usr/y"), payload("usr/x", "usr/x"), payload("../usr/x"))) {
            RpmPackage rpm = open(assemble(signed(header, payload), header, payload));
            assertThatThrownBy(() -> rpm.readPayload(new Collected(), PayloadCheck.STRUCTURE))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("min-1-2.noarch");
        }
    }

    @Test
    void others_areNamed() {
        assertThatThrownBy(() -> open(new byte[200])).isInstanceOf(NotThisFormatException.class);
        byte[] payload = {};
        byte[] compressor = minimal().string(RpmTag.PAYLOADCOMPRESSOR, "lzop").build(RpmTag.HEADER_IMMUTABLE);
        assertThatThrownBy(() -> open(assemble(signed(compressor, payload), compressor, payload)))
                .isInstanceOf(UnsupportedFeatureException.class);
        byte[] delta = minimal().string(RpmTag.PAYLOADFORMAT, "drpm").build(RpmTag.HEADER_IMMUTABLE);
        assertThatThrownBy(() -> open(assemble(signed(delta, payload), delta, payload)))
                .isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void limits_hold() throws Exception {
        byte[] bytes = Samples.write(Samples.full().build(), Codec.ZSTD);
        RpmLimits d = RpmLimits.DEFAULT;
        for (RpmLimits limits : List.of(
                new RpmLimits(16, d.headerBytes(), d.entries(), d.arrayValues(), d.pathBytes(), d.payloadBytes(), 9),
                new RpmLimits(d.signatureBytes(), 99, d.entries(), d.arrayValues(), d.pathBytes(), d.payloadBytes(), 9),
                new RpmLimits(
                        d.signatureBytes(), d.headerBytes(), 9, d.arrayValues(), d.pathBytes(), d.payloadBytes(), 9),
                new RpmLimits(d.signatureBytes(), d.headerBytes(), d.entries(), 3, d.pathBytes(), d.payloadBytes(), 9),
                new RpmLimits(
                        d.signatureBytes(), d.headerBytes(), d.entries(), d.arrayValues(), 50, d.payloadBytes(), 9))) {
            assertThatThrownBy(() -> RpmPackage.open(ByteSource.of(bytes), limits))
                    .isInstanceOf(LimitExceededException.class);
        }
        RpmLimits small = new RpmLimits(
                d.signatureBytes(), d.headerBytes(), d.entries(), d.arrayValues(), d.pathBytes(), 1000, 9);
        RpmPackage rpm = RpmPackage.open(ByteSource.of(bytes), small);
        assertThatThrownBy(() -> rpm.readPayload(new Collected(), PayloadCheck.STRUCTURE))
                .isInstanceOf(LimitExceededException.class);
    }
}
