package dev.caisson.secureboot;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.Plan;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The flash image in which EDK2 keeps variables for QEMU: {@code OVMF_VARS*.fd}, {@code AAVMF_VARS*.fd}. A firmware volume
 * (PI 1.7 volume 3 §3.2.1) that holds one authenticated variable store and, behind it, the areas of the fault-tolerant-write
 * driver.
 *
 * <pre>
 * EFI_FIRMWARE_VOLUME_HEADER        VARIABLE_STORE_HEADER, behind it
 *      0   16 ZeroVector                 0   16 Signature  authenticated variables
 *     16   16 FileSystemGuid  NV data   16    4 Size       header and variables
 *     32    8 FvLength                  20    1 Format     0x5A
 *     40    4 Signature       _FVH      21    1 State      0xFE
 *     44    4 Attributes                22    6 Reserved
 *     48    2 HeaderLength              28      variables, then 0xFF
 *     50    2 Checksum        16-bit words of the header sum to 0
 *     52    2 ExtHeaderOffset
 *     55    1 Revision        2
 *     56      block map, ended by 8 zero bytes
 * </pre>
 */
public final class VariableStore implements Plan {
    private static final Guid NV_DATA = Guid.parse("fff12b8d-7696-4c8b-a985-2747075b4f50");
    private static final Guid AUTHENTICATED = Guid.parse("aaf32c78-947b-439a-a180-2e144ec37792");
    private static final Guid WORKING_BLOCK = Guid.parse("9e58292b-7c68-497d-a0ce-6500fd9f1b95");
    private static final int FVH = 0x4856465f;
    private static final int STORE_HEADER_SIZE = 28;
    private static final int MAX_HEADER = 4096;
    private static final int MAX_VOLUME = 16 << 20;
    private static final int PIECE = 1 << 16;

    private final ByteSource template;
    private final int variablesAt;
    private final int variablesEnd;
    private final List<StoredVariable> variables;

    private VariableStore(ByteSource template, int variablesAt, int variablesEnd, List<StoredVariable> variables) {
        this.template = template;
        this.variablesAt = variablesAt;
        this.variablesEnd = variablesEnd;
        this.variables = variables;
    }

    /**
     * Reads a flash image; what lies outside of the variable area is not looked at, and copied when the store is written.
     *
     * @throws NotThisFormatException when there is no variable volume at the start, as in an erased or all-zero image
     */
    public static VariableStore read(ByteSource flash) throws IOException {
        if (flash.size() < 64 + STORE_HEADER_SIZE) {
            throw new NotThisFormatException("firmware volume", 0, flash.size() + " bytes", "a volume header");
        }
        BinaryReader in = BinaryReader.littleEndian("EFI_FIRMWARE_VOLUME_HEADER", flash.read(0, 64));
        in.skip(16);
        Guid kind = in.guid();
        long length = in.u63();
        if (in.i32() != FVH || !kind.equals(NV_DATA)) {
            throw new NotThisFormatException(
                    "firmware volume", 16, "is of kind " + kind, "a variable volume " + NV_DATA);
        }
        int headerLength = in.skip(4).u16();
        if (length > flash.size() || length < headerLength + STORE_HEADER_SIZE || headerLength > MAX_HEADER) {
            throw new CorruptDataException(
                    "firmware volume FvLength",
                    32,
                    length + " with a header of " + headerLength,
                    "up to " + flash.size());
        }
        if (length > MAX_VOLUME) {
            throw new LimitExceededException("firmware volume FvLength", 32, length + " bytes", "at most 16 MiB");
        }
        checkSum(flash.read(0, headerLength));
        return readStore(flash, headerLength, length);
    }

    private static void checkSum(byte[] header) throws CorruptDataException {
        BinaryReader in = BinaryReader.littleEndian("EFI_FIRMWARE_VOLUME_HEADER", header);
        int sum = 0;
        while (in.remaining() > 0) {
            sum += in.u16();
        }
        if ((sum & 0xffff) != 0) {
            throw new CorruptDataException(
                    "firmware volume Checksum", 50, "header sums to 0x" + Integer.toHexString(sum & 0xffff), "0");
        }
    }

