package dev.caisson.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bytes of each structure. */
class FatStructureTest {
    private static FatGeometry geometry(long size, int sector, FatType type) {
        return FatGeometry.choose(new FatVolume(size, sector, 0, "", Optional.ofNullable(type)), 0)
                .orElseThrow();
    }

    @Test
    void fat16BootSector() throws FormatException {
        FatGeometry g = geometry(16 << 20, 512, null);
        FatBootSector boot = new FatBootSector(g, 0, 0x12345678, "ESP");
        byte[] bytes = boot.encode();
        assertThat(HexFormat.of().formatHex(bytes, 0, 62))
                .isEqualTo(
                        "eb3c90" + "43414953534f4e20" + "0002" + "02" + "0800" + "02" + "0002" + "0080" + "f8" + "4000"
                                + "3f00ff00" + "00000000" + "00000000" + "80" + "00" + "29"
                                + "78563412" + "4553502020202020202020" + "4641543136202020");
        assertThat(HexFormat.of().formatHex(bytes, 510, 512)).isEqualTo("55aa");
        assertThat(FatBootSector.decode(bytes)).isEqualTo(boot);
    }

    @Test
    void fat32BootSector() throws FormatException {
        FatGeometry g = geometry(64 << 20, 512, FatType.FAT32);
        FatBootSector boot = new FatBootSector(g, 2, 0xffffffffL, "");
        byte[] bytes = boot.encode();
        assertThat(HexFormat.of().formatHex(bytes, 11, 90))
                .isEqualTo("0002" + "01" + String.format("%02x00", g.reservedSectors()) + "02" + "0000" + "0000" + "f8"
                        + "0000" + "3f00ff00" + "00000000" + "00000200" + "f1030000" + "00000000" + "02000000" + "0100"
                        + "0600" + "000000000000000000000000" + "800029ffffffff" + "4e4f204e414d4520202020"
                        + "4641543332202020");
        assertThat(FatBootSector.decode(bytes)).isEqualTo(boot);
    }

    @Test
    void typeFollowsFromTheNumberOfClusters() {
        assertThat(geometry(3 << 20, 512, null).type()).isEqualTo(FatType.FAT16);
        assertThat(geometry(511L << 20, 512, null).type()).isEqualTo(FatType.FAT16);
        assertThat(geometry(512L << 20, 512, null).type()).isEqualTo(FatType.FAT32);
        for (int sector : new int[] {512, 4096}) {
            for (long mib = 4; mib < 5000; mib += 1 + mib / 20) {
                for (FatType type : FatType.values()) {
                    FatGeometry.choose(new FatVolume(mib << 20, sector, 0, "", Optional.of(type)), 0)
                            .ifPresent(g -> {
                                assertThat(g.clusters()).isBetween(type.clustersMin() + 16, type.clustersMax() - 16);
                                assertThat(g.clusterOffset(2) % 4096).isZero();
                                assertThat(g.tableBytes())
                                        .isGreaterThanOrEqualTo((g.clusters() + 2) * type.entryBytes());
                            });
                }
            }
        }
    }

    @Test
    void longNameEntries() {
        byte[] shortName = "LONGNA~1TXT".getBytes(StandardCharsets.US_ASCII);
        assertThat(LongName.checksum(shortName)).isEqualTo(0xf4);
        assertThat(HexFormat.of().formatHex(LongName.encode("longname12345.txt", shortName)))
                .isEqualTo("42" + "2e00740078007400" + "0000" + "0f00f4" + "ff".repeat(12) + "0000" + "ffffffff" + "01"
                        + "6c006f006e0067006e00" + "0f00f4" + "61006d006500310032003300" + "0000" + "34003500");
        assertThat(LongName.encode("1234567890123", shortName)).hasSize(32);
        assertThat(LongName.encode("12345678901234", shortName)).hasSize(64);
    }

    @Test
    void times() {
        DosTime time = DosTime.ofEpochSecond(1_700_000_001);
        assertThat(time).isEqualTo(new DosTime(43 << 9 | 11 << 5 | 14, 22 << 11 | 13 << 5 | 10));
        assertThat(time.epochSecond()).isEqualTo(1_700_000_000);
        assertThat(DosTime.ofEpochSecond(Long.MIN_VALUE).epochSecond()).isEqualTo(315_532_800);
        assertThat(DosTime.ofEpochSecond(Long.MAX_VALUE)).isEqualTo(new DosTime(0xff9f, 0xbf7d));
        assertThat(new DosTime(0, 0).epochSecond()).isEqualTo(315_532_800);
    }

    @Test
    void fsInfo() throws FormatException {
        byte[] bytes = new FsInfo(5, 7).encode();
        assertThat(HexFormat.of().formatHex(bytes, 480, 512))
                .isEqualTo("00000000" + "72724161" + "05000000" + "07000000" + "00".repeat(12) + "000055aa");
        assertThat(FsInfo.decode(bytes, 512)).isEqualTo(new FsInfo(5, 7));
        bytes[0] ^= 1;
        assertThatThrownBy(() -> FsInfo.decode(bytes, 512)).isInstanceOf(FormatException.class);
    }

    @Test
    void volumesAreChecked() {
        assertThatThrownBy(() -> FatVolume.of(1000, 0, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FatVolume.of(512, -1, "")).isInstanceOf(IllegalArgumentException.class);
        for (String label : new String[] {"lower", "123456789012", " X", "A/B", "\u00c4"}) {
            assertThatThrownBy(() -> FatVolume.of(512, 0, label)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
