package dev.caisson.iso;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** The descriptors and directories of an image whose contents have their places. */
public final class IsoPlan {
    private static final int PRIMARY = 1;
    private static final int TERMINATOR = 255;
    private static final int EFI = 0xef;
    private static final int BOOTABLE = 0x88;
    private static final int VIRTUAL_SECTOR = 512;
    private static final int MOST_BOOT_SECTORS = 0xffff;

    private static final int PRIMARY_AT = IsoLayout.FIRST_DESCRIPTOR;
    private static final int BOOT_AT = PRIMARY_AT + 1;
    private static final int TERMINATOR_AT = BOOT_AT + 1;
    private static final int CATALOG_AT = TERMINATOR_AT + 1;
    private static final int PATH_TABLES_AT = CATALOG_AT + 1;

    private final IsoVolume volume;
    private final IsoDirectory root;
    /** In the path table's order: by level, then by the number of the one above, then by name. */
    private final List<IsoDirectory> directories;

    private final List<byte[]> names;
    private final long pathTableSectors;
    private final long endSector;

    private IsoPlan(IsoVolume volume, List<IsoFile> files) {
        this.volume = volume;
        this.root = new IsoDirectory("", null, volume.epochSeconds());
        files.forEach(file -> root.add(file.path(), file));
        this.directories = new ArrayList<>();
        this.names = new ArrayList<>();
        number();
        this.pathTableSectors = IsoLayout.sectors(pathTable(false).length);
        this.endSector = place();
    }

    /**
     * Plans.
     *
     * @param files in any order; what they hold is put where they say by the caller
     * @throws IllegalArgumentException when two have the same name, one lies outside of the image, or the first one begins
     *     where the directories are
     */
    public static IsoPlan of(IsoVolume volume, List<IsoFile> files) {
        IsoPlan plan = new IsoPlan(volume, files);
        for (IsoFile file : files) {
            if (file.sizeBytes() > 0
                    && (file.offset() < plan.endSector * IsoLayout.SECTOR
                            || file.sizeBytes() > volume.sizeBytes() - file.offset())) {
                throw new IllegalArgumentException("file " + file + ": the directories end at "
                        + plan.endSector * IsoLayout.SECTOR + ", the image at " + volume.sizeBytes());
            }
        }
        return plan;
    }

    private void number() {
        Deque<IsoDirectory> queue = new ArrayDeque<>(List.of(root));
        names.add(new byte[1]);
        while (!queue.isEmpty()) {
            IsoDirectory directory = queue.remove();
            directories.add(directory);
            directory.place(0, directories.size());
            directory.directories().forEach((key, child) -> {
                names.add(key.getBytes(StandardCharsets.US_ASCII));
                queue.add(child);
            });
        }
    }

    private long place() {
        long sector = PATH_TABLES_AT + 2 * pathTableSectors;
        for (IsoDirectory directory : directories) {
            directory.place(sector, directory.number());
            sector += IsoLayout.sectors(directory.sizeBytes());
        }
        return sector;
    }

    /** Where the descriptors and directories end: files may begin there. */
    public long endBytes() {
        return endSector * IsoLayout.SECTOR;
    }

    /** Descriptors, boot catalog, path tables and directories, by offset in the image. */
    public List<Extent> extents() {
        List<Extent> extents = new ArrayList<>();
        extents.add(extent(PRIMARY_AT, primary()));
        extents.add(extent(BOOT_AT, volume.boot().isPresent() ? bootRecord() : terminator()));
        extents.add(extent(TERMINATOR_AT, terminator()));
        volume.boot().ifPresent(boot -> extents.add(extent(CATALOG_AT, catalog(boot))));
        extents.add(extent(PATH_TABLES_AT, pathTable(false)));
        extents.add(extent(PATH_TABLES_AT + pathTableSectors, pathTable(true)));
        for (IsoDirectory directory : directories) {
            extents.add(extent(directory.sector(), directory.encode()));
        }
        extents.sort(Comparator.comparingLong(Extent::offset));
        return extents;
    }

