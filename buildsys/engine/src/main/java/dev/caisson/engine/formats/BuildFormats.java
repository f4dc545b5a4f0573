package dev.caisson.engine.formats;

import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Variant;
import dev.caisson.secureboot.SecureBootKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The formats of a variant besides the raw image, which is always written. */
public final class BuildFormats {
    private final Variant variant;
    private final Optional<SecureBootKeys> keys;
    private final Optional<DiskImage> dataDisk;

    /**
     * Those that the variant lists.
     *
     * @param keys of the signing profile, for the formats that hold or want them
     * @param dataDisk the second disk, if the variant has one
     */
    public BuildFormats(Variant variant, Optional<SecureBootKeys> keys, Optional<DiskImage> dataDisk) {
        this.variant = variant;
        this.keys = keys;
        this.dataDisk = dataDisk;
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
                case "ova" -> {
                    List<DiskImage> disks = new ArrayList<>(List.of(parts.disk()));
                    dataDisk.ifPresent(disks::add);
                    new OvaFormat(variant, keys).write(disks, conversion, place.file(name, ".ova"));
                }
                case "iso" ->
                    new FormatPipeline(pool, Progress.NONE)
                            .writeRaw(new LiveIso(variant, parts).image(), place.file(name, ".iso"));
                case "pxe" -> new NetworkBoot(variant, parts).write(place.file(name, ".pxe.tar"));
                case "eif" ->
                    new EnclaveImage(variant, parts)
                            .write(place.file(name, ".eif"), place.file("eif-measurements", ".eif.json"));
                case "oci" -> new RootContainer(variant, parts, pool).write(place.file(name, ".oci.tar"));
                default -> {
                    OutputFormat format = OutputFormat.ofName(name);
                    Path file = place.file(name, format.extension());
                    conversion.write(parts.disk(), file, file.getFileName().toString(), format, 0);
                }
            }
        }
    }
}
