package dev.caisson.gpt;

import static dev.caisson.gpt.GptFixtures.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GptReaderTest {
    private static byte[] disk(SectorSize sectorSize) throws DoesNotFitException {
        return GptFixtures.disk(GptPlanner.plan(GptFixtures.image(sectorSize, OptionalLong.empty())));
    }

    private static GptReading read(byte[] disk) throws IOException {
        return GptReader.read(ByteSource.of(disk));
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatWasPlanned(SectorSize sectorSize) throws Exception {
        PartitionTable table = read(disk(sectorSize)).intactTable();
        assertThat(table.sectorSize()).isEqualTo(sectorSize);
        assertThat(table.diskGuid()).isEqualTo(GptFixtures.DISK);
        assertThat(table.entries().keySet()).containsExactly(1, 2, 3, 4, 5);
        assertThat(table.byName("data \u00e4 \ud83d\ude00")).hasSize(1);
        assertThat(table.byType(DiscoverablePartitionTypes.X86_64.root())).hasSize(2);
        assertThat(table.byUnique(GptFixtures.guid(3)).orElseThrow().name()).isEqualTo("os_1.0_verity");
        assertThat(table.firstUsable().number()).isEqualTo(sectorSize == SectorSize.BYTES_512 ? 34 : 6);
    }

    @ParameterizedTest
    @EnumSource
    void everyBitFlipOfATableIsReportedAndTheOtherTableUsed(SectorSize sectorSize) throws Exception {
        byte[] disk = disk(sectorSize);
        PartitionTable good = read(disk).intactTable();
        int sector = sectorSize.bytes();
        int tableBytes = 16384 + sector;
        Random random = new Random(2);
        for (int i = 0; i < 4000; i++) {
            boolean primary = i % 2 == 0;
            int bit = i < 2000 ? i / 2 : random.nextInt(tableBytes * 8);
            int at = primary ? sector + bit / 8 : disk.length - tableBytes + bit / 8;
            disk[at] ^= (byte) (1 << bit % 8);
            GptReading reading = GptReader.read(ByteSource.of(disk), sectorSize);
            assertThat(reading.intact(GptReading.Part.PRIMARY)).isEqualTo(!primary);
            assertThat(reading.intact(GptReading.Part.BACKUP)).isEqualTo(primary);
            assertThat(reading.table()).isEqualTo(good);
            assertThatThrownBy(reading::intactTable).isInstanceOf(FormatException.class);
            disk[at] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void bothDamagedThrowsWithBothCauses() throws Exception {
        byte[] disk = disk(SectorSize.BYTES_512);
        disk[1024] ^= 1;
        disk[disk.length - 512 + 60] ^= 1;
        assertThatThrownBy(() -> read(disk)).satisfies(e -> {
            assertThat(((FormatException) e).structure()).isEqualTo("GPT partition entries");
            assertThat(e.getSuppressed()).hasSize(1);
        });
    }

    @Test
    void backupIsFoundWhenTheStartIsGone() throws Exception {
        for (SectorSize size : SectorSize.values()) {
            byte[] disk = disk(size);
            Arrays.fill(disk, 0, 6 * 4096, (byte) 0);
            GptReading reading = read(disk);
            assertThat(reading.table().entries()).hasSize(5);
            assertThat(reading.damages().stream().map(GptReading.Damage::part))
                    .containsExactly(GptReading.Part.PROTECTIVE_MBR, GptReading.Part.PRIMARY);
        }
    }

    @Test
    void aGrownOrCutDiskIsReported() throws Exception {
        byte[] disk = disk(SectorSize.BYTES_512);
        GptReading grown = read(Arrays.copyOf(disk, disk.length + (int) MIB));
        assertThat(grown.table().entries()).hasSize(5);
        assertThat(grown.damages()).isNotEmpty();
        assertThat(grown.damages().get(1).cause()).hasMessageContaining("AlternateLBA is");
        GptReading cut = read(Arrays.copyOf(disk, disk.length - 512));
        assertThat(cut.intact(GptReading.Part.BACKUP)).isFalse();
        assertThat(cut.damages()).isNotEmpty();
        assertThat(read(Arrays.copyOf(disk, disk.length + 1)).damages()).hasSize(1);
    }

    @Test
    void tablesThatDifferAreReported() throws Exception {
        byte[] disk = disk(SectorSize.BYTES_512);
        byte[] other = disk.clone();
        // The same disk with another label in the backup, with right checksums.
        int entries = other.length - 33 * 512;
        other[entries + 56] = 'E';
        int header = other.length - 512;
        patchCrc(other, header + 88, entries, 16384);
        Arrays.fill(other, header + 16, header + 20, (byte) 0);
        patchCrc(other, header + 16, header, 92);
        GptReading reading = read(other);
        assertThat(reading.damages()).hasSize(1);
        assertThat(reading.damages().get(0).cause()).hasMessageContaining("differs from the primary");
        assertThat(reading.table().byName("esp")).hasSize(1);
    }

    private static void patchCrc(byte[] bytes, int at, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) crc.getValue());
    }

    /** Fields are changed and the checksums made right again: what a hostile image would do. */
    @Test
    void hostileFieldsGiveAFormatExceptionOrDamage() throws Exception {
        byte[] disk = disk(SectorSize.BYTES_512);
        byte[] head = Arrays.copyOf(disk, 2048);
        Random random = new Random(3);
        for (int i = 0; i < 4000; i++) {
            System.arraycopy(head, 0, disk, 0, head.length);
            for (int n = 0; n <= i % 3; n++) {
                int at = random.nextBoolean() ? 512 + 24 + random.nextInt(68) : 1024 + random.nextInt(5 * 128);
                disk[at] = (byte) (random.nextInt(3) - 1 << random.nextInt(8));
            }
            if (i % 2 == 0) {
                patchCrc(disk, 512 + 88, 1024, 16384);
            }
            Arrays.fill(disk, 528, 532, (byte) 0);
            patchCrc(disk, 528, 512, 92);
            Arrays.fill(disk, disk.length - 512, disk.length, (byte) 0);
            try {
                assertThat(read(disk).damages()).isNotEmpty();
            } catch (IOException e) {
                assertThat(e).isInstanceOf(FormatException.class);
            }
        }
    }

    @Test
    void whatIsNoDiskIsSaid() {
        for (int size : new int[] {0, 1, 511, 512, 2047, 2048, 4096, 100_000}) {
            assertThatThrownBy(() -> read(new byte[size])).isInstanceOf(NotThisFormatException.class);
        }
        assertThatThrownBy(() -> GptReader.read(ByteSource.zeros(Long.MAX_VALUE)))
                .isInstanceOf(NotThisFormatException.class);
    }
}
