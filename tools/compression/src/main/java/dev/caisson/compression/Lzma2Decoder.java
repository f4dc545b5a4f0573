package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * The LZMA2 filter: chunks of LZMA or of plain bytes, the first one with a fresh dictionary.
 *
 * <pre>
 * control 0x00       end
 *         0x01       plain bytes, dictionary reset     size - 1 (u16 big endian)
 *         0x02       plain bytes
 *         0x80-0xFF  LZMA; bits 0-4 are bits 16-20 of the size - 1, then its bits 0-15, then compressed size - 1 (both u16),
 *                    bits 5-6: 0 nothing reset, 1 state, 2 state and new properties (u8), 3 these and the dictionary
 * </pre>
 *
 * <p>Takes memory for the dictionary as it fills, never more than was declared.
 */
final class Lzma2Decoder extends InputStream {
    private static final String STRUCTURE = "xz stream LZMA2 chunk";
    /** What is decoded at a time: little enough to be still in the processor's cache when it is copied out. */
    private static final int STEP = 1 << 16;

    private static final int FIRST_RING = 1 << 15;
    private static final int LZMA = 0x80;
    private static final int STATE_RESET = 0xA0;
    private static final int PROPERTIES = 0xC0;
    private static final int DICTIONARY_RESET = 0xE0;
    private static final int SMALLEST_CHUNK = 5;

    private final XzInput in;
    private final LzmaDecoder lzma;
    private final LzmaDecoder.Dictionary dictionary;
    /** The ring's length once it turns. */
    private final int largestRing;
    /** First byte of the ring that was decoded and not handed out. */
    private int ready;

    private boolean needsDictionary = true;
    private boolean needsProperties = true;
    private boolean isLzma;
    private boolean ended;
    /** Bytes that the chunk has still to give. */
    private int chunkLeft;
    /** Bytes of the chunk at the input's place, LZMA only; taken once all of it is decoded. */
    private int chunkBytes;

    /**
     * @param memory of an earlier decoder, which is used no more; null for the first one
     * @param dictionaryBytes the declared size, at least 4 KiB
     */
    Lzma2Decoder(XzInput in, Lzma2Decoder memory, int dictionaryBytes) {
        this.in = in;
        this.lzma = memory == null ? new LzmaDecoder() : memory.lzma;
        this.dictionary = memory == null ? new LzmaDecoder.Dictionary() : memory.dictionary;
        dictionary.most = dictionaryBytes + 15 & -16;
        largestRing = dictionary.most + LzmaDecoder.Dictionary.SPARE;
        int kept = memory == null ? FIRST_RING : dictionary.size;
        resize(Math.min(largestRing, kept));
        dictionary.at = 0;
        dictionary.full = 0;
    }

    private void resize(int size) {
        dictionary.size = size;
        int length = size + LzmaDecoder.Dictionary.SPARE;
        if (dictionary.bytes == null || dictionary.bytes.length < length) {
            dictionary.bytes = dictionary.bytes == null ? new byte[length] : Arrays.copyOf(dictionary.bytes, length);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        int done = 0;
        while (done < length) {
            if (ready == dictionary.at && !decode()) {
                return done == 0 ? -1 : done;
            }
            int count = Math.min(length - done, dictionary.at - ready);
            System.arraycopy(dictionary.bytes, ready, to, offset + done, count);
            ready += count;
            done += count;
        }
        return done;
    }

    /** Decodes a step; false at the end. */
    private boolean decode() throws IOException {
        while (chunkLeft == 0) {
            if (ended || !nextChunk()) {
                return false;
            }
        }
        turn();
        ready = dictionary.at;
        int count = Math.min(Math.min(STEP, chunkLeft), dictionary.size - dictionary.at);
        if (isLzma) {
            int chunkEnd = in.at() + chunkBytes;
            if (!lzma.decode(in.bytes(), chunkEnd, dictionary, dictionary.at + count)) {
                throw corrupt("impossible data", "");
            }
        } else {
            in.require(count, STRUCTURE);
            System.arraycopy(in.bytes(), in.at(), dictionary.bytes, dictionary.at, count);
            dictionary.advance(count);
            in.skip(count);
        }
        chunkLeft -= count;
        if (isLzma && chunkLeft == 0) {
            if (!lzma.isFinished(in.at() + chunkBytes)) {
                throw corrupt("more data than its size says", "");
            }
            in.skip(chunkBytes);
        }
        return true;
    }

    /** Makes room: the ring grows to its full length before it turns. */
    private void turn() {
        if (dictionary.at < dictionary.size) {
            return;
        }
        if (dictionary.size < largestRing) {
            resize((int) Math.min(largestRing, 2L * dictionary.size));
        } else {
            dictionary.at = 0;
            ready = 0;
        }
    }

    private boolean nextChunk() throws IOException {
        int control = in.next(STRUCTURE);
        if (control == 0) {
            ended = true;
            return false;
        }
        if (control >= DICTIONARY_RESET || control == 1) {
            needsProperties = true;
            needsDictionary = false;
            dictionary.at = 0;
            dictionary.full = 0;
            ready = 0;
        } else if (needsDictionary) {
            throw corrupt("begins without a dictionary", "a reset");
        }
        isLzma = control >= LZMA;
        if (isLzma) {
            beginLzma(control);
        } else if (control > 2) {
            throw corrupt("control byte 0x" + Integer.toHexString(control), "0 to 2 or 0x80 to 0xff");
        } else {
            chunkLeft = size();
        }
        return true;
    }

    private void beginLzma(int control) throws IOException {
        chunkLeft = ((control & 0x1F) << 16) + size();
        chunkBytes = size();
        if (control >= PROPERTIES) {
            needsProperties = false;
            int properties = in.next(STRUCTURE);
            if (!lzma.setProperties(properties)) {
                throw corrupt("properties 0x" + Integer.toHexString(properties), "lc + lp <= 4, pb <= 4");
            }
            lzma.reset();
        } else if (needsProperties) {
            throw corrupt("begins without properties", "new ones");
        } else if (control >= STATE_RESET) {
            lzma.reset();
        }
        if (chunkBytes < SMALLEST_CHUNK) {
            throw corrupt(chunkBytes + " bytes", "at least " + SMALLEST_CHUNK);
        }
        in.require(chunkBytes, STRUCTURE);
        if (!lzma.begin(in.bytes(), in.at())) {
            throw corrupt("first byte of the range coder is not 0", "");
        }
    }

    private int size() throws IOException {
        return (in.next(STRUCTURE) << 8 | in.next(STRUCTURE)) + 1;
    }

    private CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException(STRUCTURE, in.offset(), actual, expected);
    }
}
