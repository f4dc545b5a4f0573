package dev.caisson.engine.formats;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Variant;
import dev.caisson.ova.OvaDisk;
import dev.caisson.ova.OvaPlan;
import dev.caisson.ova.OvfDescriptor;
import dev.caisson.ova.OvfMachine;
import dev.caisson.ova.OvfProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The formats of a variant besides the raw image, which is always written. The machine of an OVA has EFI firmware, PVSCSI and
 * user data as a property; its manifest is not signed and it brings no Secure Boot keys.
 */
public final class BuildFormats {
    private static final int HARDWARE_VERSION = 15;
    private static final int CPUS = 2;
    private static final int MEMORY_MIB = 2048;

    private final Variant variant;

    /** Those that the variant lists. */
    public BuildFormats(Variant variant) {
        this.variant = variant;
    }

    /** Where a format's file goes. */
    @FunctionalInterface
    public interface Place {
        /**
         * The path of a new file.
         *
         * @param kind the artifact's kind: the format's name
         * @param suffix what the file's name ends with
         */
        Path file(String kind, String suffix);
    }

    /** Writes every format. */
    public void write(BootParts parts, WorkPool pool, Place place) throws Exception {
        ImageConversion conversion = new ImageConversion(pool, Progress.NONE);
        for (String name : variant.formats()) {
            switch (name) {
                case "raw" -> {}
                case "ova" -> writeOva(parts.disk(), conversion, place.file(name, ".ova"));
                case "iso" ->
                    new FormatPipeline(pool, Progress.NONE)
                            .writeRaw(new LiveIso(variant, parts).image(), place.file(name, ".iso"));
                default -> {
                    OutputFormat format = OutputFormat.ofName(name);
                    Path file = place.file(name, format.extension());
                    conversion.write(parts.disk(), file, file.getFileName().toString(), format, 0);
                }
            }
        }
    }

    private void writeOva(DiskImage image, ImageConversion conversion, Path file) throws Exception {
        String base = file.getFileName().toString().replaceFirst("\\.ova$", "");
        String diskName = base + "-disk1.vmdk";
        Path disk = file.resolveSibling("." + diskName);
        conversion.write(image, disk, diskName, OutputFormat.ofName("vmdk"), 0);
        try (FileSource source = FileSource.open(disk);
                FileSink out = FileSink.create(file)) {
            List<OvaDisk> disks = List.of(
                    new OvaDisk(diskName, source, DigestAlgorithm.SHA256.of(source), image.size(), image.dataBytes()));
            OvaPlan.of(base, OvfDescriptor.generate(machine(), disks), disks, Optional.empty(), 0)
                    .writeTo(out);
        }
        Files.delete(disk);
    }

    private OvfMachine machine() {
        return new OvfMachine(
                variant.name(),
                variant.branding().prettyName().orElse(variant.branding().name()),
                variant.version(),
                HARDWARE_VERSION,
                CPUS,
                MEMORY_MIB,
                OvfMachine.Controller.PVSCSI,
                "VM Network",
                Optional.empty(),
                List.of(new OvfProperty(
                        "guestinfo.userdata", "User data", "Configuration for the first boot", "", false)));
    }
}
