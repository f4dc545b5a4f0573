package dev.caisson.publish.aws;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.compression.DeflateEncoder;
import dev.caisson.secureboot.StoredVariable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.Adler32;
import java.util.zip.CRC32C;

/**
 * EC2's store of UEFI variables (RegisterImage's {@code UefiData}), as in the public awslabs/python-uefivars, version 0:
 *
 * <pre>
 * offset size field
 *      0    8 "AMZNUEFI" as the bytes 41 4d 5a 4e 55 45 46 49
 *      8    4 CRC-32C of all that follows
 *     12    4 version: 0
 *     16    - zlib stream with a preset dictionary (RFC 1950), of:
 *             u64 number of variables, then of each
 *               u64 length and name in UTF-8, u64 length and data, GUID as stored, u32 attributes
 *               with time-based authentication (0x20) further: EFI_TIME, u64 length and digest (none: length 0)
 * </pre>
 *
 * All numbers are little endian, the whole is in base64. The stream names the preset dictionary of that version, which every
 * reader then loads, but refers to nothing in it: so the dictionary itself need not be here, and our own encoder gives the same
 * bytes on every machine.
 */
final class UefiData {
    /** Longest text that RegisterImage takes. */
    static final int MOST_CHARACTERS = 64_000;

    private static final byte[] MAGIC = "AMZNUEFI".getBytes(StandardCharsets.US_ASCII);
    private static final int TIME_AUTHENTICATED = 0x20;
    private static final int CAPACITY = 1 << 16;
    /** Deflate, 32 KiB window, slowest level, preset dictionary; the check bits make it a multiple of 31. */
    private static final byte[] ZLIB_HEADER = {0x78, (byte) 0xf9};
    /** Adler-32 of the dictionary of version 0. */
    private static final int DICTIONARY = 0x6bb7d9f7;

    private UefiData() {}

    /** The text for RegisterImage: variables sorted by name. */
    static String encode(List<StoredVariable> variables) {
        byte[] plain = plain(variables);
        byte[] body = new DeflateEncoder(DeflateEncoder.SMALLEST).deflate(plain, 0, plain.length);
        Adler32 sum = new Adler32();
        sum.update(plain);
        byte[] rest = ByteBuffer.allocate(4 + 2 + 4 + body.length + 4)
                .putInt(0)
                .put(ZLIB_HEADER)
                .putInt(DICTIONARY)
                .put(body)
                .putInt((int) sum.getValue())
                .array();
        CRC32C crc = new CRC32C();
        crc.update(rest);
        byte[] whole = BinaryWriter.littleEndian(CAPACITY)
                .bytes(MAGIC)
                .u32(crc.getValue())
                .bytes(rest)
                .toByteArray();
        return Base64.getEncoder().encodeToString(whole);
    }

    private static byte[] plain(List<StoredVariable> variables) {
        List<StoredVariable> sorted = variables.stream()
                .sorted(Comparator.comparing(StoredVariable::name))
                .toList();
        BinaryWriter out = BinaryWriter.littleEndian(CAPACITY).u64(sorted.size());
        for (StoredVariable variable : sorted) {
            byte[] name = variable.name().getBytes(StandardCharsets.UTF_8);
            byte[] data = variable.data();
            out.u64(name.length).bytes(name).u64(data.length).bytes(data);
            out.guid(variable.vendor()).u32(variable.attributes());
            if ((variable.attributes() & TIME_AUTHENTICATED) != 0) {
                time(out, variable.timestamp());
                out.u64(0);
            }
        }
        return out.toByteArray();
    }

    /** EFI_TIME (UEFI 2.10 §8.3): authenticated variables leave its sub-second and zone fields 0. */
    private static void time(BinaryWriter out, Optional<Instant> time) {
        if (time.isEmpty()) {
            out.zeros(16);
            return;
        }
        ZonedDateTime utc = time.get().atZone(ZoneOffset.UTC);
        out.u16(utc.getYear())
                .u8(utc.getMonthValue())
                .u8(utc.getDayOfMonth())
                .u8(utc.getHour())
                .u8(utc.getMinute())
                .u8(utc.getSecond())
                .zeros(9);
    }
}
