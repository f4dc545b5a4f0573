package dev.caisson.compression;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Inputs of many kinds for compressors, the same at every run. */
final class Samples {
    private Samples() {}

    /** From empty to some hundred KiB: noise, runs, periods, text, structures, long repeats and mixtures. */
    static List<byte[]> all() {
        List<byte[]> samples = new ArrayList<>();
        for (int length = 0; length <= 40; length++) {
            samples.add(new byte[length]);
            samples.add(noise(length, length));
            samples.add(period(length, 3));
        }
        for (int length : new int[] {64, 269, 270, 271, 4_096, 65_535, 65_536, 65_537, 200_000}) {
            samples.add(new byte[length]);
            samples.add(noise(length, length));
            samples.add(period(length, 1 + length % 7));
            samples.add(period(length, 300));
            samples.add(text(length, length));
            samples.add(records(length, length));
            samples.add(mixed(length, length));
            samples.add(symbols(Math.max(length, 64), length));
        }
        samples.add(farRepeats(300_000));
        return samples;
    }

    static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] period(int length, int period) {
        byte[] unit = noise(period, period);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = unit[i % period];
        }
        return bytes;
    }

    /** Words of a small language with frequent and rare ones. */
    static byte[] text(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            int word = (int) Math.abs(random.nextGaussian() * 300);
            text.append(Integer.toString(word * 7919, 36)).append(random.nextInt(12) == 0 ? ".\n" : " ");
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), length);
    }

    /** Like symbol tables: records of 24 bytes that differ in a few. */
    static byte[] records(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int field = i % 24;
            bytes[i] = (byte) (field < 3 ? random.nextInt(64) : field == 8 ? i / 24 : field == 9 ? i / 24 >> 8 : field);
        }
        return bytes;
    }

    /** Like relocation and string tables: growing addresses, small indexes, names with few stems and endings. */
    static byte[] symbols(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        int address = 0x4000;
        int at = 0;
        for (; at < length / 2; at += 24) {
            address += 8 << random.nextInt(3);
            int[] fields = {address, 0, 8, random.nextInt(500), random.nextInt(40) * 16, 0};
            for (int i = 0; i < 24; i++) {
                bytes[at + i] = (byte) (fields[i / 4] >>> i % 4 * 8);
            }
        }
        while (at < length) {
            String name = "_ZN" + random.nextInt(9) + "stem" + random.nextInt(300) + "E"
                    + (char) ('a' + random.nextInt(6)) + '\0';
            byte[] word = name.getBytes(StandardCharsets.US_ASCII);
            int count = Math.min(word.length, length - at);
            System.arraycopy(word, 0, bytes, at, count);
            at += count;
        }
        return bytes;
    }

    /** Pieces of all kinds, and copies of what came before. */
    static byte[] mixed(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int count = Math.min(length - at, 1 + random.nextInt(1 + random.nextInt(2_000)));
            if (at > 0 && random.nextInt(3) > 0) {
                int from = random.nextInt(at);
                for (int i = 0; i < count; i++) {
                    bytes[at + i] = bytes[from + i];
                }
            } else {
                byte[] piece = random.nextBoolean() ? noise(count, at) : text(count, at);
                System.arraycopy(piece, 0, bytes, at, count);
            }
            at += count;
        }
        return bytes;
    }

    /** Noise that comes again at distances just inside and just outside of a window of 64 KiB. */
    static byte[] farRepeats(int length) {
        byte[] bytes = noise(length, 5);
        for (int distance = 65_530; distance <= 65_545; distance++) {
            int at = 70_000 + (distance - 65_530) * 1_000;
            System.arraycopy(bytes, at - distance, bytes, at, 500);
        }
        return bytes;
    }
}
