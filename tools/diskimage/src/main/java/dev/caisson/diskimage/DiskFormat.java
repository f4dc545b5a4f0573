package dev.caisson.diskimage;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The disk formats by name, file extension and content. */
public enum DiskFormat {
    /** The plain bytes. */
    RAW("raw", ".raw .img .bin"),
    /** QEMU's format, version 3; the compression is an option. */
    QCOW2("qcow2", ".qcow2 .qcow"),
    /** Stream-optimized VMDK. */
    VMDK("vmdk", ".vmdk"),
    /** Growing VMDK of one file. */
    VMDK_SPARSE("vmdk-sparse", ".sparse.vmdk"),
    /** Fixed VHD, as Azure takes it. */
    VHD("vhd", ".vhd"),
    /** Dynamic VHD. */
    VHD_DYNAMIC("vhd-dynamic", ".dynamic.vhd"),
    /** Dynamic VHDX, for Hyper-V. */
    VHDX("vhdx", ".vhdx"),
    /** Google Compute Engine's tar.gz. */
    GCE("gce", ".tar.gz");

    private static final int HEAD_BYTES = 512;

    private final String formatName;
    /** Separated by spaces; the first one is the usual one. */
    private final String extensions;

    DiskFormat(String formatName, String extensions) {
        this.formatName = formatName;
        this.extensions = extensions;
    }

    /** The name on the command line and in manifests. */
    public String formatName() {
        return formatName;
    }

    /** What a file's name ends with by default, with the dot. */
    public String extension() {
        return extensions.split(" ", -1)[0];
    }

    /** The format of that name. */
    public static Optional<DiskFormat> ofName(String name) {
        return Arrays.stream(values())
                .filter(format -> format.formatName.equals(name))
                .findFirst();
    }

    /** The format with the longest extension that the file name ends with. */
    public static Optional<DiskFormat> ofFileName(String fileName) {
        DiskFormat best = null;
        int length = 0;
        for (DiskFormat format : values()) {
            for (String extension : format.extensions.split(" ", -1)) {
                if (fileName.endsWith(extension) && extension.length() > length) {
                    best = format;
                    length = extension.length();
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * What a file is by its content: QCOW2, VMDK, VHD, VHDX, or RAW when it is none of them. A compressed stream is not looked into.
     */
    public static DiskFormat detect(ByteSource file) throws IOException {
        byte[] head = file.read(0, (int) Math.min(HEAD_BYTES, file.size()));
        String start = new String(head, 0, Math.min(4, head.length), StandardCharsets.ISO_8859_1);
        if (start.equals("QFI\u00fb")) {
            return QCOW2;
        }
        if (start.equals("KDMV")) {
            return VMDK;
        }
        if (new String(head, 0, Math.min(8, head.length), StandardCharsets.ISO_8859_1)
                .equals(VhdxLayout.FILE_SIGNATURE)) {
            return VHDX;
        }
        if (file.size() >= VhdFooter.SIZE) {
            long end = file.size() - VhdFooter.SIZE;
            byte[] foot = file.read(end, 8);
            if (new String(foot, StandardCharsets.ISO_8859_1).equals("conectix")) {
                return VHD;
            }
        }
        return RAW;
    }

    /**
     * Opens a file of whatever format it is.
     *
     * @param file must stay open as long as the image is used
     * @throws FormatException when it is damaged, or uses what is not supported
     */
    public static DiskImage open(ByteSource file) throws IOException {
        return switch (detect(file)) {
            case QCOW2 -> Qcow2Reader.open(file);
            case VMDK, VMDK_SPARSE -> VmdkReader.open(file);
            case VHD, VHD_DYNAMIC -> VhdReader.open(file);
            case VHDX -> VhdxReader.open(file);
            case RAW -> DiskImage.of(file.size(), List.of(new dev.caisson.bytes.Extent(0, file)));
            case GCE -> throw new NotThisFormatException("disk image", 0, "a compressed archive", "a disk image");
        };
    }
}
