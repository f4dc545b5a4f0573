package dev.caisson.engine.formats;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.eif.EifMeasurements;
import dev.caisson.eif.EifMetadata;
import dev.caisson.eif.EifPlan;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The system as an enclave of AWS Nitro. An enclave has no disk: the root is the second ramdisk ({@link LiveInitrd}), so PCR 1 is
 * of kernel, command line and initrd, PCR 2 of the root.
 */
final class EnclaveImage {
    /** "HdrS" of the x86 boot protocol, and the magic of an arm64 Image. */
    private static final int X86_MAGIC_AT = 0x202;

    private static final int ARM_MAGIC_AT = 56;

    private final Variant variant;
    private final BootParts parts;

    EnclaveImage(Variant variant, BootParts parts) {
        this.variant = variant;
        this.parts = parts;
    }

    /**
     * Writes the image and what it measures, in the form of nitro-cli.
     *
     * @param file of the image, must not exist
     * @param measurements of the JSON document, must not exist
     */
    void write(Path file, Path measurements) throws BuildException, IOException {
        BootParts.Boot boot = parts.boot();
        String commandLine = LiveCommandLine.fromInitrd(variant, boot, "eif");
        requireKernel(boot.kernel());
        Path archive = file.resolveSibling("." + file.getFileName() + ".initrd");
        try {
            LiveInitrd.write(parts, "eif", archive);
            try (FileSource root = FileSource.open(archive);
                    FileSink out = FileSink.create(file)) {
                EifPlan plan = EifPlan.of(
                        new EifPlan.Contents(
                                variant.architecture() == Arch.AARCH64,
                                boot.kernel(),
                                commandLine,
                                List.of(ByteSource.of(boot.initrd().orElseThrow()), root),
                                metadata()),
                        boot.enclaveKey());
                plan.writeTo(out);
                Files.write(measurements, Json.prettyBytes(json(plan.measurements())));
            }
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private void requireKernel(ByteSource kernel) throws BuildException, IOException {
        boolean arm = variant.architecture() == Arch.AARCH64;
        int at = arm ? ARM_MAGIC_AT : X86_MAGIC_AT;
        String magic = kernel.size() < at + 4 ? "" : new String(kernel.read(at, 4), StandardCharsets.ISO_8859_1);
        if (!magic.equals(arm ? "ARMd" : "HdrS")) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "an enclave's kernel must be " + (arm ? "an uncompressed Image" : "a bzImage")
                            + ", and that of the image is none",
                    "choose another kernel package, or leave the format eif out");
        }
    }

    private EifMetadata metadata() {
        return new EifMetadata(
                variant.name(),
                variant.version(),
                Instant.ofEpochSecond(parts.epochSeconds()).toString(),
                "caisson",
                "0.1.0",
                variant.branding().name(),
                parts.boot().kernelVersion());
    }

    private static JsonObject json(EifMeasurements measurements) {
        JsonObject registers = JsonObject.of()
                .put("HashAlgorithm", "Sha384 { ... }")
                .put("PCR0", measurements.pcr0().hex())
                .put("PCR1", measurements.pcr1().hex())
                .put("PCR2", measurements.pcr2().hex());
        measurements.pcr8().ifPresent(pcr8 -> registers.put("PCR8", pcr8.hex()));
        return JsonObject.of().put("Measurements", registers);
    }
}
