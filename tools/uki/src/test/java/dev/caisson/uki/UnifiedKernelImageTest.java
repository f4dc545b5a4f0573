package dev.caisson.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.pe.OptionalHeader;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.SectionHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnifiedKernelImageTest {
    private static final String UKI_LINE =
            "uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/";
    private static final byte[] KERNEL = SyntheticPe.kernel(0x8664, true);

    private static UkiRequest request() {
        return UkiRequest.EMPTY
                .with(UkiSection.LINUX, ByteSource.of(KERNEL))
                .with(UkiSection.INITRD, ByteSource.of(new byte[3000]))
                .withText(UkiSection.SBAT, UKI_LINE)
                .withText(UkiSection.UNAME, "6.12.0")
                .withText(UkiSection.CMDLINE, "quiet roothash=00")
                .withText(UkiSection.OSREL, "ID=test\n");
    }

    private static byte[] bytes(UnifiedKernelImage image) throws IOException {
        ArraySink sink = new ArraySink();
        image.image().writeTo(sink);
        return sink.toByteArray();
    }

    @Test
    void assemble_orderAndContents_newStub() throws IOException {
        UnifiedKernelImage uki = UnifiedKernelImage.assemble(PeImage.read(SyntheticPe.stub257()), request());

        assertThat(uki.image().sections())
                .extracting(SectionHeader::name)
                .containsExactly(
                        ".text",
                        ".rodata",
                        ".data",
                        ".sbat",
                        ".sdmagic",
                        ".reloc",
                        ".osrel",
                        ".cmdline",
                        ".uname",
                        ".initrd",
                        ".linux");
        assertThat(uki.image().gapless()).isTrue();
        UnifiedKernelImage read = UnifiedKernelImage.read(ByteSource.of(bytes(uki)));
        assertThat(read.cmdline()).hasValue("quiet roothash=00");
        assertThat(read.content(UkiSection.CMDLINE).orElseThrow().size()).isEqualTo(17);
        assertThat(read.osRelease()).hasValue("ID=test\n");
        assertThat(read.linux().readAll(1 << 20)).isEqualTo(KERNEL);
        assertThat(read.initrd().orElseThrow().size()).isEqualTo(3000);
        assertThat(read.text(UkiSection.SBAT)).hasValue(SyntheticPe.SBAT + UKI_LINE + "\n");
        assertThat(bytes(UnifiedKernelImage.assemble(PeImage.read(SyntheticPe.stub257()), request())))
                .isEqualTo(bytes(uki));
    }

    @Test
    void assemble_sbatMoves_oldStub() throws IOException {
        String lines = UKI_LINE + "\nlinux,1,Example,linux,6.12,https://example.org/\n";
        UnifiedKernelImage uki = UnifiedKernelImage.assemble(
                PeImage.read(SyntheticPe.stub252()), request().withText(UkiSection.SBAT, lines));

        assertThat(uki.image().sections())
                .extracting(SectionHeader::name)
                .containsExactly(
                        ".text", ".dynsym", ".sdmagic", ".sbat", ".osrel", ".cmdline", ".uname", ".initrd", ".linux");
        assertThat(uki.text(UkiSection.SBAT)).hasValue(SyntheticPe.SBAT + lines);
        assertThat(uki.image().gapless()).isTrue();
    }

    @Test
    void assemble_noExecuteFollowsTheKernel() throws IOException {
        PeImage stub = PeImage.read(SyntheticPe.stub257());
        UkiRequest old = request().with(UkiSection.LINUX, ByteSource.of(SyntheticPe.kernel(0x8664, false)));

        assertThat(UnifiedKernelImage.assemble(stub, request())
                                .image()
                                .optionalHeader()
                                .dllCharacteristics()
                        & OptionalHeader.NX_COMPAT)
                .isNotZero();
        assertThat(UnifiedKernelImage.assemble(stub, old)
                                .image()
                                .optionalHeader()
                                .dllCharacteristics()
                        & OptionalHeader.NX_COMPAT)
                .isZero();
    }

    @Test
    void assemble_refusals() throws IOException {
        PeImage stub = PeImage.read(SyntheticPe.stub257());
        PeImage uki = UnifiedKernelImage.assemble(stub, request()).image();
        UkiRequest foreign = request().with(UkiSection.LINUX, ByteSource.of(SyntheticPe.kernel(0xaa64, true)));

        assertThatThrownBy(() -> UnifiedKernelImage.assemble(uki, request()))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThatThrownBy(() -> UnifiedKernelImage.assemble(stub, foreign))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThatThrownBy(() -> UnifiedKernelImage.assemble(stub, UkiRequest.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request().withText(UkiSection.CMDLINE, "a\nb"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request().withText(UkiSection.CMDLINE, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnifiedKernelImage.assemble(stub, request().withText(UkiSection.SBAT, "a,b")))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> UnifiedKernelImage.of(stub)).isInstanceOf(NotThisFormatException.class);
    }

    @Test
    void read_virtualSizeBeyondTheFile() throws IOException {
        byte[] bytes = bytes(UnifiedKernelImage.assemble(PeImage.read(SyntheticPe.stub257()), request()));
        // The last entry of the table is .linux; more memory than file would be measured as zeros.
        int entry = 0x40 + 24 + 240 + 10 * SectionHeader.SIZE;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(entry + 8, 0xc00 + 1);

        assertThatThrownBy(() -> UnifiedKernelImage.read(ByteSource.of(bytes)))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void stubVersion_ofSdmagic() throws IOException {
        byte[] stub = SyntheticPe.stub257();
        byte[] magic =
                "#### LoaderInfo: systemd-stub 257.9-1 ####".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        SectionHeader section = PeImage.read(stub).section(".sdmagic").orElseThrow();
        System.arraycopy(magic, 0, stub, (int) section.pointerToRawData(), magic.length);

        assertThat(UnifiedKernelImage.assemble(PeImage.read(stub), request()).stubVersion())
                .hasValue(257);
        assertThat(UnifiedKernelImage.assemble(PeImage.read(SyntheticPe.stub252()), request())
                        .stubVersion())
                .isEmpty();
    }

    @Test
    void pcr11_measuresWhatTheStubDoes() throws IOException {
        UnifiedKernelImage uki = UnifiedKernelImage.assemble(PeImage.read(SyntheticPe.stub257()), request());
        UnifiedKernelImage other = UnifiedKernelImage.assemble(
                PeImage.read(SyntheticPe.stub257()), request().withText(UkiSection.UNAME, "6.13.0"));

        Digest before = Pcr11.predict(uki, StubRules.SYSTEMD_257, List.of());
        assertThat(Pcr11.predict(uki, StubRules.SYSTEMD_257, List.of("sysinit")))
                .isNotEqualTo(before);
        assertThat(Pcr11.predict(other, StubRules.SYSTEMD_257, List.of())).isNotEqualTo(before);
        assertThat(Pcr11.predict(other, StubRules.SYSTEMD_252, List.of()))
                .isEqualTo(Pcr11.predict(uki, StubRules.SYSTEMD_252, List.of()));
    }

    @Test
    void hostile_bytesGiveFormatExceptions() throws IOException {
        byte[] original = bytes(UnifiedKernelImage.assemble(PeImage.read(SyntheticPe.stub257()), request()));
        Random random = new Random(11);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = Arrays.copyOf(original, round % 8 == 0 ? random.nextInt(original.length) : original.length);
            for (int i = 0; i < 3 && bytes.length > 0; i++) {
                bytes[random.nextInt(Math.min(bytes.length, 0x400))] = (byte) random.nextInt();
            }
            try {
                UnifiedKernelImage uki = UnifiedKernelImage.read(ByteSource.of(bytes));
                uki.cmdline();
                uki.stubVersion();
                Pcr11.predict(uki, StubRules.SYSTEMD_257, Pcr11.PHASES_WITH_INITRD);
            } catch (FormatException expected) {
                // reported
            }
        }
    }
}
