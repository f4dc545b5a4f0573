package dev.caisson.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.fixture.SyntheticPe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeImageTest {
    private static byte[] bytes(PeImage image) throws IOException {
        ArraySink sink = new ArraySink();
        image.writeTo(sink);
        return sink.toByteArray();
    }

    private static ByteSource text(String text) {
        return ByteSource.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String contents(PeImage image, String name) throws IOException {
        ByteSource content = image.contents(image.section(name).orElseThrow());
        return new String(content.readAll(1 << 20), StandardCharsets.US_ASCII);
    }

    @Test
    void read_headersAndSections() throws IOException {
        PeImage image = PeImage.read(SyntheticPe.stub257());

        assertThat(image.optionalHeader().imageBase()).isEqualTo(0x14df90000L);
        assertThat(image.optionalHeader().subsystem()).isEqualTo(OptionalHeader.SUBSYSTEM_EFI_APPLICATION);
        assertThat(image.optionalHeader().majorImageVersion()).isEqualTo(257);
        assertThat(image.coffHeader().machine()).isEqualTo(CoffHeader.MACHINE_AMD64);
        assertThat(image.sections())
                .extracting(SectionHeader::name)
                .containsExactly(".text", ".rodata", ".data", ".sbat", ".sdmagic", ".reloc");
        assertThat(contents(image, ".sbat")).isEqualTo(SyntheticPe.SBAT);
        assertThat(image.gapless()).isTrue();
        assertThat(image.certificates()).isEmpty();
    }

    @Test
    void sectionHeader_bytes() {
        byte[] bytes =
                new SectionHeader(".linux", 0x01020304, 0x11121314, 0x21222324, 0x31323334, 0x60000020L).encode();

        assertThat(bytes).isEqualTo(new byte[] {
            '.', 'l', 'i', 'n', 'u', 'x', 0, 0, 4, 3, 2, 1, 0x14, 0x13, 0x12, 0x11, 0x24, 0x23, 0x22, 0x21, 0x34, 0x33,
            0x32, 0x31, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0x60
        });
    }

    @Test
    void withSections_placesBehindEverything() throws IOException {
        PeImage image = PeImage.read(SyntheticPe.stub257());
        PeImage edited = image.withSections(
                List.of(NewSection.text(".cmdline", "quiet"), NewSection.code(".linux", ByteSource.zeros(5000))));

        SectionHeader cmdline = edited.section(".cmdline").orElseThrow();
        SectionHeader linux = edited.section(".linux").orElseThrow();
        assertThat(cmdline.virtualAddress()).isEqualTo(0x7000);
        assertThat(cmdline.virtualSize()).isEqualTo(5);
        assertThat(cmdline.sizeOfRawData()).isEqualTo(512);
        assertThat(cmdline.pointerToRawData()).isEqualTo(image.size());
        assertThat(linux.virtualAddress()).isEqualTo(0x8000);
        assertThat(linux.sizeOfRawData()).isEqualTo(5120);
        assertThat(edited.optionalHeader().sizeOfImage()).isEqualTo(0xa000);
        assertThat(edited.optionalHeader().sizeOfInitializedData()).isEqualTo(0x600);
        assertThat(edited.size()).isEqualTo(image.size() + 512 + 5120);
        assertThat(edited.gapless()).isTrue();
        assertThat(contents(edited, ".cmdline")).isEqualTo("quiet");
        assertThat(contents(edited, ".text")).isEqualTo(contents(image, ".text"));
        assertThat(edited.optionalHeader().checkSum()).isEqualTo(edited.computeCheckSum());
        assertThat(bytes(edited)).isEqualTo(bytes(edited)).hasSize((int) edited.size());
    }

    @Test
    void withSections_oldStubGetsPages() throws IOException {
        PeImage edited =
                PeImage.read(SyntheticPe.stub252()).withSections(List.of(NewSection.text(".cmdline", "quiet")));

        assertThat(edited.section(".cmdline").orElseThrow().virtualAddress()).isEqualTo(0xa000);
    }

    @Test
    void withSections_noRoom() throws IOException {
        PeImage image = PeImage.read(SyntheticPe.stub252());
        List<NewSection> many = java.util.Collections.nCopies(20, NewSection.text(".x", "y"));

        assertThatThrownBy(() -> image.withSections(many))
                .isInstanceOfSatisfying(
                        UnsupportedFeatureException.class,
                        e -> assertThat(e.structure()).isEqualTo("section table"));
    }

    @Test
    void withSections_dataInTheWay() throws IOException {
        byte[] bytes = SyntheticPe.stub257();
        bytes[0x500] = 1;

        PeImage image = PeImage.read(bytes);
        assertThat(image.withSections(List.of(NewSection.text(".a", "1"))).sections())
                .hasSize(7);
        assertThatThrownBy(() -> image.withSections(java.util.Collections.nCopies(22, NewSection.text(".a", "1"))))
                .isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void withSections_symbolTableIsDropped_otherTailRefused() throws IOException {
        byte[] stub = SyntheticPe.stub257();
        byte[] symbols = Arrays.copyOf(stub, stub.length + 18 + 8);
        symbols[stub.length] = 'a';
        symbols[stub.length + 18] = 8;
        symbols[stub.length + 25] = 'z';
        byte[] unknown = symbols.clone();
        java.nio.ByteBuffer.wrap(symbols)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(0x40 + 12, stub.length)
                .putInt(0x40 + 16, 1);
        List<NewSection> added = List.of(NewSection.text(".a", "1"));

        PeImage edited = PeImage.read(symbols).withSections(added);
        assertThat(edited.coffHeader().numberOfSymbols()).isZero();
        assertThat(bytes(edited)).isEqualTo(bytes(PeImage.read(stub).withSections(added)));
        assertThatThrownBy(() -> PeImage.read(unknown).withSections(added))
                .isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void withSectionContent_inPlaceWhenItFits() throws IOException {
        PeImage image = PeImage.read(SyntheticPe.stub257());
        PeImage edited = image.withSectionContent(".sbat", text("short"));

        assertThat(edited.size()).isEqualTo(image.size());
        assertThat(contents(edited, ".sbat")).isEqualTo("short");
        assertThat(contents(edited, ".sdmagic")).isEqualTo(contents(image, ".sdmagic"));
        assertThat(edited.section(".sbat").orElseThrow().virtualAddress()).isEqualTo(0x4000);
    }

    @Test
    void withSectionContent_movesWhenTheNextSectionIsNear() throws IOException {
        PeImage image = PeImage.read(SyntheticPe.stub252());
        PeImage edited = image.withSectionContent(".sbat", text("y".repeat(300)));

        assertThat(edited.sections())
                .extracting(SectionHeader::name)
                .containsExactly(".text", ".dynsym", ".sdmagic", ".sbat");
        assertThat(contents(edited, ".sbat")).isEqualTo("y".repeat(300));
        assertThat(contents(edited, ".dynsym")).isEqualTo(contents(image, ".dynsym"));
        assertThat(contents(edited, ".sdmagic")).isEqualTo(contents(image, ".sdmagic"));
        assertThat(edited.gapless()).isTrue();
    }

    @Test
    void withCertificates_paddedAndReadBack() throws IOException {
        byte[] odd = Arrays.copyOf(SyntheticPe.stub257(), SyntheticPe.stub257().length + 3);
        List<WinCertificate> certificates =
                List.of(WinCertificate.authenticode(new byte[] {1, 2, 3}), WinCertificate.authenticode(new byte[16]));
        PeImage signed = PeImage.read(odd).withCertificates(certificates);

        assertThat(signed.certificates()).isEqualTo(certificates);
        assertThat(signed.contentEnd()).isEqualTo(odd.length + 5);
        assertThat(signed.size()).isEqualTo(signed.contentEnd() + 16 + 24);
        assertThat(signed.optionalHeader().checkSum()).isEqualTo(signed.computeCheckSum());
        assertThat(signed.withoutCertificates().certificates()).isEmpty();
        assertThat(signed.withoutCertificates().size()).isEqualTo(odd.length + 5);
        assertThatThrownBy(() -> signed.withSections(List.of(NewSection.text(".a", "b"))))
                .isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void read_certificateTableNotLast() throws IOException {
        byte[] signed = bytes(PeImage.read(SyntheticPe.stub257())
                .withCertificates(List.of(WinCertificate.authenticode(new byte[8]))));

        assertThatThrownBy(() -> PeImage.read(Arrays.copyOf(signed, signed.length + 8)))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> PeImage.read(Arrays.copyOf(signed, signed.length - 8)))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void read_otherFormats() {
        assertThatThrownBy(() -> PeImage.read(new byte[0])).isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> PeImage.read(new byte[4096])).isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> PeImage.read("MZ".repeat(100).getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(NotThisFormatException.class);
    }

    @Test
    void read_everyTruncationIsReported() throws IOException {
        byte[] bytes = bytes(PeImage.read(SyntheticPe.stub257())
                .withCertificates(List.of(WinCertificate.authenticode(new byte[16]))));

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> PeImage.read(cut)).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void checkSum_singleBitFlipsAreSeen() throws IOException {
        byte[] bytes = bytes(PeImage.read(SyntheticPe.stub257()).withCheckSum());

        for (int bit = 0; bit < bytes.length * 8; bit += bit < 0x600 * 8 ? 1 : 7) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                PeImage image = PeImage.read(bytes.clone());
                assertThat(image.computeCheckSum())
                        .isNotEqualTo(image.optionalHeader().checkSum());
            } catch (FormatException expected) {
                // reported
            }
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void hostile_randomHeaderBytes() throws IOException {
        Random random = new Random(7);
        byte[] original = bytes(PeImage.read(SyntheticPe.stub252())
                .withCertificates(List.of(WinCertificate.authenticode(new byte[16]))));
        for (int round = 0; round < 4000; round++) {
            byte[] bytes = original.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[0x3c + random.nextInt(0x2c8 - 0x3c)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xff);
            }
            try {
                PeImage image = PeImage.read(bytes).withoutCertificates();
                image.withSections(List.of(NewSection.text(".a", "b")));
                image.withCheckSum();
                if (image.section(".sbat").isPresent()) {
                    image.withSectionContent(".sbat", text("c".repeat(600)));
                }
                for (SectionHeader section : image.sections()) {
                    image.contents(section).readAll(1 << 20);
                }
            } catch (FormatException expected) {
                // reported
            }
        }
    }
}
