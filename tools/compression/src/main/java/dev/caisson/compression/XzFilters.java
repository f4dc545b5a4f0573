package dev.caisson.compression;

import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.tukaani.xz.ARM64Options;
import org.tukaani.xz.ARMOptions;
import org.tukaani.xz.ARMThumbOptions;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.IA64Options;
import org.tukaani.xz.PowerPCOptions;
import org.tukaani.xz.RISCVOptions;
import org.tukaani.xz.SPARCOptions;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.X86Options;

/** The filters of a block, in the file's order: LZMA2 is the last one. The others are rare, and the library's. */
final class XzFilters {
    private static final long DELTA = 0x03;
    private static final long LZMA2 = 0x21;
    private static final int LARGEST_DICTIONARY_BITS = 37;
    private static final int OWN_MEMORY = 256 << 10;
    private static final int FILTER_MEMORY = 8 << 10;

    private final long offset;
    private final List<FilterOptions> before = new ArrayList<>();
    private boolean hasLzma2;
    private long dictionaryBytes;

    /** Filters of a block header at {@code offset}. */
    XzFilters(long offset) {
        this.offset = offset;
    }

    void add(long id, byte[] properties) throws UnsupportedFeatureException {
        if (hasLzma2) {
            throw unsupported("a filter behind LZMA2", "LZMA2 to be the last");
        }
        if (id == LZMA2) {
            hasLzma2 = true;
            dictionaryBytes = dictionary(properties);
        } else {
            before.add(options(id, properties));
        }
    }

    /** To be called when all are added. */
    void check() throws UnsupportedFeatureException {
        if (!hasLzma2) {
            throw unsupported("no LZMA2", "LZMA2 to be the last");
        }
    }

    private long dictionary(byte[] properties) throws UnsupportedFeatureException {
        if (properties.length != 1 || (properties[0] & 0xFF) > LARGEST_DICTIONARY_BITS) {
            throw unsupported("LZMA2 properties", "a dictionary of at most 1.5 GiB");
        }
        return (2L | properties[0] & 1) << (properties[0] >>> 1) + 11;
    }

    private FilterOptions options(long id, byte[] properties) throws UnsupportedFeatureException {
        try {
            if (id == DELTA) {
                if (properties.length != 1) {
                    throw unsupported(properties.length + " bytes of delta properties", "one");
                }
                return new DeltaOptions((properties[0] & 0xFF) + 1);
            }
            int start = start(properties);
            return branch(id, start);
        } catch (UnsupportedOptionsException e) {
            throw unsupported(String.valueOf(e.getMessage()), "");
        }
    }

    private int start(byte[] properties) throws UnsupportedFeatureException {
        if (properties.length != 0 && properties.length != Integer.BYTES) {
            throw unsupported(properties.length + " bytes of filter properties", "0 or 4");
        }
        return properties.length == 0 ? 0 : Lz4Format.read4(properties, 0);
    }

    /** Filters for branches in machine code; the ids are those of the format's section 5.3.2. */
    private FilterOptions branch(long id, int start) throws UnsupportedFeatureException, UnsupportedOptionsException {
        if (id == 0x04) {
            X86Options options = new X86Options();
            options.setStartOffset(start);
            return options;
        } else if (id == 0x05) {
            PowerPCOptions options = new PowerPCOptions();
            options.setStartOffset(start);
            return options;
        } else if (id == 0x06) {
            IA64Options options = new IA64Options();
            options.setStartOffset(start);
            return options;
        } else if (id == 0x07) {
            ARMOptions options = new ARMOptions();
            options.setStartOffset(start);
            return options;
        } else if (id == 0x08) {
            ARMThumbOptions options = new ARMThumbOptions();
            options.setStartOffset(start);
            return options;
        } else if (id == 0x09) {
            SPARCOptions options = new SPARCOptions();
            options.setStartOffset(start);
            return options;
        } else if (id == 0x0A) {
            ARM64Options options = new ARM64Options();
            options.setStartOffset(start);
            return options;
        } else if (id == 0x0B) {
            RISCVOptions options = new RISCVOptions();
            options.setStartOffset(start);
            return options;
        }
        throw unsupported("filter 0x" + Long.toHexString(id), "0x3 to 0xb or 0x21");
    }

    /** What decoding takes at most. */
    long memoryBytes() {
        return OWN_MEMORY + dictionaryBytes + (long) FILTER_MEMORY * before.size();
    }

    int dictionaryBytes() {
        return (int) dictionaryBytes;
    }

    /** The original bytes out of what LZMA2 gives. */
    InputStream behind(InputStream lzma2) throws IOException {
        InputStream chain = lzma2;
        for (int i = before.size() - 1; i >= 0; i--) {
            chain = before.get(i).getInputStream(chain, ArrayCache.getDummyCache());
        }
        return chain;
    }

    private UnsupportedFeatureException unsupported(String actual, String expected) {
        return new UnsupportedFeatureException("xz stream block header", offset, actual, expected);
    }
}
