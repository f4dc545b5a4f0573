package dev.caisson.pe;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The checksum of the optional header: the ones' complement sum of all little-endian 16-bit words, the field itself taken
 * as zero, plus the file size.
 */
final class PeCheckSum {
    private PeCheckSum() {}

    static long of(ByteSource source, long fieldOffset) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(1, source.size())))
                .order(ByteOrder.LITTLE_ENDIAN);
        long sum = 0;
        for (long at = 0; at < source.size(); at += buffer.capacity()) {
            int length = (int) Math.min(buffer.capacity(), source.size() - at);
            buffer.clear().limit(length);
            source.readFully(at, buffer);
            for (long i = Math.max(at, fieldOffset); i < Math.min(at + length, fieldOffset + 4); i++) {
                buffer.put((int) (i - at), (byte) 0);
            }
            sum += words(buffer, length);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum + source.size() & 0xffffffffL;
    }

    /** Carries of a ones' complement sum wrap around, so the words may be added two at a time. */
    private static long words(ByteBuffer buffer, int length) {
        long sum = 0;
        int at = 0;
        for (; at + 8 <= length; at += 8) {
            long eight = buffer.getLong(at);
            sum += (eight & 0xffffffffL) + (eight >>> 32);
        }
        for (; at + 2 <= length; at += 2) {
            sum += buffer.getShort(at) & 0xffff;
        }
        return at == length ? sum : sum + (buffer.get(at) & 0xff);
    }
}
