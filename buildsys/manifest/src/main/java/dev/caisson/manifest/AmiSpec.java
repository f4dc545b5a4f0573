package dev.caisson.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the image becomes an Amazon machine image.
 *
 * @param name template of its name: {@code {variant}}, {@code {version}}, {@code {arch}}, {@code {description}}
 * @param description template of its description
 * @param regions the first is uploaded to, the others get copies; may be empty, the command line then has to say
 * @param encrypted whether snapshots are encrypted even where no key is named
 * @param bootMode as EC2 calls it
 * @param tpm whether instances have a TPM 2.0
 * @param imdsV2 whether the metadata service demands tokens
 * @param secureBoot whether instances start with the signing profile's Secure Boot keys enrolled
 * @param ena whether the image has drivers for the Elastic Network Adapter
 * @param sriov whether the image has drivers for the older virtual functions
 * @param rootDevice device name of the root volume
 * @param volume the root volume
 * @param dataVolume a second, empty volume
 * @param tags of image and snapshots, in declared order
 * @param deprecateAfterDays days after publication
 * @param grants who else may use it
 * @param parameters parameters of Systems Manager that name it
 */
public record AmiSpec(
        String name,
        String description,
        List<Region> regions,
        boolean encrypted,
        AmiBootMode bootMode,
        boolean tpm,
        boolean imdsV2,
        boolean secureBoot,
        boolean ena,
        boolean sriov,
        String rootDevice,
        Volume volume,
        Optional<DataVolume> dataVolume,
        Map<String, String> tags,
        OptionalInt deprecateAfterDays,
        Grants grants,
        List<Parameter> parameters) {
    /** Copies. */
    public AmiSpec {
        regions = List.copyOf(regions);
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        parameters = List.copyOf(parameters);
    }

    /**
     * A region.
     *
     * @param name such as {@code eu-central-1}
     * @param kmsKey ARN of the key that encrypts the snapshots there
     */
    public record Region(String name, Optional<String> kmsKey) {}

    /**
     * The figures of a volume.
     *
     * @param sizeBytes empty: as the image needs
     * @param type such as {@code gp3}
     * @param iops provisioned operations per second
     * @param throughputMibs provisioned MiB per second
     * @param deleteOnTermination whether it goes with the instance
     */
    public record Volume(
            OptionalLong sizeBytes,
            String type,
            OptionalInt iops,
            OptionalInt throughputMibs,
            boolean deleteOnTermination) {}

    /**
     * An empty volume.
     *
     * @param device its device name
     * @param volume its figures
     */
    public record DataVolume(String device, Volume volume) {}

    /**
     * Who else may use the image.
     *
     * @param accounts of twelve digits
     * @param organizations ARNs
     * @param organizationalUnits ARNs
     * @param everybody whether it is public
     */
    public record Grants(
            List<String> accounts, List<String> organizations, List<String> organizationalUnits, boolean everybody) {
        /** Copies. */
        public Grants {
            accounts = List.copyOf(accounts);
            organizations = List.copyOf(organizations);
            organizationalUnits = List.copyOf(organizationalUnits);
        }

        /** Whether the image stays with its owner. */
        public boolean none() {
            return accounts.isEmpty() && organizations.isEmpty() && organizationalUnits.isEmpty() && !everybody;
        }
    }

    /**
     * A parameter of Systems Manager.
     *
     * @param name template, which may use {@code {image_id}}, {@code {image_name}} and {@code {region}} as well
     * @param value template likewise
     */
    public record Parameter(String name, String value) {}
}
