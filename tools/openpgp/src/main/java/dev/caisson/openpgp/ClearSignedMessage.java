package dev.caisson.openpgp;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message in the cleartext signature framework (RFC 9580 §7).
 *
 * <pre>
 * -----BEGIN PGP SIGNED MESSAGE-----
 * Hash: SHA512               (any number of Hash headers, nothing else)
 *                            (one empty line)
 * text, lines that start with a dash prefixed by "- "
 * -----BEGIN PGP SIGNATURE-----
 * ...
 * -----END PGP SIGNATURE-----
 * </pre>
 *
 * <p>Nothing may stand before or after: text outside the signed part is how signed and unsigned data get confused.
 */
public final class ClearSignedMessage {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
    private static final String END = "-----END PGP SIGNATURE-----";

    private final byte[] text;
    private final byte[] canonicalText;
    private final byte[] signature;

    private ClearSignedMessage(byte[] text, byte[] canonicalText, byte[] signature) {
        this.text = text;
        this.canonicalText = canonicalText;
        this.signature = signature;
    }

    /** Whether the bytes start as such a message does. */
    public static boolean isClearSigned(byte[] bytes) {
        return bytes.length >= BEGIN.length()
                && BEGIN.equals(new String(bytes, 0, BEGIN.length(), StandardCharsets.ISO_8859_1));
    }

    /**
     * Takes a message apart; nothing is verified yet.
     *
     * @throws FormatException when the bytes are not exactly one such message
     */
    public static ClearSignedMessage parse(byte[] bytes) throws FormatException {
        if (!isClearSigned(bytes)) {
            throw new NotThisFormatException("cleartext signed message", 0, "starts otherwise", BEGIN);
        }
        Lines lines = new Lines(bytes);
        if (!lines.next() || !lines.is(BEGIN)) {
            throw new NotThisFormatException("cleartext signed message", 0, "starts otherwise", BEGIN);
        }
        skipHeaders(lines);
        ByteArrayOutputStream text = new ByteArrayOutputStream(bytes.length);
        ByteArrayOutputStream canonical = new ByteArrayOutputStream(bytes.length + bytes.length / 32);
        boolean first = true;
        while (true) {
            if (!lines.next()) {
                throw new CorruptDataException("cleartext signed message", bytes.length, "ends", SIGNATURE);
            }
            if (lines.is(SIGNATURE)) {
                break;
            }
            int from = lines.unescapedStart();
            if (!first) {
                canonical.write('\r');
                canonical.write('\n');
            }
            first = false;
            canonical.write(bytes, from, lines.end - from);
            text.write(bytes, from, lines.end - from);
            text.write('\n');
        }
        byte[] signature = Arrays.copyOfRange(bytes, lines.start, bytes.length);
        checkTail(lines);
        return new ClearSignedMessage(
                text.toByteArray(), canonical.toByteArray(), Armor.decode(signature, "SIGNATURE"));
    }

    private static void skipHeaders(Lines lines) throws CorruptDataException {
        while (lines.next()) {
            if (lines.start == lines.end) {
                return;
            }
            if (!lines.startsWith("Hash: ")) {
                // RFC 9580 §7.2: other headers could carry text that looks signed.
                throw new CorruptDataException("cleartext signed message", lines.start, "has another header", "Hash");
            }
        }
        throw new CorruptDataException("cleartext signed message", lines.start, "ends in its headers", "an empty line");
    }

    private static void checkTail(Lines lines) throws CorruptDataException {
        boolean ended = false;
        while (lines.next()) {
            if (ended && lines.start != lines.end) {
                throw new CorruptDataException("cleartext signed message", lines.start, "goes on after its end", "");
            }
            ended |= lines.is(END);
        }
        if (!ended) {
            throw new CorruptDataException("cleartext signed message", lines.start, "ends", END);
        }
    }

    /**
     * The signed text: dash escapes undone, trailing blanks of each line removed (the signature does not cover them), every
     * line ended by a line feed.
     */
    public byte[] text() {
        return text.clone();
    }

    /** What the signature covers: the text with CR LF between lines and none after the last. */
    byte[] canonicalText() {
        return canonicalText;
    }

    /** The signature packets, binary. */
    byte[] signature() {
        return signature;
    }

    /** A cursor over lines; {@code end} lies before trailing blanks and the line ending. */
    private static final class Lines {
        private final byte[] bytes;
        private int start;
        private int end;
        private int following;

        Lines(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean next() {
            start = following;
            if (start >= bytes.length) {
                end = start;
                return false;
            }
            int at = start;
            while (at < bytes.length && bytes[at] != '\n') {
                at++;
            }
            following = at + 1;
            while (at > start && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t' || bytes[at - 1] == '\r')) {
                at--;
            }
            end = at;
            return true;
        }

        boolean is(String line) {
            return end - start == line.length() && startsWith(line);
        }

        boolean startsWith(String prefix) {
            if (end - start < prefix.length()) {
                return false;
            }
            for (int i = 0; i < prefix.length(); i++) {
                if (bytes[start + i] != prefix.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        int unescapedStart() throws CorruptDataException {
            if (start == end || bytes[start] != '-') {
                return start;
            }
            if (start + 1 < bytes.length && bytes[start + 1] == ' ') {
                return Math.min(start + 2, end);
            }
            throw new CorruptDataException(
                    "cleartext signed message", start, "has a line that starts with a dash", "\"- \" before it");
        }
    }
}
