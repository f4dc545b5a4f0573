package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** How a stream is compressed: by name, by file extension, or by its first bytes. */
public enum Codec {
    /** Not compressed. */
    NONE("none", "", ""),
    /** RFC 1952; any number of members. */
    GZIP("gzip gz", "gz tgz", "1f8b"),
    /** bzip2; any number of streams. */
    BZIP2("bzip2 bz2", "bz2 tbz2 tbz", "425a68"),
    /** The .xz file format 1.2.1; any number of streams, with padding. */
    XZ("xz", "xz txz", "fd377a585a00"),
    /** The .lzma ("alone") format, which has no magic: the usual properties byte and a dictionary of whole 64 KiB. */
    LZMA("lzma", "lzma", "5d0000"),
    /** RFC 8878; any number of frames, skippable ones too. */
    ZSTD("zstd zst", "zst zstd tzst", "28b52ffd"),
    /** LZ4 frames (lz4_Frame_format.md 1.6.4); any number, skippable ones too. */
    LZ4("lz4", "lz4", "04224d18");

    /** How many first bytes {@link #ofMagic} wants to see. */
    public static final int MAGIC_LENGTH = 13;

    /** Separated by spaces; the first one is the name. */
    private final String names;
    /** Separated by spaces. */
    private final String extensions;
    /** In hexadecimal. */
    private final String magic;

    Codec(String names, String extensions, String magic) {
        this.names = names;
        this.extensions = extensions;
        this.magic = magic;
    }

    private static boolean contains(String words, String word) {
        return Arrays.asList(words.split(" ", -1)).contains(word);
    }

    private byte[] magic() {
        return HexFormat.of().parseHex(magic);
    }

    /** The name by which manifests and metadata call it: lower case. */
    public String codecName() {
        return names.split(" ", -1)[0];
    }

    /** The codec of that name ({@code gzip}, {@code gz}, {@code xz}, {@code zstd}, … in lower case). */
    public static Optional<Codec> ofName(String name) {
        return Arrays.stream(values())
                .filter(codec -> contains(codec.names, name))
                .findFirst();
    }

    /** The codec that a file name's last extension stands for; NONE when it stands for none. */
    public static Codec ofFileName(String fileName) {
        int dot = fileName.lastIndexOf('.');
        String extension = fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(codec -> dot >= 0 && !extension.isEmpty() && contains(codec.extensions, extension))
                .findFirst()
                .orElse(NONE);
    }

    /** The codec whose streams begin with such bytes; NONE when there is none. A zstd stream may begin with a skippable frame. */
    public static Codec ofMagic(byte[] head) {
        return Arrays.stream(values())
                .filter(codec -> codec != NONE && codec.matches(head, head.length))
                .findFirst()
                .orElse(NONE);
    }

    private boolean matches(byte[] head, int length) {
        if (this == ZSTD && length >= 4 && isSkippable(head)) {
            return true;
        }
        byte[] magic = magic();
        if (length < magic.length || !Arrays.equals(head, 0, magic.length, magic, 0, magic.length)) {
            return false;
        }
        return this != LZMA || length >= MAGIC_LENGTH && isLzmaHeader(head);
    }

    /** RFC 8878, section 3.1.2: 0x184D2A50 to 0x184D2A5F. */
    private static boolean isSkippable(byte[] head) {
        return (head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
    }

    /** The uncompressed size (bytes 5 to 12) is unknown (all ones) or below 256 GiB, as other readers ask too. */
    private static boolean isLzmaHeader(byte[] head) {
        long size = Lz4Format.read8(head, 5);
        return size == -1 || size >= 0 && size < 1L << 38;
    }

    /**
     * Decodes a stream while it is read. Every member, stream or frame is decoded up to the input's end; what does not
     * end properly is an error, never a short read. The stream returned does not buffer single-byte reads; closing it closes
     * {@code in}.
     *
     * @param in the compressed bytes; read in large pieces, and possibly beyond what is needed
     * @param limits what the stream may take
     * @return the decoded bytes; its reads throw {@link CorruptDataException} for damaged or truncated input,
     *     {@link dev.caisson.bytes.LimitExceededException} beyond the limits,
     *     {@link dev.caisson.bytes.UnsupportedFeatureException} for what the decoder does not know, or the exception of
     *     {@code in} itself
     * @throws NotThisFormatException when the input begins with other bytes
     * @throws IOException as the reads
     */
    public InputStream decode(InputStream in, CodecLimits limits) throws IOException {
        CodecSource source = new CodecSource(in);
        if (this != NONE) {
            requireMagic(source);
        }
        return CodecStream.open(this, source, limits);
    }

    private void requireMagic(CodecSource source) throws IOException {
        byte[] head = source.peek(MAGIC_LENGTH);
        if (matches(head, head.length)) {
            return;
        }
        byte[] magic = magic();
        int known = Math.min(head.length, magic.length);
        boolean prefix = Arrays.equals(head, 0, known, magic, 0, known);
        if (prefix && head.length < (this == LZMA ? MAGIC_LENGTH : magic.length)) {
            throw new CorruptDataException(codecName() + " stream", head.length, "it ends within its header", "");
        }
        throw new NotThisFormatException(
                codecName() + " stream",
                0,
                "first bytes 0x" + HexFormat.of().formatHex(head, 0, known),
                "magic 0x" + this.magic);
    }
}
