package dev.caisson.verity;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The line that tells device-mapper about a verity device: start and length in sectors of 512 bytes, the target's name, its
 * parameters. Source: the kernel's admin-guide/device-mapper/verity.rst and dm-init.rst.
 *
 * @param dataDevice what the kernel finds it by, {@code PARTUUID=…} or a path; without blanks and commas
 * @param hashDevice likewise; may be the same
 * @param layout digest, block sizes, salt, number of data blocks
 * @param hashStartBlock first block of the tree on the hash device, in hash blocks
 * @param rootHash digest of the topmost block
 * @param options such as {@code panic_on_corruption}
 */
public record VerityTarget(
        String dataDevice,
        String hashDevice,
        VerityLayout layout,
        long hashStartBlock,
        Digest rootHash,
        List<String> options) {
    private static final String WHERE = "verity target";
    private static final int SECTOR = 512;
    private static final int FIXED_WORDS = 13;
    private static final int OPTIONS_MAX = 32;
    private static final long BLOCKS_MAX = 1L << 40;

    /** Copies the list. */
    public VerityTarget {
        options = List.copyOf(options);
    }

    /** The line. */
    @Override
    public String toString() {
        VerityParameters p = layout.parameters();
        List<String> words = new ArrayList<>(List.of(
                "0",
                Long.toString(layout.dataBlocks() * (p.dataBlockSize() / SECTOR)),
                "verity",
                Integer.toString(p.format().number()),
                dataDevice,
                hashDevice,
                Integer.toString(p.dataBlockSize()),
                Integer.toString(p.hashBlockSize()),
                Long.toString(layout.dataBlocks()),
                Long.toString(hashStartBlock),
                p.algorithm().label(),
                rootHash.hex(),
                p.salt().length == 0 ? "-" : HexFormat.of().formatHex(p.salt())));
        if (!options.isEmpty()) {
            words.add(Integer.toString(options.size()));
            words.addAll(options);
        }
        return String.join(" ", words);
    }

    /**
     * Reads a line.
     *
     * @throws CorruptDataException when it is none of a verity target
     */
    public static VerityTarget parse(String line) throws FormatException {
        String[] words = line.strip().split("\\s+");
        if (words.length < FIXED_WORDS || !words[2].equals("verity")) {
            throw corrupt("is \"" + line + "\"", "0 SECTORS verity VERSION DATA HASH …");
        }
        long dataBlocks = number(words[8], 1, BLOCKS_MAX);
        VerityParameters parameters = new VerityParameters(
                number(words[3], 0, 1) == 0 ? VerityFormat.CHROME_OS : VerityFormat.NORMAL,
                algorithm(words[10]),
                blockSize(words[6]),
                blockSize(words[7]),
                words[12].equals("-") ? new byte[0] : hex(words[12]));
        long sectors = number(words[1], 1, Long.MAX_VALUE);
        if (number(words[0], 0, 0) != 0 || sectors != dataBlocks * (parameters.dataBlockSize() / SECTOR)) {
            throw corrupt("maps " + sectors + " sectors from " + words[0], "as many as " + dataBlocks + " data blocks");
        }
        byte[] root = hex(words[11]);
        if (root.length != parameters.algorithm().sizeBytes()) {
            throw corrupt("has a root hash of " + root.length + " bytes", "that of " + words[10]);
        }
        return new VerityTarget(
                words[4],
                words[5],
                new VerityLayout(parameters, dataBlocks),
                number(words[9], 0, BLOCKS_MAX),
                new Digest(parameters.algorithm(), root),
                options(words));
    }

    private static List<String> options(String[] words) throws FormatException {
        if (words.length == FIXED_WORDS) {
            return List.of();
        }
        long count = number(words[FIXED_WORDS], 0, OPTIONS_MAX);
        if (count != words.length - FIXED_WORDS - 1) {
            throw corrupt("announces " + count + " options", Integer.toString(words.length - FIXED_WORDS - 1));
        }
        return Arrays.asList(words).subList(FIXED_WORDS + 1, words.length);
    }

    private static DigestAlgorithm algorithm(String label) throws FormatException {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            if (algorithm.label().equals(label)) {
                return algorithm;
            }
        }
        throw corrupt("names the algorithm " + label, "sha256, sha512 …");
    }

    private static int blockSize(String text) throws FormatException {
        long value = number(text, VerityParameters.BLOCK_SIZE_MIN, VerityParameters.BLOCK_SIZE_MAX);
        if (Long.bitCount(value) != 1) {
            throw corrupt("has blocks of " + value + " bytes", "a power of two");
        }
        return (int) value;
    }

    private static long number(String text, long min, long max) throws FormatException {
        long value = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        if (value < min || value > max) {
            throw corrupt("holds \"" + text + "\"", "a number from " + min + " to " + max);
        }
        return value;
    }

    private static byte[] hex(String text) throws FormatException {
        if (!text.matches("(?:[0-9a-fA-F]{2}){1," + VerityParameters.SALT_MAX + "}")) {
            throw corrupt("holds \"" + text + "\"", "hexadecimal digits");
        }
        return HexFormat.of().parseHex(text);
    }

    private static CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException(WHERE, FormatException.NO_OFFSET, actual, expected);
    }
}
