package dev.caisson.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of each structure. */
class GptStructureTest {
    private static Lba lba(long number) {
        return new Lba(number, SectorSize.BYTES_512);
    }

    private static final GptHeader HEADER = new GptHeader(
            lba(1), lba(0x1122334455L), lba(34), lba(0x1122334433L), GptFixtures.DISK, lba(2), 128, 128, 0xdeadbeefL);

    @Test
    void headerFieldsLieWhereTheSpecificationSays() {
        assertThat(HexFormat.of().formatHex(HEADER.encode()))
                .isEqualTo("4546492050415254" + "00000100" + "5c000000" + "ca428f25" + "00000000" + "0100000000000000"
                        + "5544332211000000" + "2200000000000000" + "3344332211000000"
                        + "11111111222233438444555555555555" + "0200000000000000" + "80000000" + "80000000"
                        + "efbeadde");
    }

    @Test
    void everyBitFlipAndTruncationOfAHeaderIsReported() throws FormatException {
        byte[] sector = Arrays.copyOf(HEADER.encode(), 512);
        assertThat(GptHeader.decode(sector, lba(1))).isEqualTo(HEADER);
        for (int bit = 0; bit < 512 * 8; bit++) {
            byte[] bad = sector.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> GptHeader.decode(bad, lba(1))).isInstanceOf(FormatException.class);
        }
        for (int length = 0; length < 512; length++) {
            byte[] cut = Arrays.copyOf(sector, length);
            assertThatThrownBy(() -> GptHeader.decode(cut, lba(1))).isInstanceOf(FormatException.class);
        }
        assertThatThrownBy(() -> GptHeader.decode(sector, lba(2))).hasMessageContaining("MyLBA is 1, expected 2");
        assertThatThrownBy(() -> GptHeader.decode(new byte[512], lba(1))).isInstanceOf(NotThisFormatException.class);
    }

    @Test
    void checksumMessageHasBothValues() {
        byte[] sector = Arrays.copyOf(HEADER.encode(), 512);
        sector[60] ^= 1;
        assertThatThrownBy(() -> GptHeader.decode(sector, lba(1)))
                .hasMessageMatching(
                        "GPT header at offset 0x210: HeaderCRC32 is 0x[0-9a-f]{8}, expected 0x[0-9a-f]{8} from the bytes");
    }

    @Test
    void entryFieldsLieWhereTheSpecificationSays() {
        GptEntry entry = new GptEntry(
                DiscoverablePartitionTypes.ESP,
                GptFixtures.guid(7),
                lba(2048),
                lba(4095),
                GptAttributes.NO_AUTO | GptAttributes.REQUIRED,
                "a\u00e4\ud83d\ude00");
        assertThat(entry.sizeBytes()).isEqualTo(1 << 20);
        assertThat(HexFormat.of().formatHex(entry.encode()))
                .isEqualTo("28732ac11ff8d211ba4b00a0c93ec93b" + "aaaaaaaa000000408000000000000007" + "0008000000000000"
                        + "ff0f000000000000" + "0100000000000080" + "6100e4003dd800de" + "00".repeat(64));
    }

    @Test
    void protectiveMbrIsAsTheSpecificationSays() throws FormatException {
        byte[] mbr = new ProtectiveMbr(2048).encode();
        assertThat(mbr).hasSize(512);
        assertThat(HexFormat.of().formatHex(mbr, 440, 512))
                .isEqualTo("000000000000" + "00000200eeffffff01000000ff070000" + "00".repeat(48) + "55aa");
        ProtectiveMbr.check(mbr, 2048);
        byte[] huge = new ProtectiveMbr(1L << 40).encode();
        assertThat(HexFormat.of().formatHex(huge, 454, 462)).isEqualTo("01000000ffffffff");
        ProtectiveMbr.check(huge, 1L << 40);
        assertThatThrownBy(() -> ProtectiveMbr.check(mbr, 4096))
                .hasMessageContaining("SizeInLBA is 2047, expected 4095");
        assertThatThrownBy(() -> ProtectiveMbr.check(new byte[512], 4096)).isInstanceOf(NotThisFormatException.class);
        for (int bit = 450 * 8; bit < 512 * 8; bit++) {
            if (bit / 8 <= 450 || bit / 8 >= 454) {
                byte[] bad = mbr.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                assertThatThrownBy(() -> ProtectiveMbr.check(bad, 2048)).isInstanceOf(FormatException.class);
            }
        }
    }

    @Test
    void attributeBitsHaveNames() {
        long attributes = new GptAttributes.BootSlot(1, 3, true).applyTo(GptAttributes.READ_ONLY | 2);
        assertThat(GptAttributes.names(attributes))
                .containsExactly("no-block-io-protocol", "priority-1", "tries-1", "tries-2", "successful", "read-only");
        assertThat(GptAttributes.BootSlot.of(attributes)).isEqualTo(new GptAttributes.BootSlot(1, 3, true));
        assertThat(attributes).isEqualTo(0x1131000000000002L);
        assertThat(new GptAttributes.BootSlot(0, 0, false).applyTo(attributes)).isEqualTo(0x1000000000000002L);
        assertThat(new GptAttributes.BootSlot(2, 0, false).bootable()).isFalse();
        assertThat(new GptAttributes.BootSlot(2, 1, false).bootable()).isTrue();
        assertThat(GptAttributes.names(-1L)).hasSize(64).contains("bit-57", "grow-file-system", "no-auto");
    }

    @Test
    void typesHaveNamesBothWays() {
        assertThat(DiscoverablePartitionTypes.all()).hasSize(20);
        assertThat(DiscoverablePartitionTypes.all().values()).doesNotHaveDuplicates();
        DiscoverablePartitionTypes.all()
                .forEach((name, type) ->
                        assertThat(DiscoverablePartitionTypes.name(type)).contains(name));
        assertThat(DiscoverablePartitionTypes.type("root-arm64-verity-sig"))
                .contains(DiscoverablePartitionTypes.ARM64.rootVeritySig());
        assertThat(DiscoverablePartitionTypes.name(GptFixtures.DISK)).isEmpty();
    }

    @Test
    void addressesKnowTheirUnit() {
        assertThat(new Lba(3, SectorSize.BYTES_4096).offsetBytes()).isEqualTo(12288);
        assertThat(Lba.ofBytes(1024, SectorSize.BYTES_512).plus(-1)).isEqualTo(lba(1));
        assertThatThrownBy(() -> Lba.ofBytes(1000, SectorSize.BYTES_512)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lba(5).minus(new Lba(1, SectorSize.BYTES_4096)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lba(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(SectorSize.of(4096)).isEqualTo(SectorSize.BYTES_4096);
        assertThatThrownBy(() -> SectorSize.of(1024)).isInstanceOf(IllegalArgumentException.class);
    }
}
