package dev.caisson.engine.inspect;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.verity.VerityFormat;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a kernel command line says about the root: {@code roothash=}, and for the minimal initrd {@code caisson.root=},
 * {@code caisson.hash=} and {@code caisson.verity=} (sources/initrd/init). Without labels, systemd's initrd finds both partitions by the
 * halves of the root hash. Without an initrd the kernel reads {@code dm-mod.create=} and {@code root=}.
 *
 * @param rootHash in bytes; empty without dm-verity
 * @param rootLabel label of the root partition, when it is named
 * @param hashLabel label of the hash partition, when it is named
 * @param table dm-verity's parameters, when they are named
 * @param byKernel whether the kernel needs no initrd to find it
 */
record RootReference(
        Optional<byte[]> rootHash,
        Optional<String> rootLabel,
        Optional<String> hashLabel,
        Optional<Table> table,
        boolean byKernel) {
    private static final String WHERE = "kernel command line";
    private static final int TABLE_FIELDS = 8;
    private static final long BLOCKS_MAX = 1L << 40;

    /**
     * dm-verity's parameters.
     *
     * @param layout digest, block sizes, salt, number of data blocks
     * @param hashStartBlock first block of the tree on the hash device, in hash blocks
     */
    record Table(VerityLayout layout, long hashStartBlock) {
        /** Offset of the tree on the hash device. */
        long treeOffset() {
            return hashStartBlock * layout.parameters().hashBlockSize();
        }
    }

    /**
     * Takes a command line apart; words that are not about the root are passed over.
     *
     * @throws CorruptDataException when one about the root cannot be understood
     */
    static RootReference parse(String commandLine) throws FormatException {
        Optional<byte[]> rootHash = Optional.empty();
        Optional<String> root = Optional.empty();
        Optional<String> hash = Optional.empty();
        Optional<Table> table = Optional.empty();
        boolean byKernel = false;
        for (String word : words(commandLine)) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            switch (equals < 0 ? "" : word.substring(0, equals)) {
                case "roothash" -> rootHash = Optional.of(hex("roothash", value));
                case "caisson.root" -> root = Optional.of(value);
                case "caisson.hash" -> hash = Optional.of(value);
                case "caisson.verity" -> table = Optional.of(table(value));
                case "dm-mod.create" -> {
                    VerityTarget target = target(value);
                    if (rootHash.isPresent()
                            && !Arrays.equals(rootHash.get(), target.rootHash().bytes())) {
                        throw corrupt("dm-mod.create= has another root hash than roothash=", "the same");
                    }
                    rootHash = Optional.of(target.rootHash().bytes());
                    table = Optional.of(new Table(target.layout(), target.hashStartBlock()));
                    byKernel = true;
                }
                case "rootwait" -> byKernel = true;
                case "root" -> {
                    if (value.startsWith("PARTLABEL=")) {
                        root = Optional.of(value.substring("PARTLABEL=".length()));
                    }
                }
                default -> {}
            }
        }
        return new RootReference(rootHash, root, hash, table, byKernel);
    }

    /** The kernel's own splitting: at blanks that are not between double quotes, which are no part of the word. */
    private static List<String> words(String commandLine) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (commandLine + " ").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted || !Character.isWhitespace(c)) {
                word.append(c);
            } else if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        return words;
    }

    /** Name, UUID, minor number and flags of a single device stand before its table (dm-init.rst). */
    private static VerityTarget target(String value) throws FormatException {
        String[] fields = value.split(",", 5);
        if (fields.length != 5 || !fields[3].equals("ro")) {
            throw corrupt("dm-mod.create= is \"" + value + "\"", "NAME,,,ro,TABLE");
        }
        return VerityTarget.parse(fields[4]);
    }

    /** Whether there is anything about a root that can be followed. */
    boolean namesRoot() {
        return rootHash.isPresent() || rootLabel.isPresent();
    }

    /** PARTUUID of the root partition: the root hash's first 16 bytes. */
    Optional<Guid> rootGuid() {
        return rootHash.filter(hash -> hash.length >= 2 * Guid.SIZE)
                .map(hash -> Guid.ofTextOrder(Arrays.copyOf(hash, Guid.SIZE)));
    }

    /** PARTUUID of the hash partition: the root hash's last 16 bytes. */
    Optional<Guid> hashGuid() {
        return rootHash.filter(hash -> hash.length >= 2 * Guid.SIZE)
                .map(hash -> Guid.ofTextOrder(Arrays.copyOfRange(hash, hash.length - Guid.SIZE, hash.length)));
    }

    /**
     * The root hash as a digest.
     *
     * @throws CorruptDataException when its length is not the algorithm's
     */
    Digest rootHash(DigestAlgorithm algorithm) throws FormatException {
        byte[] bytes = rootHash.orElseThrow();
        if (bytes.length != algorithm.sizeBytes()) {
            throw corrupt(
                    "roothash= has " + bytes.length + " bytes", algorithm.sizeBytes() + " as " + algorithm.label());
        }
        return new Digest(algorithm, bytes);
    }

    private static Table table(String value) throws FormatException {
        String[] fields = value.split(",", -1);
        if (fields.length != TABLE_FIELDS) {
            throw corrupt("caisson.verity= has " + fields.length + " fields", TABLE_FIELDS + " fields");
        }
        long dataBlocks = number(fields[0], 1, BLOCKS_MAX);
        long hashStart = number(fields[1], 0, BLOCKS_MAX);
        int dataBlockSize = blockSize(fields[2]);
        int hashBlockSize = blockSize(fields[3]);
        VerityFormat format = number(fields[4], 0, 1) == 0 ? VerityFormat.CHROME_OS : VerityFormat.NORMAL;
        DigestAlgorithm algorithm = algorithm(fields[5]);
        byte[] salt = fields[6].equals("-") ? new byte[0] : hex("caisson.verity= salt", fields[6]);
        if (salt.length > VerityParameters.SALT_MAX) {
            throw corrupt("caisson.verity= has a salt of " + salt.length + " bytes", "at most 256");
        }
        VerityParameters parameters = new VerityParameters(format, algorithm, dataBlockSize, hashBlockSize, salt);
        return new Table(new VerityLayout(parameters, dataBlocks), hashStart);
    }

    private static DigestAlgorithm algorithm(String label) throws FormatException {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            if (algorithm.label().equals(label)) {
                return algorithm;
            }
        }
        throw corrupt("caisson.verity= names the algorithm " + label, "sha256, sha512 …");
    }

    private static int blockSize(String text) throws FormatException {
        long value = number(text, VerityParameters.BLOCK_SIZE_MIN, VerityParameters.BLOCK_SIZE_MAX);
        if (Long.bitCount(value) != 1) {
            throw corrupt("caisson.verity= has blocks of " + value + " bytes", "a power of two");
        }
        return (int) value;
    }

    private static long number(String text, long min, long max) throws FormatException {
        long value = text.matches("[0-9]{1,15}") ? Long.parseLong(text) : -1;
        if (value < min || value > max) {
            throw corrupt("caisson.verity= holds \"" + text + "\"", "a number from " + min + " to " + max);
        }
        return value;
    }

    private static byte[] hex(String what, String text) throws FormatException {
        if (!text.matches("(?:[0-9a-fA-F]{2})+")) {
            throw corrupt(what + " is \"" + text + "\"", "hexadecimal digits");
        }
        return HexFormat.of().parseHex(text);
    }

    private static CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException(WHERE, FormatException.NO_OFFSET, actual, expected);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RootReference that
                && rootHash.isPresent() == that.rootHash.isPresent()
                && Arrays.equals(rootHash.orElse(null), that.rootHash.orElse(null))
                && rootLabel.equals(that.rootLabel)
                && hashLabel.equals(that.hashLabel)
                && table.equals(that.table)
                && byKernel == that.byKernel;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rootHash.orElse(null)) + 31 * rootLabel.hashCode();
    }
}
