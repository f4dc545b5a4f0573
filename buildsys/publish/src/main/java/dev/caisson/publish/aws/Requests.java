package dev.caisson.publish.aws;

import dev.caisson.manifest.AmiSpec;
import dev.caisson.manifest.Arch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.CopyImageRequest;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.EnableImageDeprecationRequest;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifySnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.OperationType;
import software.amazon.awssdk.services.ec2.model.PermissionGroup;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SnapshotAttributeName;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;

/** The requests that change something: the plan shows what the publisher sends, since both come from here. */
final class Requests {
    /** Minutes after which EBS gives up on a snapshot to which nothing is written. */
    private static final int TIMEOUT_MINUTES = 60;

    private Requests() {}

    /** Begins the snapshot in the home region. */
    static StartSnapshotRequest start(AmiPublication ami, Optional<String> parent, String token) {
        AmiSpec.Region home = ami.home();
        StartSnapshotRequest.Builder request = StartSnapshotRequest.builder()
                .volumeSize((long) ami.blocks().volumeGib())
                .description(ami.name())
                .tags(ami.tags().entrySet().stream()
                        .map(tag -> software.amazon.awssdk.services.ebs.model.Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList())
                .clientToken(token)
                .timeout(TIMEOUT_MINUTES);
        if (parent.isPresent()) {
            // The child of an encrypted snapshot has its key; naming one as well is refused.
            request.parentSnapshotId(parent.get());
        } else if (ami.encrypted(home)) {
            request.encrypted(true).kmsKeyArn(home.kmsKey().orElse(null));
        }
        return request.build();
    }

    /** Writes a block. */
    static PutSnapshotBlockRequest put(String snapshot, int index, String digest, int percent) {
        return PutSnapshotBlockRequest.builder()
                .snapshotId(snapshot)
                .blockIndex(index)
                .dataLength(SnapshotBlocks.BLOCK_BYTES)
                .progress(percent)
                .checksum(digest)
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .build();
    }

    /** Ends the snapshot. */
    static CompleteSnapshotRequest complete(String snapshot, SortedMap<Integer, String> written) {
        return CompleteSnapshotRequest.builder()
                .snapshotId(snapshot)
                .changedBlocksCount(written.size())
                .checksum(SnapshotBlocks.aggregate(written))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR)
                .build();
    }

    /** Makes the image from its snapshot. */
    static RegisterImageRequest register(AmiPublication ami, String snapshot, Map<String, String> tags) {
        AmiSpec spec = ami.spec();
        List<BlockDeviceMapping> devices = new ArrayList<>();
        devices.add(device(spec.rootDevice(), spec.volume(), ami.volumeGib(), Optional.of(snapshot)));
        spec.dataVolume()
                .ifPresent(data -> devices.add(device(
                        data.device(),
                        data.volume(),
                        Math.toIntExact(data.volume().sizeBytes().orElseThrow() >> 30),
                        Optional.empty())));
        return RegisterImageRequest.builder()
                .name(ami.name())
                .description(ami.description().isEmpty() ? null : ami.description())
                .architecture(architecture(ami.arch()))
                .virtualizationType("hvm")
                .rootDeviceName(spec.rootDevice())
                .blockDeviceMappings(devices)
                .bootMode(spec.bootMode().label())
                .tpmSupport(spec.tpm() ? "v2.0" : null)
                .imdsSupport(spec.imdsV2() ? "v2.0" : null)
                .enaSupport(spec.ena())
                .sriovNetSupport(spec.sriov() ? "simple" : null)
                .uefiData(ami.uefiData().orElse(null))
                .tagSpecifications(tagged(tags, ResourceType.IMAGE))
                .build();
    }

    static String architecture(Arch arch) {
        return arch == Arch.AARCH64 ? "arm64" : "x86_64";
    }

    private static BlockDeviceMapping device(
            String name, AmiSpec.Volume volume, int sizeGib, Optional<String> snapshot) {
        EbsBlockDevice.Builder ebs = EbsBlockDevice.builder()
                .snapshotId(snapshot.orElse(null))
                .volumeSize(sizeGib)
                .volumeType(volume.type())
                .deleteOnTermination(volume.deleteOnTermination());
        volume.iops().ifPresent(ebs::iops);
        volume.throughputMibs().ifPresent(ebs::throughput);
        return BlockDeviceMapping.builder().deviceName(name).ebs(ebs.build()).build();
    }

    private static List<TagSpecification> tagged(Map<String, String> tags, ResourceType... types) {
        List<TagSpecification> specifications = new ArrayList<>();
        for (ResourceType type : types) {
            if (!tags.isEmpty()) {
                specifications.add(TagSpecification.builder()
                        .resourceType(type)
                        .tags(tags.entrySet().stream()
                                .map(tag -> Tag.builder()
                                        .key(tag.getKey())
                                        .value(tag.getValue())
                                        .build())
                                .toList())
                        .build());
            }
        }
        return specifications.isEmpty() ? null : specifications;
    }

    /** Copies the image to another region; sent to that region. */
    static CopyImageRequest copy(AmiPublication ami, AmiSpec.Region region, String imageId, String token) {
        CopyImageRequest.Builder request = CopyImageRequest.builder()
                .name(ami.name())
                .description(ami.description().isEmpty() ? null : ami.description())
                .sourceRegion(ami.home().name())
                .sourceImageId(imageId)
                .clientToken(token)
                .tagSpecifications(tagged(ami.tags(), ResourceType.IMAGE, ResourceType.SNAPSHOT));
        if (ami.encrypted(region)) {
            request.encrypted(true).kmsKeyId(region.kmsKey().orElse(null));
        }
        return request.build();
    }

    /** Lets accounts, or everybody, make volumes from a snapshot. */
    static ModifySnapshotAttributeRequest share(String snapshot, List<String> accounts, boolean everybody) {
        return ModifySnapshotAttributeRequest.builder()
                .snapshotId(snapshot)
                .attribute(SnapshotAttributeName.CREATE_VOLUME_PERMISSION)
                .operationType(OperationType.ADD)
                .userIds(accounts.isEmpty() ? null : accounts)
                .groupNames(everybody ? List.of(PermissionGroup.ALL.toString()) : null)
                .build();
    }

    /** Lets others start instances from an image. */
    static ModifyImageAttributeRequest share(String image, AmiSpec.Grants grants) {
        return ModifyImageAttributeRequest.builder()
                .imageId(image)
                .attribute("launchPermission")
                .operationType(OperationType.ADD)
                .userIds(grants.accounts().isEmpty() ? null : grants.accounts())
                .userGroups(grants.everybody() ? List.of(PermissionGroup.ALL.toString()) : null)
                .organizationArns(grants.organizations().isEmpty() ? null : grants.organizations())
                .organizationalUnitArns(grants.organizationalUnits().isEmpty() ? null : grants.organizationalUnits())
                .build();
    }

    /** Says when an image counts as outdated. */
    static EnableImageDeprecationRequest deprecate(String image, Instant at) {
        return EnableImageDeprecationRequest.builder()
                .imageId(image)
                .deprecateAt(at)
                .build();
    }

    /** Sets a parameter; one that holds just an image's id is checked by Systems Manager. */
    static PutParameterRequest parameter(AmiSpec.Parameter parameter, String imageId) {
        return PutParameterRequest.builder()
                .name(parameter.name())
                .value(parameter.value())
                .type(ParameterType.STRING)
                .dataType(parameter.value().equals(imageId) ? "aws:ec2:image" : "text")
                .overwrite(true)
                .build();
    }
}
