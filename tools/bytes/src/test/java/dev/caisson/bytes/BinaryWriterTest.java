package dev.caisson.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BinaryWriterTest {
    private static String hex(BinaryWriter out) {
        return HexFormat.of().formatHex(out.toByteArray());
    }

    @Test
    void fields_inBothOrders() {
        assertThat(hex(BinaryWriter.littleEndian(0)
                        .u8(1)
                        .u16(0x0203)
                        .u32(0x04050607L)
                        .u64(0x08090a0b0c0d0e0fL)))
                .isEqualTo("010302070605040f0e0d0c0b0a0908");
        assertThat(hex(BinaryWriter.bigEndian(0)
                        .u8(1)
                        .u16(0x0203)
                        .u32(0x04050607L)
                        .u64(0x08090a0b0c0d0e0fL)))
                .isEqualTo("0102030405060708090a0b0c0d0e0f");
    }

    @Test
    void extremes_fit() {
        assertThat(hex(BinaryWriter.littleEndian(0)
                        .u8(255)
                        .u16(65535)
                        .u32(0xffffffffL)
                        .u64(-1)))
                .isEqualTo("ff".repeat(15));
    }

    @Test
    void whatDoesNotFit_isRefused() {
        BinaryWriter out = BinaryWriter.littleEndian(0);
        assertThatThrownBy(() -> out.u8(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.u8(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.u16(65536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.u32(1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.u32(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.patchU32(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.zeros(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.u64(0).zerosUpTo(7)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void paddingAndPatching() {
        BinaryWriter out =
                BinaryWriter.littleEndian(0).u8(1).alignTo(4).alignTo(4).u32(0).zerosUpTo(10);
        assertThat(hex(out.patchU32(4, 0xa0b0c0d0L))).isEqualTo("01000000d0c0b0a00000");
        assertThat(out.position()).isEqualTo(10);
    }

    /** What grows behind the start capacity is the same as what fits it, and zeros are zeros. */
    @Test
    void growth_keepsBytes() {
        Random random = new Random(7);
        BinaryWriter small = BinaryWriter.bigEndian(0);
        BinaryWriter large = BinaryWriter.bigEndian(1 << 16);
        for (int i = 0; i < 500; i++) {
            byte[] part = new byte[random.nextInt(40)];
            random.nextBytes(part);
            int zeros = random.nextInt(20);
            small.bytes(part).zeros(zeros).u16(i);
            large.bytes(part).zeros(zeros).u16(i);
        }
        assertThat(small.toByteArray()).isEqualTo(large.toByteArray());
    }
}
