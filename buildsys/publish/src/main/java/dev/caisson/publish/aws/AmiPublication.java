package dev.caisson.publish.aws;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.Json;
import dev.caisson.manifest.AmiSpec;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Variant;
import dev.caisson.secureboot.StoredVariable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is to be published: the manifest's words with an image, everything decided but the ids that AWS gives.
 *
 * @param variant its name
 * @param version its version
 * @param arch the machine
 * @param spec the manifest's section
 * @param name the image's name, unique in an account and region
 * @param description its description
 * @param regions first the one that is uploaded to
 * @param blocks the disk
 * @param uefi variables of the firmware; empty without Secure Boot keys
 * @param uefiData the same as EC2 takes it
 * @param imageDigest SHA-256 over the disk's blocks
 * @param id the same for the same image registered in the same way: what its parts are tagged with and tokens are made from
 */
record AmiPublication(
        String variant,
        String version,
        Arch arch,
        AmiSpec spec,
        String name,
        String description,
        List<AmiSpec.Region> regions,
        SnapshotBlocks blocks,
        List<StoredVariable> uefi,
        Optional<String> uefiData,
        String imageDigest,
        String id) {
    /** Tag by which a publication finds again what it has made. */
    static final String TAG = "caisson:publication";

    /** Tag with the SHA-256 over the disk's blocks. */
    static final String IMAGE_TAG = "caisson:image";

    private static final long GIB = 1L << 30;
    private static final int ID_CHARACTERS = 32;
    private static final int MOST_DESCRIPTION = 255;

    AmiPublication {
        regions = List.copyOf(regions);
        uefi = List.copyOf(uefi);
    }

    /**
     * Puts words and image together.
     *
     * @param regions instead of the manifest's, unless empty
     * @param uefi variables to start with, when the manifest wants keys
     * @throws BuildException with MANIFEST when EC2 would not take it
     */
    static AmiPublication of(Variant variant, List<String> regions, SnapshotBlocks blocks, List<StoredVariable> uefi)
            throws BuildException {
        AmiSpec spec = variant.ami();
        Map<String, String> values = values(variant.name(), variant.version(), variant.architecture());
        values.put("description", variant.description());
        String name = AmiTemplate.fill("name", spec.name(), values);
        String description = AmiTemplate.fill("description", spec.description(), values);
        if (!name.matches("[A-Za-z0-9()\\[\\] ./'@_-]{3,128}")) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    "ami: the image's name would be \"" + name + "\"",
                    "EC2 wants 3 to 128 of letters, digits and ()[] ./-'@_");
        }
        if (description.length() > MOST_DESCRIPTION) {
            description = description.substring(0, MOST_DESCRIPTION);
        }
        List<AmiSpec.Region> chosen = choose(spec.regions(), regions);
        checkPartition(chosen);
        List<StoredVariable> variables = spec.secureBoot() ? uefi : List.of();
        Optional<String> data = variables.isEmpty() ? Optional.empty() : Optional.of(UefiData.encode(variables));
        if (data.isPresent() && data.get().length() > UefiData.MOST_CHARACTERS) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "the Secure Boot variables take " + data.get().length() + " characters, EC2 takes "
                            + UefiData.MOST_CHARACTERS,
                    "use a key profile with smaller certificates");
        }
        AmiPublication publication = new AmiPublication(
                        variant.name(),
                        variant.version(),
                        variant.architecture(),
                        spec,
                        name,
                        description,
                        chosen,
                        blocks,
                        variables,
                        data,
                        digest(blocks),
                        "")
                .identified();
        publication.checkVolume();
        for (AmiSpec.Parameter parameter : spec.parameters()) {
            publication.parameter(parameter, "region", "ami-0", variant.version());
        }
        return publication;
    }

    private static List<AmiSpec.Region> choose(List<AmiSpec.Region> known, List<String> wanted) throws BuildException {
        List<AmiSpec.Region> chosen = wanted.isEmpty()
                ? known
                : wanted.stream()
                        .distinct()
                        .map(name -> known.stream()
                                .filter(region -> region.name().equals(name))
                                .findFirst()
                                .orElse(new AmiSpec.Region(name, Optional.empty())))
                        .toList();
        if (chosen.isEmpty()) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "no region is named",
                    "set ami: {regions: [eu-central-1]} in the manifest, or give --region");
        }
        for (AmiSpec.Region region : chosen) {
            if (!region.name().matches("[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")) {
                throw new BuildException(
                        FailureCode.USAGE, "\"" + region.name() + "\" is not a region", "such as eu-central-1");
            }
        }
        return chosen;
    }

    private static void checkPartition(List<AmiSpec.Region> regions) throws BuildException {
        String home = partition(regions.get(0).name());
        for (AmiSpec.Region region : regions) {
            if (!partition(region.name()).equals(home)) {
                throw new BuildException(
                        FailureCode.USAGE,
                        "regions " + regions.get(0).name() + " and " + region.name()
                                + " are in different partitions, between which images cannot be copied",
                        "publish to " + home + " and " + partition(region.name()) + " in two runs, with --region");
            }
        }
    }

    private void checkVolume() throws BuildException {
        long given = spec.volume().sizeBytes().orElse(Long.MAX_VALUE);
        if (given < blocks.diskBytes()) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "ami: volume: size is " + given / GIB + " GiB, the image needs " + blocks.volumeGib(),
                    "take it away, or set at least " + blocks.volumeGib() + "GiB");
        }
    }

    /** {@code aws}, {@code aws-cn} or {@code aws-us-gov}. */
    static String partition(String region) {
        return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    }

    private static Map<String, String> values(String variant, String version, Arch arch) {
        Map<String, String> values = new TreeMap<>();
        values.put("variant", variant);
        values.put("version", version);
        values.put("image_version", version);
        values.put("arch", arch.label());
        return values;
    }

    /** A parameter's name and value. */
    AmiSpec.Parameter parameter(AmiSpec.Parameter template, String region, String imageId, String asVersion)
            throws BuildException {
        Map<String, String> values = values(variant, asVersion, arch);
        values.put("region", region);
        values.put("image_id", imageId);
        values.put("image_name", name);
        Map<String, String> own = new TreeMap<>(values);
        own.put("version", version);
        own.put("image_version", version);
        return new AmiSpec.Parameter(
                AmiTemplate.fill("ssm: name", template.name(), values),
                AmiTemplate.fill("ssm: value", template.value(), own));
    }

    AmiSpec.Region home() {
        return regions.get(0);
    }

    /** Whether snapshots of a region are to be encrypted. */
    boolean encrypted(AmiSpec.Region region) {
        return spec.encrypted() || region.kmsKey().isPresent();
    }

    /** Size of the root volume in GiB. */
    int volumeGib() {
        return spec.volume().sizeBytes().isPresent()
                ? Math.toIntExact(spec.volume().sizeBytes().getAsLong() / GIB)
                : blocks.volumeGib();
    }

    /** When the image counts as outdated, to the minute as EC2 has it. */
    Optional<Instant> deprecation(Instant published) {
        return spec.deprecateAfterDays().isEmpty()
                ? Optional.empty()
                : Optional.of(published
                        .plus(spec.deprecateAfterDays().getAsInt(), ChronoUnit.DAYS)
                        .truncatedTo(ChronoUnit.MINUTES));
    }

    private static String digest(SnapshotBlocks blocks) {
        StringBuilder text = new StringBuilder().append(blocks.diskBytes()).append('\n');
        blocks.digests()
                .forEach((index, digest) ->
                        text.append(index).append(' ').append(digest).append('\n'));
        return DigestAlgorithm.SHA256
                .of(text.toString().getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    private AmiPublication identified() {
        String registration = Json.canonical(RequestJson.of(Requests.register(this, "", Map.of())));
        return new AmiPublication(
                variant,
                version,
                arch,
                spec,
                name,
                description,
                regions,
                blocks,
                uefi,
                uefiData,
                imageDigest,
                hash(name, imageDigest, registration));
    }

    /**
     * A token for a request that AWS shall do once, however often it is sent.
     *
     * @param nonce of the publication's journal: what was deleted must not come back for its token
     */
    String token(String nonce, String purpose, int attempt) {
        return hash(id, nonce, purpose, Integer.toString(attempt));
    }

    private static String hash(String... parts) {
        return DigestAlgorithm.SHA256
                .of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, ID_CHARACTERS);
    }

    /** All tags of image and snapshots. */
    Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("Name", name);
        tags.putAll(spec.tags());
        tags.put(TAG, id);
        tags.put(IMAGE_TAG, imageDigest);
        return Collections.unmodifiableMap(tags);
    }
}