    private static Extent extent(long sector, byte[] bytes) {
        return new Extent(sector * IsoLayout.SECTOR, ByteSource.of(bytes));
    }

    /** ECMA-119 9.4: length of the name, 0, first sector, number of the directory above, name. */
    private byte[] pathTable(boolean bigEndian) {
        BinaryWriter out = bigEndian ? BinaryWriter.bigEndian(256) : BinaryWriter.littleEndian(256);
        for (int i = 0; i < directories.size(); i++) {
            IsoDirectory directory = directories.get(i);
            byte[] name = names.get(i);
            out.u8(name.length)
                    .u8(0)
                    .u32(directory.sector())
                    .u16(directory.parent().number())
                    .bytes(name)
                    .alignTo(2);
        }
        return out.toByteArray();
    }

    private static BinaryWriter descriptor(int type) {
        return BinaryWriter.littleEndian(IsoLayout.SECTOR)
                .u8(type)
                .bytes(IsoLayout.STANDARD.getBytes(StandardCharsets.US_ASCII))
                .u8(1);
    }

    private static byte[] terminator() {
        return descriptor(TERMINATOR).zerosUpTo(IsoLayout.SECTOR).toByteArray();
    }

    /** ECMA-119 8.4. */
    private byte[] primary() {
        BinaryWriter out = descriptor(PRIMARY).u8(0);
        IsoLayout.text(out, "", 32);
        IsoLayout.text(out, volume.identifier(), 32).zeros(8);
        IsoLayout.both32(out, volume.sizeBytes() / IsoLayout.SECTOR).zeros(32);
        IsoLayout.both16(out, 1);
        IsoLayout.both16(out, 1);
        IsoLayout.both16(out, IsoLayout.SECTOR);
        int tableBytes = pathTable(false).length;
        IsoLayout.both32(out, tableBytes);
        out.u32(PATH_TABLES_AT).u32(0);
        out.u32(Integer.toUnsignedLong(Integer.reverseBytes((int) (PATH_TABLES_AT + pathTableSectors))))
                .u32(0)
                .bytes(root.rootRecord());
        IsoLayout.text(out, "", 128);
        IsoLayout.text(out, "", 128);
        IsoLayout.text(out, "", 128);
        IsoLayout.text(out, volume.application(), 128);
        IsoLayout.text(out, "", 3 * 37);
        byte[] time = IsoLayout.longTime(volume.epochSeconds());
        return out.bytes(time)
                .bytes(time)
                .bytes(IsoLayout.noTime())
                .bytes(IsoLayout.noTime())
                .u8(1)
                .zerosUpTo(IsoLayout.SECTOR)
                .toByteArray();
    }

    /** El Torito, figure 7: the sector of the boot catalog at offset 71. */
    private static byte[] bootRecord() {
        return descriptor(0)
                .bytes("EL TORITO SPECIFICATION".getBytes(StandardCharsets.US_ASCII))
                .zerosUpTo(71)
                .u32(CATALOG_AT)
                .zerosUpTo(IsoLayout.SECTOR)
                .toByteArray();
    }

    /** El Torito, figures 2 and 3: validation entry and initial entry. */
    private static byte[] catalog(IsoVolume.BootImage boot) {
        // "If the value of Sector Count is set to 0 or 1, EFI will assume the system partition consumes the space ...
        // to the end."
        long sectors = (boot.sizeBytes() + VIRTUAL_SECTOR - 1) / VIRTUAL_SECTOR;
        return BinaryWriter.littleEndian(IsoLayout.SECTOR)
                .u8(1)
                .u8(EFI)
                .zerosUpTo(28)
                // The sum of the entry's sixteen words is 0.
                .u16(0x10000 - (1 | EFI << 8) - 0xaa55 & 0xffff)
                .u16(0xaa55)
                .u8(BOOTABLE)
                .u8(0)
                .u16(0)
                .u8(0)
                .u8(0)
                .u16(sectors > MOST_BOOT_SECTORS ? 0 : (int) sectors)
                .u32(boot.offset() / IsoLayout.SECTOR)
                .zerosUpTo(IsoLayout.SECTOR)
                .toByteArray();
    }
}
