package dev.caisson.engine.formats;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads a stream-optimized VMDK as an importer does that never seeks: it stops at the end-of-stream marker, and the digest that it
 * compares with the manifest is that of the bytes that it has consumed until then. Everything that is odd is an error.
 */
final class StreamedVmdk {
    private static final int SECTOR = 512;
    private static final int GRAIN = 128 * SECTOR;

    private final DataInputStream in;
    private final MessageDigest digest;
    private long consumed;

    private StreamedVmdk(InputStream in) throws NoSuchAlgorithmException {
        this.in = new DataInputStream(in);
        this.digest = MessageDigest.getInstance("SHA-256");
    }

    /** What came out. */
    record Result(byte[] disk, long consumed, String sha256) {}

    /** Reads to the end of the stream's VMDK, and no byte more. */
    static Result read(InputStream in) throws Exception {
        return new StreamedVmdk(in).read();
    }

    private ByteBuffer sectors(long count) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(count * SECTOR)];
        in.readFully(bytes);
        digest.update(bytes);
        consumed += bytes.length;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void require(boolean right, String what) throws IOException {
        if (!right) {
            throw new IOException(what);
        }
    }

    private Result read() throws Exception {
        ByteBuffer header = sectors(1);
        require(header.getInt(0) == 0x564d444b && header.getInt(4) == 3, "magic or version");
        require((header.getInt(8) & 0x30001) == 0x30001, "flags");
        long capacity = header.getLong(12);
        require(header.getLong(20) == 128, "grain size");
        require(header.getInt(44) == 512, "entries of a table");
        long overhead = header.getLong(64);
        require(header.getShort(77) == 1, "compression");
        sectors(overhead - 1);
        byte[] disk = new byte[Math.toIntExact(capacity * SECTOR)];
        long before = -1;
        while (true) {
            ByteBuffer marker = sectors(1);
            long value = marker.getLong(0);
            int size = marker.getInt(8);
            if (size == 0) {
                require(marker.getInt(12) == 0 && value == 0, "a marker that is no end of stream");
                for (int i = 0; i < SECTOR; i++) {
                    require(marker.get(i) == 0, "bytes in the marker");
                }
                return new Result(disk, consumed, HexFormat.of().formatHex(digest.digest()));
            }
            require(value > before && value % 128 == 0 && value < capacity, "order of grains");
            before = value;
            grain(marker, size, disk, value * SECTOR);
        }
    }

    private void grain(ByteBuffer first, int size, byte[] disk, long offset) throws IOException, DataFormatException {
        long rest = (12L + size + SECTOR - 1) / SECTOR - 1;
        byte[] all = new byte[Math.toIntExact((rest + 1) * SECTOR)];
        first.get(0, all, 0, SECTOR);
        sectors(rest).get(0, all, SECTOR, (int) rest * SECTOR);
        for (int i = 12 + size; i < all.length; i++) {
            require(all[i] == 0, "bytes behind a grain");
        }
        Inflater inflater = new Inflater();
        inflater.setInput(all, 12, size);
        byte[] grain = new byte[GRAIN + 1];
        int got = 0;
        while (!inflater.finished()) {
            int more = inflater.inflate(grain, got, grain.length - got);
            require(more > 0 || inflater.finished(), "a grain that does not end");
            got += more;
        }
        require(inflater.getRemaining() == 0, "bytes behind the deflate stream");
        inflater.end();
        int length = (int) Math.min(GRAIN, disk.length - offset);
        require(got == GRAIN || got == length, "length of a grain: " + got);
        System.arraycopy(grain, 0, disk, (int) offset, length);
    }
}
