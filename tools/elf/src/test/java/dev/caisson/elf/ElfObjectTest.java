package dev.caisson.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfObjectTest {
    private static ElfBytes full(boolean is64, boolean little) {
        return new ElfBytes(is64, little)
                .needed("libc.so.6")
                .needed("libm.so.6")
                .soname("libx.so.1")
                .rpath("/old")
                .runpath("$ORIGIN/../lib:/opt/lib")
                .interpreter("/lib64/ld-linux-x86-64.so.2");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void read_bothClassesAndOrders(boolean is64, boolean little) throws Exception {
        ElfObject elf = ElfObject.read(ByteSource.of(full(is64, little).build()));
        assertThat(elf.is64()).isEqualTo(is64);
        assertThat(elf.order()).isEqualTo(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        assertThat(elf.type()).isEqualTo(3);
        assertThat(elf.machine()).isEqualTo(ElfObject.MACHINE_X86_64);
        assertThat(elf.interpreter()).contains("/lib64/ld-linux-x86-64.so.2");
        ElfObject.Dynamic dynamic = elf.dynamic().orElseThrow();
        assertThat(dynamic.needed()).containsExactly("libc.so.6", "libm.so.6");
        assertThat(dynamic.soname()).contains("libx.so.1");
        assertThat(dynamic.searchPaths()).containsExactly("$ORIGIN/../lib", "/opt/lib");
        assertThat(elf.sections())
                .extracting(ElfObject.Section::name)
                .containsExactly("", ".symtab", ".strtab", ".shstrtab");
        assertThat(elf.symbols())
                .containsExactly(
                        new ElfObject.Symbol("undefined", 0, 0, 0x10),
                        new ElfObject.Symbol("global", 0x1234, 1, 0x12),
                        new ElfObject.Symbol("weak", 7, 1, 0x22));
        assertThat(elf.symbols().get(0).isUndefined()).isTrue();
        assertThat(elf.symbols().get(2).isWeak()).isTrue();
    }

    @Test
    void read_withoutNames() throws Exception {
        ElfObject elf = ElfObject.read(ByteSource.of(ElfBytes.x86().build()));
        assertThat(elf.dynamic())
                .contains(new ElfObject.Dynamic(java.util.List.of(), java.util.Optional.empty(), java.util.List.of()));
        assertThat(elf.interpreter()).isEmpty();
    }

    @Test
    void read_otherFiles() {
        assertThatThrownBy(() -> ElfObject.read(ByteSource.of(new byte[0]))).isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> ElfObject.read(ByteSource.of(new byte[100])))
                .isInstanceOf(NotThisFormatException.class);
        byte[] odd = full(true, true).build();
        odd[4] = 3;
        assertThatThrownBy(() -> ElfObject.read(ByteSource.of(odd))).isInstanceOf(UnsupportedFeatureException.class);
    }

    private static void readEverything(byte[] bytes) throws IOException {
        ElfObject elf = ElfObject.read(ByteSource.of(bytes));
        elf.interpreter();
        elf.dynamic();
        elf.symbols();
        for (ElfObject.Section section : elf.sections()) {
            elf.bytes(section);
        }
    }

    private static void resultOrFormatException(byte[] bytes) throws IOException {
        try {
            readEverything(bytes);
        } catch (FormatException e) {
            assertThat(e.structure()).isNotEmpty();
        }
    }

    @Test
    void everyTruncationAndBitFlip_isAResultOrAFormatException() throws IOException {
        for (boolean is64 : new boolean[] {true, false}) {
            byte[] whole = full(is64, true).build();
            for (int length = 0; length < whole.length; length++) {
                resultOrFormatException(Arrays.copyOf(whole, length));
            }
            for (int bit = 0; bit < whole.length * 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                resultOrFormatException(flipped);
            }
        }
    }

    @Test
    void randomDamage_isAResultOrAFormatException() throws IOException {
        Random random = new Random(9);
        byte[] whole = full(true, false).build();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                bytes[5 + random.nextInt(bytes.length - 5)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            resultOrFormatException(bytes);
        }
    }

    /** Two million symbols that all begin at the start of one endless name. */
    @Test
    void overlappingNames_areNotMultiplied() {
        int nameBytes = 8 << 20;
        int symbols = 200_000;
        BinaryWriter out = BinaryWriter.littleEndian(nameBytes + symbols * 24 + 1000);
        out.u8(0x7f).u8('E').u8('L').u8('F').u8(2).u8(1).u8(1).zeros(9);
        out.u16(1)
                .u16(62)
                .u32(1)
                .u64(0)
                .u64(0)
                .u64(64)
                .u32(0)
                .u16(64)
                .u16(0)
                .u16(0)
                .u16(64)
                .u16(4)
                .u16(3);
        int namesAt = 64 + 4 * 64;
        int symbolsAt = namesAt + nameBytes;
        int sectionNamesAt = symbolsAt + symbols * 24;
        byte[] sectionNames = {0, '.', 's', 'y', 'm', 't', 'a', 'b', 0};
        out.zeros(64);
        section(out, 1, 2, symbolsAt, symbols * 24L, 2);
        section(out, 0, 3, namesAt, nameBytes, 0);
        section(out, 0, 3, sectionNamesAt, sectionNames.length, 0);
        byte[] names = new byte[nameBytes];
        Arrays.fill(names, (byte) 'x');
        out.bytes(names).zeros(symbols * 24).bytes(sectionNames);
        LimitExceededException e = catchThrowableOfType(
                LimitExceededException.class,
                () -> ElfObject.read(ByteSource.of(out.toByteArray())).symbols());
        assertThat(e.structure()).isEqualTo("ELF symbol name");
    }

    private static void section(BinaryWriter out, int name, int type, long offset, long size, int link) {
        out.u32(name)
                .u32(type)
                .u64(0)
                .u64(0)
                .u64(offset)
                .u64(size)
                .u32(link)
                .u32(0)
                .u64(1)
                .u64(24);
    }
}
