package dev.caisson.publish.bundle;

import dev.caisson.engine.formats.ImageConversion;
import dev.caisson.engine.formats.OutputFormat;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.signing.LocalSigningKey;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A custom image of Google Compute Engine: {@code disk.raw} in a tar.gz, by way of a bucket of Cloud Storage. */
public final class GceBundle {
    private GceBundle() {}

    /**
     * Where the image goes.
     *
     * @param bucket name of a bucket of Cloud Storage
     * @param project the project; empty: the one that gcloud is set to
     * @param family image family; empty for none
     */
    public record Target(String bucket, Optional<String> project, Optional<String> family) {}

    /**
     * Makes the bundle.
     *
     * @param disk a disk image, or a build's folder
     * @param folder an existing folder
     */
    public static UploadBundle make(
            CloudImage image, Path disk, Path folder, Target target, ImageConversion conversion, long epochSeconds)
            throws Exception {
        String file = image.name() + ".tar.gz";
        conversion.convert(disk, folder.resolve(file), OutputFormat.ofName("gce"), epochSeconds);
        List<String> files = new ArrayList<>(List.of(file));
        Map<String, String> keys = keys(image, folder);
        files.addAll(keys.values());
        String object = "gs://" + target.bucket() + "/" + file;
        List<String> create = new ArrayList<>(List.of(
                "gcloud",
                "compute",
                "images",
                "create",
                image.name(),
                "--source-uri=" + object,
                "--architecture=" + (image.aarch64() ? "ARM64" : "X86_64"),
                "--guest-os-features=UEFI_COMPATIBLE,GVNIC,VIRTIO_SCSI_MULTIQUEUE",
                "--description=" + image.description()));
        target.family().ifPresent(family -> create.add("--family=" + family));
        keys.forEach((option, name) -> create.add(option + "=" + name));
        List<UploadBundle.Command> commands = new ArrayList<>(List.of(
                new UploadBundle.Command("upload the disk", List.of("gcloud", "storage", "cp", file, object)),
                new UploadBundle.Command("make the image", create),
                new UploadBundle.Command("the image has its own copy", List.of("gcloud", "storage", "rm", object))));
        target.project()
                .ifPresent(project -> commands.replaceAll(command -> {
                    List<String> words = new ArrayList<>(command.words());
                    words.add("--project=" + project);
                    return new UploadBundle.Command(command.purpose(), words);
                }));
        UploadBundle bundle = new UploadBundle("gce", folder, files, commands);
        bundle.write();
        return bundle;
    }

    /** Certificates for the firmware, by option. */
    private static Map<String, String> keys(CloudImage image, Path folder) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        if (image.keys().isPresent()) {
            SecureBootKeys keys = image.keys().get();
            files.put("--platform-key-file", write(folder, "PK.der", keys.platformKey()));
            files.put("--key-exchange-key-file", write(folder, "KEK.der", keys.keyExchangeKey()));
            files.put("--signature-database-file", write(folder, "db.der", keys.database()));
        }
        return files;
    }

    private static String write(Path folder, String name, LocalSigningKey key) throws IOException {
        Files.write(folder.resolve(name), Pem.der(key.certificate()));
        return name;
    }
}