    private static VariableStore readStore(ByteSource flash, int at, long volumeEnd) throws IOException {
        BinaryReader in = new BinaryReader(
                "VARIABLE_STORE_HEADER",
                flash.read(at, STORE_HEADER_SIZE),
                0,
                STORE_HEADER_SIZE,
                at,
                ByteOrder.LITTLE_ENDIAN);
        Guid kind = in.guid();
        long size = in.u32();
        int format = in.u8();
        int state = in.u8();
        if (!kind.equals(AUTHENTICATED)) {
            throw new UnsupportedFeatureException(
                    "VARIABLE_STORE_HEADER Signature", at, kind.toString(), "authenticated variables " + AUTHENTICATED);
        }
        if (format != 0x5a || state != 0xfe || size < STORE_HEADER_SIZE || size > volumeEnd - at) {
            throw new CorruptDataException(
                    "VARIABLE_STORE_HEADER",
                    at + 16L,
                    "format " + format + ", state " + state + ", " + size + " bytes",
                    "format 90, state 254, at most " + (volumeEnd - at) + " bytes");
        }
        int start = at + STORE_HEADER_SIZE;
        int length = (int) size - STORE_HEADER_SIZE;
        BinaryReader body = new BinaryReader(
                "AUTHENTICATED_VARIABLE_HEADER", flash.read(start, length), 0, length, start, ByteOrder.LITTLE_ENDIAN);
        return new VariableStore(flash, start, start + length, readVariables(body));
    }

    private static List<StoredVariable> readVariables(BinaryReader in) throws CorruptDataException {
        List<StoredVariable> current = new ArrayList<>();
        List<StoredVariable> replaced = new ArrayList<>();
        while (in.remaining() >= StoredVariable.HEADER_SIZE) {
            int at = in.position();
            if (in.u16() != StoredVariable.START_ID) {
                break;
            }
            StoredVariable.Slot slot = StoredVariable.read(in.seek(at));
            if (slot.state() == StoredVariable.STATE_ADDED) {
                current.add(slot.variable());
            } else if (slot.variable() != null) {
                replaced.add(slot.variable());
            }
        }
        // A power cut can leave the old value valid and the new one unwritten.
        for (StoredVariable old : replaced) {
            if (current.stream().noneMatch(old::sameAs)) {
                current.add(old);
            }
        }
        return List.copyOf(current);
    }

    /** The empty store of OVMF's 4 MiB builds: 540,672 bytes. */
    public static VariableStore emptyOvmf4m() {
        return empty(0x84000, 0x84000, 0x4feff, 0x84, 0x1000, 0x40000, 0x41000, 0x1000);
    }

    /** The empty store of AAVMF: 64 MiB, of which the first 768 KiB are used. */
    public static VariableStore emptyAavmf() {
        return empty(64 << 20, 0xc0000, 0xe36, 0x100, 0x40000, 0x40000, 0x40000, 0x40000);
    }

