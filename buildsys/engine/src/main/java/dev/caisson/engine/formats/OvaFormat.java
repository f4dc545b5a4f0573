package dev.caisson.engine.formats;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.OvaController;
import dev.caisson.manifest.OvaSpec;
import dev.caisson.manifest.Variant;
import dev.caisson.ova.OvaDisk;
import dev.caisson.ova.OvaPlan;
import dev.caisson.ova.OvfDescriptor;
import dev.caisson.ova.OvfMachine;
import dev.caisson.ova.OvfProperty;
import dev.caisson.ova.OvfSecureBoot;
import dev.caisson.ova.OvfTemplate;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.signing.Pem;
import dev.caisson.signing.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A variant's disks as an OVA: the disks become VMDKs beside it, then descriptor, manifest and signature go around them. */
final class OvaFormat {
    private final Variant variant;
    private final OvaSpec spec;
    private final Optional<SecureBootKeys> keys;

    /**
     * The package of a variant.
     *
     * @param keys sign it and are in it, as far as the variant asks for that
     */
    OvaFormat(Variant variant, Optional<SecureBootKeys> keys) {
        this.variant = variant;
        this.spec = variant.ova();
        this.keys = keys;
    }

    /**
     * Writes the package.
     *
     * @param images the disks in the order of the machine
     * @param file the package, which must not exist
     */
    void write(List<DiskImage> images, ImageConversion conversion, Path file) throws Exception {
        String base = file.getFileName().toString().replaceFirst("\\.ova$", "");
        List<Path> files = new ArrayList<>();
        List<FileSource> sources = new ArrayList<>();
        try (FileSink out = FileSink.create(file)) {
            List<OvaDisk> disks = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                String name = base + "-disk" + (i + 1) + ".vmdk";
                Path disk = file.resolveSibling("." + name);
                files.add(disk);
                conversion.write(images.get(i), disk, name, OutputFormat.ofName("vmdk"), 0);
                FileSource source = FileSource.open(disk);
                sources.add(source);
                disks.add(new OvaDisk(
                        name,
                        source,
                        DigestAlgorithm.SHA256.of(source),
                        images.get(i).size(),
                        images.get(i).dataBytes()));
            }
            plan(base, disks).writeTo(out);
        } finally {
            for (FileSource source : sources) {
                source.close();
            }
            for (Path disk : files) {
                Files.deleteIfExists(disk);
            }
        }
    }

    private OvaPlan plan(String base, List<OvaDisk> disks) throws BuildException, IOException {
        Optional<SigningKey> key = spec.signed() ? Optional.of(required("sign").database()) : Optional.empty();
        try {
            return OvaPlan.of(base, descriptor(disks), disks, key, 0);
        } catch (IllegalArgumentException e) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT, "ova: " + e.getMessage(), "shorten the variant's name or the disk", e);
        }
    }

    private byte[] descriptor(List<OvaDisk> disks) throws BuildException, IOException {
        OvfMachine machine = machine();
        if (spec.template().isEmpty()) {
            return OvfDescriptor.generate(machine, disks);
        }
        return OvfTemplate.fill(spec.template().get().text(), OvfTemplate.values(machine, disks))
                .getBytes(StandardCharsets.UTF_8);
    }

    private OvfMachine machine() throws BuildException {
        List<OvfProperty> properties = new ArrayList<>();
        for (OvaSpec.Property property : spec.properties()) {
            properties.add(new OvfProperty(
                    property.key(), property.label(), property.description(), property.value(), property.password()));
        }
        return new OvfMachine(
                variant.name(),
                variant.branding().prettyName().orElse(variant.branding().name()),
                variant.version(),
                spec.hardwareVersion(),
                spec.cpus(),
                spec.memoryMib(),
                spec.controller() == OvaController.NVME ? OvfMachine.Controller.NVME : OvfMachine.Controller.PVSCSI,
                spec.network(),
                spec.secureBoot() ? Optional.of(secureBoot(required("secure-boot"))) : Optional.empty(),
                spec.diskUuids(),
                properties,
                spec.extraConfig());
    }

    /** A dbx that forbids nothing: the digest of no bytes. Without one the firmware would take VMware's. */
    private static OvfSecureBoot secureBoot(SecureBootKeys keys) {
        return new OvfSecureBoot(
                Pem.der(keys.platformKey().certificate()),
                List.of(Pem.der(keys.keyExchangeKey().certificate())),
                List.of(Pem.der(keys.database().certificate())),
                List.of(DigestAlgorithm.SHA256.of(new byte[0]).bytes()));
    }

    private SecureBootKeys required(String asked) throws BuildException {
        return keys.orElseThrow(() -> new BuildException(
                FailureCode.SIGNING, "ova." + asked + " needs the keys of the signing profile", "let the build sign"));
    }
}
