package dev.caisson.diskimage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.compression.DeflateDecoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Reads a stream-optimized VMDK from the first byte on and never goes back, as the import of an OVA does: it stops at the
 * end-of-stream marker, and what it has read by then must be the whole file, or the digest in the manifest does not match.
 */
class SequentialVmdkTest {
    private static void readInOrder(byte[] file, DiskImage expected) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteArrayInputStream all = new ByteArrayInputStream(file);
        InputStream in = new DigestInputStream(all, digest);
        VmdkHeader header = VmdkHeader.parse(in.readNBytes(512), 0);
        in.readNBytes((int) (header.overhead() - 1) * 512);
        byte[] disk = new byte[(int) header.capacity() * 512];
        long lastSector = -1;
        while (true) {
            byte[] sector = in.readNBytes(512);
            assertThat(sector).as("a marker").hasSize(512);
            BinaryReader marker = BinaryReader.littleEndian("marker", sector);
            long lba = marker.u63();
            long length = marker.u32();
            if (length == 0) {
                assertThat(lba).isZero();
                assertThat(marker.u32()).as("end of stream").isZero();
                break;
            }
            assertThat(lba).isGreaterThan(lastSector);
            lastSector = lba;
            placeGrain(in, sector, (int) length, disk, (int) lba * 512);
        }
        assertThat(all.available()).as("bytes behind the end of the stream").isZero();
        assertThat(digest.digest())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(file));
        assertThat(disk).isEqualTo(Formats.bytes(expected));
    }

    private static void placeGrain(InputStream in, byte[] first, int length, byte[] disk, int at) throws IOException {
        int padded = (12 + length + 511) / 512 * 512;
        byte[] grain = java.util.Arrays.copyOf(first, padded);
        assertThat(in.readNBytes(grain, 512, padded - 512)).isEqualTo(padded - 512);
        byte[] bytes = new byte[65_536];
        assertThat(DeflateDecoder.decompress(true, grain, 12, length, bytes)).isEqualTo(length);
        for (int i = 12 + length; i < padded; i++) {
            assertThat(grain[i]).as("padding").isZero();
        }
        System.arraycopy(bytes, 0, disk, at, Math.min(bytes.length, disk.length - at));
    }

    @Test
    void everyByteIsConsumed() throws Exception {
        for (DiskImage image : List.of(
                Formats.sample(1),
                DiskImage.of(5 << 20, List.of()),
                DiskImage.of(
                        512 * 131,
                        List.of(new Extent(0, ByteSource.of(Formats.noise(new java.util.Random(1), 512 * 131))))))) {
            readInOrder(Formats.write(VmdkWriter.streamOptimized(image, "d.vmdk", 5)), image);
        }
    }
}