    private static VariableStore empty(
            long flashSize,
            int volumeSize,
            long attributes,
            int blocks,
            int blockSize,
            int storeEnd,
            int workingAt,
            int workingSize) {
        int headerLength = 0x48;
        BinaryWriter header = BinaryWriter.littleEndian(volumeSize)
                .zeros(16)
                .guid(NV_DATA)
                .u64(volumeSize)
                .u32(FVH)
                .u32(attributes)
                .u16(headerLength)
                .zeros(5)
                .u8(2)
                .u32(blocks)
                .u32(blockSize)
                .zeros(8);
        byte[] volume = new byte[volumeSize];
        Arrays.fill(volume, (byte) 0xff);
        byte[] bytes = header.toByteArray();
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) + ((bytes[i + 1] & 0xff) << 8);
        }
        bytes[50] = (byte) -sum;
        bytes[51] = (byte) (-sum >> 8);
        System.arraycopy(bytes, 0, volume, 0, headerLength);
        // Between the store and the working block OVMF has a page for its event log, AAVMF nothing.
        int size = storeEnd - headerLength;
        byte[] store = BinaryWriter.littleEndian(STORE_HEADER_SIZE)
                .guid(AUTHENTICATED)
                .u32(size)
                .u8(0x5a)
                .u8(0xfe)
                .zeros(6)
                .toByteArray();
        System.arraycopy(store, 0, volume, headerLength, store.length);
        byte[] working = workingBlock(workingSize);
        System.arraycopy(working, 0, volume, workingAt, working.length);
        ByteSource flash = new PaddedSource(volume, flashSize);
        return new VariableStore(flash, headerLength + STORE_HEADER_SIZE, headerLength + size, List.of());
    }

    /** EFI_FAULT_TOLERANT_WORKING_BLOCK_HEADER of an idle, empty queue; its CRC is taken over an erased state and CRC. */
    private static byte[] workingBlock(int size) {
        BinaryWriter out = BinaryWriter.littleEndian(32)
                .guid(WORKING_BLOCK)
                .u32(0xffffffffL)
                .u32(0xffffffffL)
                .u64(size - 32L);
        CRC32 crc = new CRC32();
        crc.update(out.toByteArray());
        return out.patchU32(16, crc.getValue()).patchU32(20, 0xfffffffeL).toByteArray();
    }

    /** The valid variables, in stored order. */
    public List<StoredVariable> variables() {
        return variables;
    }

    /** One variable. */
    public Optional<StoredVariable> variable(String name, Guid vendor) {
        return variables.stream()
                .filter(variable ->
                        variable.name().equals(name) && variable.vendor().equals(vendor))
                .findFirst();
    }

    /**
     * The same store with exactly these variables, ordered by name and vendor. Only the variable area changes.
     *
     * @throws LimitExceededException when they do not fit
     */
    public VariableStore withOnly(List<StoredVariable> replacement) throws LimitExceededException {
        List<StoredVariable> sorted = replacement.stream()
                .sorted(Comparator.comparing(StoredVariable::name)
                        .thenComparing(variable -> variable.vendor().toString()))
                .toList();
        long needed =
                sorted.stream().mapToLong(variable -> variable.encode().length).sum();
        if (needed > variablesEnd - variablesAt) {
            throw new LimitExceededException(
                    "variable store",
                    variablesAt,
                    needed + " bytes",
                    "at most " + (variablesEnd - variablesAt) + " bytes");
        }
        return new VariableStore(template, variablesAt, variablesEnd, sorted);
    }

    /** The same store with these variables added or replaced. */
    public VariableStore with(List<StoredVariable> added) throws LimitExceededException {
        List<StoredVariable> all = new ArrayList<>(added);
        variables.stream()
                .filter(variable -> added.stream().noneMatch(variable::sameAs))
                .forEach(all::add);
        return withOnly(all);
    }

    @Override
    public long size() {
        return template.size();
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        out.write(template.read(0, variablesAt));
        byte[] area = new byte[variablesEnd - variablesAt];
        Arrays.fill(area, (byte) 0xff);
        int at = 0;
        for (StoredVariable variable : variables) {
            byte[] bytes = variable.encode();
            System.arraycopy(bytes, 0, area, at, bytes.length);
            at += bytes.length;
        }
        out.write(area);
        copyTail(out);
    }

    /** Most of AAVMF's 64 MiB are zeros, which a file can hold as a hole. */
    private void copyTail(ByteSink out) throws IOException {
        for (long at = variablesEnd; at < template.size(); at += PIECE) {
            byte[] piece = template.read(at, (int) Math.min(PIECE, template.size() - at));
            if (Arrays.equals(piece, new byte[piece.length])) {
                out.zeros(piece.length);
            } else {
                out.write(piece);
            }
        }
    }
}
