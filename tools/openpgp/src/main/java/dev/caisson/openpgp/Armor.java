package dev.caisson.openpgp;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * ASCII armor (RFC 9580 §6): header line, armor headers, empty line, base64, optional CRC-24, tail line.
 *
 * <p>Text before and after blocks is passed over, as key files often carry comments. A CRC-24 that is present must be right,
 * although RFC 9580 lets readers ignore it: a wrong one means damage.
 */
final class Armor {
    private static final String BEGIN = "-----BEGIN PGP ";
    private static final String END = "-----END PGP ";
    private static final String DASHES = "-----";

    private Armor() {}

    /** Whether the bytes are text with an armor header line at the start of some line. */
    static boolean isArmored(byte[] bytes) {
        // A binary packet always has its first bit set, so text cannot be one.
        return bytes.length > 0 && bytes[0] >= 0 && indexOfBegin(text(bytes)) >= 0;
    }

    private static int indexOfBegin(String text) {
        if (text.startsWith(BEGIN)) {
            return 0;
        }
        int at = text.indexOf("\n" + BEGIN);
        return at < 0 ? -1 : at + 1;
    }

    /**
     * The contents of all blocks of one kind, one after the other.
     *
     * @param label what follows {@code BEGIN PGP}, such as {@code SIGNATURE}
     */
    static byte[] decode(byte[] armored, String label) throws FormatException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> block = null;
        boolean any = false;
        for (String raw : text(armored).split("\n", -1)) {
            String line = raw.stripTrailing();
            if (block == null) {
                if (line.equals(BEGIN + label + DASHES)) {
                    block = new ArrayList<>();
                } else if (line.startsWith(BEGIN)) {
                    throw new CorruptDataException("armor", FormatException.NO_OFFSET, "is " + quote(line), label);
                }
            } else if (line.startsWith(END)) {
                if (!line.equals(END + label + DASHES)) {
                    throw new CorruptDataException(
                            "armor", FormatException.NO_OFFSET, "ends with " + quote(line), label);
                }
                out.writeBytes(decodeBlock(block));
                block = null;
                any = true;
            } else {
                block.add(line);
            }
        }
        if (block != null || !any) {
            String actual = any || block != null ? "ends within a block" : "has no block";
            throw new CorruptDataException("armor", FormatException.NO_OFFSET, actual, "PGP " + label);
        }
        return out.toByteArray();
    }

    private static byte[] decodeBlock(List<String> lines) throws CorruptDataException {
        int body = lines.indexOf("");
        if (body < 0) {
            throw new CorruptDataException(
                    "armor", FormatException.NO_OFFSET, "has no empty line", "one after its headers");
        }
        StringBuilder base64 = new StringBuilder();
        String checksum = null;
        for (String line : lines.subList(body + 1, lines.size())) {
            if (checksum != null && !line.isEmpty()) {
                throw new CorruptDataException("armor", FormatException.NO_OFFSET, "goes on after its checksum", "");
            }
            if (line.length() == 5 && line.charAt(0) == '=') {
                checksum = line.substring(1);
            } else {
                base64.append(line);
            }
        }
        byte[] bytes = base64(base64.toString());
        if (checksum != null && crc24(bytes) != number(base64(checksum))) {
            throw new CorruptDataException("armor", FormatException.NO_OFFSET, "has a wrong CRC-24", "");
        }
        return bytes;
    }

    private static byte[] base64(String text) throws CorruptDataException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException("armor", FormatException.NO_OFFSET, "is not base64", "");
        }
    }

    private static int number(byte[] three) {
        return three.length == 3 ? (three[0] & 0xff) << 16 | (three[1] & 0xff) << 8 | three[2] & 0xff : -1;
    }

    /** RFC 9580 §6.1.1: generator 0x864CFB, initial value 0xB704CE. */
    static int crc24(byte[] bytes) {
        int crc = 0xb704ce;
        for (byte b : bytes) {
            crc ^= (b & 0xff) << 16;
            for (int i = 0; i < 8; i++) {
                crc <<= 1;
                if ((crc & 0x1000000) != 0) {
                    crc ^= 0x1864cfb;
                }
            }
        }
        return crc & 0xffffff;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String quote(String line) {
        return "\"" + line.substring(0, Math.min(60, line.length())) + "\"";
    }
}
