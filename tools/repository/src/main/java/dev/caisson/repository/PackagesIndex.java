package dev.caisson.repository;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * A Packages index in memory: columns of numbers into one table of distinct strings, so that 68,000 packages take some
 * 30 MB and are loaded from {@link IndexCache} without touching a single one. Immutable; may be used by several threads.
 */
public final class PackagesIndex extends AbstractList<AptPackage> implements RandomAccess {
    /** Largest index accepted when its Release file does not give the size. */
    public static final long MAX_BYTES = 1L << 30;

    final int count;
    final int[] columns;
    final long[] sizes;
    final long[] installedSizes;
    final byte[] digests;
    final int[] offsets;
    final byte[] text;
    final int[] byName;

    PackagesIndex(
            int count,
            int[] columns,
            long[] sizes,
            long[] installedSizes,
            byte[] digests,
            int[] offsets,
            byte[] text,
            int[] byName) {
        this.count = count;
        this.columns = columns;
        this.sizes = sizes;
        this.installedSizes = installedSizes;
        this.digests = digests;
        this.offsets = offsets;
        this.text = text;
        this.byName = byName;
    }

    static PackagesIndex of(
            int count, int[] columns, long[] sizes, long[] installedSizes, byte[] digests, int[] offsets, byte[] text)
            throws CorruptDataException {
        PackagesIndex unsorted =
                new PackagesIndex(count, columns, sizes, installedSizes, digests, offsets, text, new int[0]);
        for (int i = 0; i < count; i++) {
            SafePath.check("Packages", unsorted.field(i, PackagesField.FILENAME));
        }
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, unsorted::compareNames);
        int[] byName = Arrays.stream(order).mapToInt(Integer::intValue).toArray();
        return new PackagesIndex(count, columns, sizes, installedSizes, digests, offsets, text, byName);
    }

    /**
     * Parses a decompressed Packages file.
     *
     * @throws FormatException when an entry is malformed or lacks Package, Version, Architecture, Filename, Size or SHA256,
     *     or when a relation field is malformed
     */
    public static PackagesIndex parse(byte[] packages) throws FormatException {
        PackagesIndex index = new PackagesParser(packages).parse();
        AptCandidates.check(index);
        return index;
    }

    /**
     * Decodes and parses a Packages file. The stream is not closed.
     *
     * @param in the file as served
     * @param codec how it is compressed
     * @param plainBytes what it holds when decompressed, as the Release file states; -1 when it does not
     * @throws LimitExceededException when it holds more
     */
    public static PackagesIndex readFrom(InputStream in, Codec codec, long plainBytes) throws IOException {
        long limit = plainBytes < 0 ? MAX_BYTES : Math.min(plainBytes, MAX_BYTES);
        // The stream is the caller's: closing the decoder would close it.
        return parse(codec.decode(in, CodecLimits.ofOutput(limit)).readAllBytes());
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public AptPackage get(int index) {
        java.util.Objects.checkIndex(index, count);
        return new AptPackage(
                field(index, PackagesField.NAME),
                field(index, PackagesField.VERSION),
                field(index, PackagesField.ARCHITECTURE),
                field(index, PackagesField.FILENAME),
                sizes[index],
                new Digest(DigestAlgorithm.SHA256, Arrays.copyOfRange(digests, index * 32, index * 32 + 32)),
                installedSizes[index],
                field(index, PackagesField.SOURCE),
                field(index, PackagesField.SECTION),
                field(index, PackagesField.PRIORITY),
                isYes(index, PackagesField.ESSENTIAL),
                isYes(index, PackagesField.PROTECTED),
                field(index, PackagesField.MULTI_ARCH),
                relations(index),
                field(index, PackagesField.DESCRIPTION),
                field(index, PackagesField.HOMEPAGE),
                field(index, PackagesField.MAINTAINER));
    }

    private AptPackage.Relations relations(int index) {
        return new AptPackage.Relations(
                field(index, PackagesField.PRE_DEPENDS),
                field(index, PackagesField.DEPENDS),
                field(index, PackagesField.RECOMMENDS),
                field(index, PackagesField.SUGGESTS),
                field(index, PackagesField.CONFLICTS),
                field(index, PackagesField.BREAKS),
                field(index, PackagesField.REPLACES),
                field(index, PackagesField.PROVIDES));
    }

    /** The packages of that name, in index order, found without looking at the others. */
    public List<AptPackage> find(String name) {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (compareName(byName[middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int end = low;
        while (end < count && compareName(byName[end], key) == 0) {
            end++;
        }
        return Arrays.stream(byName, low, end).mapToObj(this::get).toList();
    }

    /** One field as text, decoded at every call; malformed UTF-8 gives replacement characters. */
    String field(int index, PackagesField field) {
        int id = columns[index * PackagesField.COUNT + field.column()];
        return id == 0 ? "" : new String(text, offsets[id], offsets[id + 1] - offsets[id], StandardCharsets.UTF_8);
    }

    boolean isYes(int index, PackagesField field) {
        return field(index, field).equals("yes");
    }

    private int compareName(int index, byte[] key) {
        int id = columns[index * PackagesField.COUNT];
        return Arrays.compareUnsigned(text, offsets[id], offsets[id + 1], key, 0, key.length);
    }

    private int compareNames(int a, int b) {
        int idA = columns[a * PackagesField.COUNT];
        int idB = columns[b * PackagesField.COUNT];
        int names = idA == idB
                ? 0
                : Arrays.compareUnsigned(text, offsets[idA], offsets[idA + 1], text, offsets[idB], offsets[idB + 1]);
        return names != 0 ? names : Integer.compare(a, b);
    }
}
