package dev.caisson.engine.store;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a remote cache holds under {@code ac/<key>}: an {@code ActionResult} of the Remote Execution API
 * (build.bazel.remote.execution.v2), in protobuf's wire form, so that servers which look into results, and keep the contents that
 * a result names, understand it.
 *
 * <pre>
 * ActionResult  2  output_files  OutputFile, one for each content, in order
 *               5  stdout_raw    "caisson result 1\nkey HEX\nstep TEXT\ninput TEXT\n…"
 *               6… other fields  passed over
 *               7  stderr_raw    HMAC-SHA256 of the rest, 32 bytes, where a secret is shared; else absent
 * OutputFile    1  path          the content's name
 *               2  digest        Digest
 * Digest        1  hash          SHA-256, 64 hexadecimal digits
 *               2  size_bytes    varint
 * </pre>
 *
 * @param key what it is the result for; a server that gives it for another key is found out by that
 * @param step name and version of the step
 * @param inputs what went in, for people and for the check
 * @param contents what came out
 * @param code the HMAC, or no bytes
 */
public record RemoteResult(Digest key, String step, List<String> inputs, List<Content> contents, byte[] code) {
    /** Longer ones are not read. */
    static final int MAX_BYTES = 1 << 16;

    private static final String MAGIC = "caisson result 1";
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int MAX_CONTENTS = 16;

    /**
     * One content.
     *
     * @param name within the result
     * @param digest its SHA-256
     * @param sizeBytes its size
     */
    public record Content(String name, Digest digest, long sizeBytes) {}

    /** Copies the lists. */
    public RemoteResult {
        inputs = List.copyOf(inputs);
        contents = List.copyOf(contents);
    }

    /** A result without HMAC. */
    public static RemoteResult of(Digest key, String step, List<String> inputs, List<Content> contents) {
        return new RemoteResult(key, step, inputs, contents, new byte[0]);
    }

    RemoteResult withCode(byte[] value) {
        return new RemoteResult(key, step, inputs, contents, value);
    }

    /** The content of this name and index. */
    public Content content(int index, String name) throws CorruptDataException {
        if (index >= contents.size() || !contents.get(index).name().equals(name)) {
            throw corrupt("has no content " + name, "one");
        }
        return contents.get(index);
    }

    private String text() {
        StringBuilder text = new StringBuilder(MAGIC).append('\n');
        text.append("key ").append(key.hex()).append('\n');
        text.append("step ").append(step).append('\n');
        inputs.forEach(input -> text.append("input ").append(input).append('\n'));
        return text.toString();
    }

    /** The message. */
    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(signedBytes());
        if (code.length > 0) {
            field(out, 7, code);
        }
        return out.toByteArray();
    }

    /** What the HMAC covers: everything else. */
    byte[] signedBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Content content : contents) {
            ByteArrayOutputStream digest = new ByteArrayOutputStream();
            field(digest, 1, content.digest.hex().getBytes(StandardCharsets.US_ASCII));
            varint(digest, 2 << 3 | VARINT);
            varint(digest, content.sizeBytes);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            field(file, 1, content.name.getBytes(StandardCharsets.UTF_8));
            field(file, 2, digest.toByteArray());
            field(out, 2, file.toByteArray());
        }
        field(out, 5, text().getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
        varint(out, (long) number << 3 | BYTES);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** Reads a message, from whoever it comes. */
    static RemoteResult parse(byte[] message) throws FormatException {
        if (message.length > MAX_BYTES) {
            throw new LimitExceededException("remote result", 0, "is " + message.length + " bytes", MAX_BYTES + "");
        }
        List<Content> contents = new ArrayList<>();
        byte[] text = new byte[0];
        byte[] code = new byte[0];
        BinaryReader in = reader(message);
        while (in.remaining() > 0) {
            long tag = varint(in);
            if (tag == (2 << 3 | BYTES)) {
                contents.add(file(bytes(in)));
                if (contents.size() > MAX_CONTENTS) {
                    throw corrupt("names more than " + MAX_CONTENTS + " contents", "a few");
                }
            } else if (tag == (5 << 3 | BYTES)) {
                text = bytes(in);
            } else if (tag == (7 << 3 | BYTES)) {
                code = bytes(in);
            } else {
                skip(in, tag);
            }
        }
        return ofText(new String(text, StandardCharsets.UTF_8), contents, code);
    }

    private static RemoteResult ofText(String text, List<Content> contents, byte[] code) throws FormatException {
        String[] lines = text.split("\n", -1);
        boolean right = lines.length >= 4
                && lines[0].equals(MAGIC)
                && lines[1].matches("key [0-9a-f]{64}")
                && lines[2].startsWith("step ")
                && lines[lines.length - 1].isEmpty();
        List<String> inputs = new ArrayList<>();
        for (int i = 3; right && i < lines.length - 1; i++) {
            right = lines[i].startsWith("input ");
            inputs.add(right ? lines[i].substring("input ".length()) : "");
        }
        if (!right) {
            throw corrupt("is not one of ours", "the text \"" + MAGIC + "\" with key, step and inputs");
        }
        return new RemoteResult(
                Digest.sha256(lines[1].substring("key ".length())),
                lines[2].substring("step ".length()),
                inputs,
                contents,
                code);
    }

    private static Content file(byte[] message) throws FormatException {
        String name = "";
        Digest digest = null;
        long size = 0;
        BinaryReader in = reader(message);
        while (in.remaining() > 0) {
            long tag = varint(in);
            if (tag == (1 << 3 | BYTES)) {
                name = new String(bytes(in), StandardCharsets.UTF_8);
            } else if (tag == (2 << 3 | BYTES)) {
                BinaryReader inner = reader(bytes(in));
                while (inner.remaining() > 0) {
                    long innerTag = varint(inner);
                    if (innerTag == (1 << 3 | BYTES)) {
                        digest = digest(bytes(inner));
                    } else if (innerTag == (2 << 3 | VARINT)) {
                        size = varint(inner);
                    } else {
                        skip(inner, innerTag);
                    }
                }
            } else {
                skip(in, tag);
            }
        }
        if (digest == null || size < 0) {
            throw corrupt("names a content without digest or size", "both");
        }
        return new Content(name, digest, size);
    }

    private static Digest digest(byte[] hex) throws FormatException {
        String text = new String(hex, StandardCharsets.ISO_8859_1);
        if (!text.matches("[0-9a-f]{64}")) {
            throw corrupt("names a content by a digest of " + hex.length + " bytes", "64 hexadecimal digits");
        }
        return new Digest(DigestAlgorithm.SHA256, HexFormat.of().parseHex(text));
    }

    private static BinaryReader reader(byte[] bytes) {
        return BinaryReader.littleEndian("remote result", bytes);
    }

    private static byte[] bytes(BinaryReader in) throws FormatException {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw corrupt("has a field of " + Long.toUnsignedString(length) + " bytes", in.remaining() + " or less");
        }
        return in.bytes(length);
    }

    private static void skip(BinaryReader in, long tag) throws FormatException {
        switch ((int) (tag & 7)) {
            case VARINT -> varint(in);
            case FIXED64 -> in.skip(8);
            case BYTES -> bytes(in);
            case FIXED32 -> in.skip(4);
            default -> throw corrupt("has a field of wire type " + (tag & 7), "0, 1, 2 or 5");
        }
    }

    private static long varint(BinaryReader in) throws FormatException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw corrupt("has a number of more than 64 bits", "less");
    }

    private static CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException("remote result", FormatException.NO_OFFSET, actual, expected);
    }
}
