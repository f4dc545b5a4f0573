package dev.caisson.compression;

/**
 * What symbols of given frequencies would take with the best code, about: their entropy, in 1/256 bits. Integers only, since
 * floating-point logarithms may differ from host to host, and the choice of blocks follows from this.
 */
final class DeflateCost {
    /** log2(1 + i/256), in 1/65,536. */
    private static final int[] LOG2 = logarithms();

    private DeflateCost() {}

    private static int[] logarithms() {
        int[] table = new int[257];
        for (int i = 0; i < table.length; i++) {
            table[i] = (int) StrictMath.round(StrictMath.log1p(i / 256.0) / StrictMath.log(2) * 65_536);
        }
        return table;
    }

    /** The entropy of the symbols from..to-1, together, in 1/256 bits. */
    static long of(int[] frequencies, int from, int to) {
        long total = 0;
        long weighted = 0;
        for (int i = from; i < to; i++) {
            int frequency = frequencies[i];
            if (frequency > 0) {
                total += frequency;
                weighted += frequency * log2(frequency);
            }
        }
        return total == 0 ? 0 : total * log2(total) - weighted >> 8;
    }

    /** The logarithm of a positive number, in 1/65,536. */
    private static long log2(long value) {
        int bits = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        int mantissa = (int) (bits >= 8 ? value >>> bits - 8 : value << 8 - bits) & 0xFF;
        return ((long) bits << 16) + LOG2[mantissa];
    }
}
