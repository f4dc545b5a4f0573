package dev.caisson.publish.bundle;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.formats.ImageConversion;
import dev.caisson.engine.formats.OutputFormat;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.signing.LocalSigningKey;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A version of an image of an Azure Compute Gallery: a fixed VHD (whole MiB, then its footer) is uploaded as a managed disk, and
 * the version is made from that. Our own Secure Boot keys need the gallery's REST interface, which {@code az rest} calls.
 */
public final class AzureBundle {
    private static final String API = "2023-07-03";

    private AzureBundle() {}

    /**
     * Where the image goes; gallery and image definition exist.
     *
     * @param resourceGroup the resource group
     * @param location region, such as {@code westeurope}
     * @param gallery name of the gallery
     * @param definition name of the image definition, of hyper-v generation 2
     */
    public record Target(String resourceGroup, String location, String gallery, String definition) {}

    /**
     * Makes the bundle.
     *
     * @param disk a disk image, or a build's folder
     * @param folder an existing folder
     */
    public static UploadBundle make(
            CloudImage image, Path disk, Path folder, Target target, ImageConversion conversion, long epochSeconds)
            throws Exception {
        String file = image.name() + ".vhd";
        conversion.convert(disk, folder.resolve(file), OutputFormat.ofName("vhd"), epochSeconds);
        long size = Files.size(folder.resolve(file));
        List<String> files = new ArrayList<>(List.of(file));
        List<UploadBundle.Command> commands = new ArrayList<>(upload(image, file, size, target));
        if (image.keys().isPresent()) {
            Files.write(
                    folder.resolve("image-version.json"),
                    Json.prettyBytes(version(target, image.keys().get())));
            files.add("image-version.json");
        }
        commands.addAll(versionCommands(image, target));
        UploadBundle bundle = new UploadBundle("azure", folder, files, commands);
        bundle.write();
        return bundle;
    }

    private static List<UploadBundle.Command> upload(CloudImage image, String file, long size, Target target) {
        List<String> disk = List.of("-g", target.resourceGroup(), "-n", image.name());
        return List.of(
                new UploadBundle.Command(
                        "an empty managed disk to upload into",
                        words(
                                List.of("az", "disk", "create"),
                                disk,
                                List.of(
                                        "-l",
                                        target.location(),
                                        "--os-type",
                                        "Linux",
                                        "--hyper-v-generation",
                                        "V2",
                                        "--architecture",
                                        image.aarch64() ? "Arm64" : "x64",
                                        "--sku",
                                        "Standard_LRS",
                                        "--upload-type",
                                        "Upload",
                                        "--upload-size-bytes",
                                        Long.toString(size)))),
                new UploadBundle.Command(
                        "a secret address to write to, for a day; it is not printed",
                        words(
                                List.of("az", "disk", "grant-access"),
                                disk,
                                List.of(
                                        "--access-level",
                                        "Write",
                                        "--duration-in-seconds",
                                        "86400",
                                        "--query",
                                        "accessSAS || accessSas",
                                        "-o",
                                        "tsv")),
                        "SAS"),
                new UploadBundle.Command(
                        "upload; holes are not sent",
                        List.of("azcopy", "copy", file, "$SAS", "--blob-type", "PageBlob")),
                new UploadBundle.Command(
                        "the address ends", words(List.of("az", "disk", "revoke-access"), disk, List.of())),
                new UploadBundle.Command(
                        "the disk's id",
                        words(List.of("az", "disk", "show"), disk, List.of("--query", "id", "-o", "tsv")),
                        "DISK"));
    }

