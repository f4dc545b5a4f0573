package dev.caisson.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The superblock's bytes, checksum and configurations. */
final class ErofsSuperblockTest {
    private static ErofsSuperblock superblock(ErofsFormat format) {
        return ErofsSuperblock.of(SampleTree.volume(format), 0x0102, 3, 1, 0, 0, false);
    }

    @Test
    void fields_areWhereTheKernelReadsThem() {
        byte[] bytes = superblock(new ErofsFormat(12, ErofsCompression.LZ4HC, 9, 1 << 18))
                .encode();
        assertThat(bytes.length).isEqualTo(4096);
        String hex = HexFormat.of().formatHex(bytes, 1024, 1024 + 128 + 16);
        // The checksum is mkfs.erofs' and the kernel's; see also the oracle tests.
        assertThat(hex.substring(0, 8) + hex.substring(16))
                .isEqualTo("e2e1f5e0" + "03000000" + "0c00" + "0201" + "0300000000000000" + "00f1536500000000"
                        + "00000000" + "01000000" + "00000000" + "00000000" + "0123456789abcdef0123456789abcdef"
                        + "73616d706c6500000000000000000000" + "03000000" + "0100" + "00".repeat(42) + "0e00" + "ffff"
                        + "4000" + "00".repeat(10));
    }

    @Test
    void everyBitFlip_isFound() throws IOException {
        for (ErofsFormat format : new ErofsFormat[] {
            ErofsFormat.uncompressed(),
            new ErofsFormat(12, ErofsCompression.ZSTD, 3, 1 << 16),
            new ErofsFormat(9, ErofsCompression.LZ4, 0, 1 << 9)
        }) {
            ErofsSuperblock superblock = superblock(format);
            byte[] bytes = Arrays.copyOf(superblock.encode(), 1 << 17);
            assertThat(ErofsSuperblock.readFrom(ByteSource.of(bytes)).uuid()).isEqualTo(SampleTree.UUID);
            int end = Math.min(4096, 1024 + Math.max(format.blockSize(), 512));
            for (int bit = 1024 * 8; bit < end * 8; bit += bit < 1200 * 8 ? 1 : 7) {
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                assertThatThrownBy(() -> ErofsSuperblock.readFrom(ByteSource.of(bytes)))
                        .as("bit %d", bit)
                        .isInstanceOf(FormatException.class);
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
    }

    @Test
    void everyTruncation_isFound() {
        byte[] bytes = superblock(ErofsFormat.uncompressed()).encode();
        for (int length = 0; length < bytes.length; length++) {
            ByteSource part = ByteSource.of(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> ErofsSuperblock.readFrom(part)).isInstanceOf(FormatException.class);
        }
        assertThatThrownBy(() -> ErofsSuperblock.readFrom(ByteSource.zeros(4096)))
                .isInstanceOf(NotThisFormatException.class);
    }

    @Test
    void configurations_comeBack() throws IOException {
        for (ErofsFormat format : new ErofsFormat[] {
            new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 12),
            new ErofsFormat(12, ErofsCompression.LZ4HC, 12, 1 << 20),
            new ErofsFormat(12, ErofsCompression.ZSTD, 3, 1 << 12),
            new ErofsFormat(16, ErofsCompression.ZSTD, 3, 1 << 20)
        }) {
            ErofsSuperblock read =
                    ErofsSuperblock.readFrom(ByteSource.of(superblock(format).encode()));
            // Without an LZ4 configuration, the number of blocks is not stored.
            assertThat(read.zstdWindowLog()).isEqualTo(superblock(format).zstdWindowLog());
            assertThat(read.algorithms()).isEqualTo(superblock(format).algorithms());
            if (format.compression() != ErofsCompression.ZSTD) {
                assertThat(read).isEqualTo(superblock(format));
            }
        }
    }
}
