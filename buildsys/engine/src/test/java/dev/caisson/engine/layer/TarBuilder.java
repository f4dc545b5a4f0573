package dev.caisson.engine.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Writes tar archives for tests, right and wrong ones. */
final class TarBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** One header block with a right checksum, which a test may spoil. */
    static final class Header {
        final byte[] block = new byte[512];

        Header(String name, char type) {
            text(0, 100, name)
                    .octal(100, 8, 0644)
                    .octal(108, 8, 0)
                    .octal(116, 8, 0)
                    .octal(124, 12, 0);
            octal(136, 12, 0);
            block[156] = (byte) type;
            text(257, 8, "ustar\00000");
        }

        Header text(int at, int length, String value) {
            byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
            Arrays.fill(block, at, at + length, (byte) 0);
            System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, length));
            return this;
        }

        Header octal(int at, int length, long value) {
            return text(at, length, String.format(Locale.ROOT, "%0" + (length - 1) + "o", value));
        }

        Header base256(int at, int length, long value) {
            for (int i = 0; i < length; i++) {
                int shift = 8 * (length - 1 - i);
                block[at + i] = (byte) (shift > 63 ? value >> 63 : value >> shift);
            }
            block[at] |= (byte) 0x80;
            return this;
        }

        Header mode(int mode) {
            return octal(100, 8, mode);
        }

        Header owner(long uid, long gid) {
            return octal(108, 8, uid).octal(116, 8, gid);
        }

        Header size(long size) {
            return octal(124, 12, size);
        }

        Header mtime(long mtime) {
            return octal(136, 12, mtime);
        }

        Header link(String target) {
            return text(157, 100, target);
        }

        Header device(int major, int minor) {
            return octal(329, 8, major).octal(337, 8, minor);
        }

        Header gnu() {
            return text(257, 8, "ustar  ");
        }

        byte[] finished() {
            text(148, 8, "        ");
            int sum = 0;
            for (byte b : block) {
                sum += b & 0xff;
            }
            text(148, 8, String.format(Locale.ROOT, "%06o\0 ", sum));
            return block;
        }
    }

    TarBuilder header(Header header) {
        out.writeBytes(header.finished());
        return this;
    }

    TarBuilder bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    TarBuilder content(byte[] content) {
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    TarBuilder member(Header header, byte[] content) {
        return header(header.size(content.length)).content(content);
    }

    TarBuilder file(String name, String content) {
        return member(new Header(name, '0'), content.getBytes(StandardCharsets.ISO_8859_1));
    }

    TarBuilder directory(String name) {
        return header(new Header(name, '5').mode(0755));
    }

    TarBuilder symlink(String name, String target) {
        return header(new Header(name, '2').link(target).mode(0777));
    }

    TarBuilder longName(char type, String name) {
        return member(new Header("././@LongLink", type).gnu(), (name + "\0").getBytes(StandardCharsets.ISO_8859_1));
    }

    TarBuilder pax(char type, String... keysAndValues) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.writeBytes(paxRecord(keysAndValues[i], keysAndValues[i + 1]));
        }
        return member(new Header("PaxHeaders", type), records.toByteArray());
    }

    static byte[] paxRecord(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 1;
        while (String.valueOf(length).length() + rest.length() != length) {
            length++;
        }
        return (length + rest).getBytes(StandardCharsets.ISO_8859_1);
    }

    byte[] withoutEnd() {
        return out.toByteArray();
    }

    byte[] finished() {
        byte[] bytes = out.toByteArray();
        return Arrays.copyOf(bytes, bytes.length + 1024);
    }
}