    private static List<UploadBundle.Command> versionCommands(CloudImage image, Target target) {
        String version = image.version().replaceFirst("[-+].*$", "");
        List<UploadBundle.Command> commands = new ArrayList<>();
        if (image.keys().isPresent()) {
            commands.add(new UploadBundle.Command(
                    "the subscription",
                    List.of("az", "account", "show", "--query", "id", "-o", "tsv"),
                    "SUBSCRIPTION"));
            commands.add(new UploadBundle.Command(
                    "the image's version, with our own Secure Boot keys and none of Microsoft's",
                    List.of(
                            "sh",
                            "-c",
                            "sed \"s|@DISK@|$1|\" image-version.json > .request.json && az rest --method put --url"
                                    + " \"https://management.azure.com/subscriptions/$2/resourceGroups/"
                                    + target.resourceGroup()
                                    + "/providers/Microsoft.Compute/galleries/" + target.gallery() + "/images/"
                                    + target.definition() + "/versions/" + version + "?api-version=" + API
                                    + "\" --body @.request.json",
                            "sh",
                            "$DISK",
                            "$SUBSCRIPTION")));
            commands.add(new UploadBundle.Command(
                    "wait until it is there",
                    words(
                            List.of("az", "sig", "image-version", "wait", "--created"),
                            gallery(target, version),
                            List.of())));
        } else {
            commands.add(new UploadBundle.Command(
                    "the image's version",
                    words(
                            List.of("az", "sig", "image-version", "create"),
                            gallery(target, version),
                            List.of("-l", target.location(), "--os-snapshot", "$DISK"))));
        }
        commands.add(new UploadBundle.Command(
                "the version has its own copy",
                List.of("az", "disk", "delete", "--yes", "-g", target.resourceGroup(), "-n", image.name())));
        return commands;
    }

    private static List<String> gallery(Target target, String version) {
        return List.of(
                "-g",
                target.resourceGroup(),
                "--gallery-name",
                target.gallery(),
                "--gallery-image-definition",
                target.definition(),
                "--gallery-image-version",
                version);
    }

    private static List<String> words(List<String> head, List<String> middle, List<String> tail) {
        List<String> words = new ArrayList<>(head);
        words.addAll(middle);
        words.addAll(tail);
        return words;
    }

    /** The body of the request: the disk, and the keys in place of the template that Microsoft's are. */
    private static JsonObject version(Target target, SecureBootKeys keys) throws IOException {
        JsonObject dbx = JsonObject.of()
                .put("type", "sha256")
                .put(
                        "value",
                        JsonArray.of()
                                .add(Base64.getEncoder()
                                        .encodeToString(DigestAlgorithm.SHA256
                                                .of(new byte[0])
                                                .bytes())));
        JsonObject signatures = JsonObject.of()
                .put("pk", certificate(keys.platformKey()))
                .put("kek", JsonArray.of().add(certificate(keys.keyExchangeKey())))
                .put("db", JsonArray.of().add(certificate(keys.database())))
                .put("dbx", JsonArray.of().add(dbx));
        JsonObject settings = JsonObject.of()
                .putStrings("signatureTemplateNames", List.of("NoSignatureTemplate"))
                .put("additionalSignatures", signatures);
        JsonObject source = JsonObject.of().put("id", "@DISK@");
        return JsonObject.of()
                .put("location", target.location())
                .put(
                        "properties",
                        JsonObject.of()
                                .put(
                                        "storageProfile",
                                        JsonObject.of()
                                                .put(
                                                        "osDiskImage",
                                                        JsonObject.of().put("source", source)))
                                .put("securityProfile", JsonObject.of().put("uefiSettings", settings)));
    }

    private static JsonObject certificate(LocalSigningKey key) {
        return JsonObject.of()
                .put("type", "x509")
                .put("value", JsonArray.of().add(Base64.getEncoder().encodeToString(Pem.der(key.certificate()))));
    }

    /** Azure's versions are three numbers. */
    public static Optional<String> problem(String version) {
        return version.replaceFirst("[-+].*$", "").matches("\\d{1,9}\\.\\d{1,9}\\.\\d{1,9}")
                ? Optional.empty()
                : Optional.of("a version of the gallery is three numbers, not " + version);
    }
}
