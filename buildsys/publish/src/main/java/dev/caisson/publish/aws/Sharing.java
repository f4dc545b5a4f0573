package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.AmiSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.ec2.model.CreateVolumePermission;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotAttributeRequest;
import software.amazon.awssdk.services.ec2.model.GetImageBlockPublicAccessStateRequest;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageAttributeName;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.PermissionGroup;
import software.amazon.awssdk.services.ec2.model.SnapshotAttributeName;

/** Who else may use an image. What the manifest names is added when it is missing; what others have added stays. */
final class Sharing {
    private static final String UNBLOCKED = "unblocked";

    private final AwsSession aws;
    private final AmiSpec.Grants wanted;

    /**
     * @param account the owner, who needs no grant
     */
    Sharing(AwsSession aws, AmiSpec.Grants wanted, String account) {
        this.aws = aws;
        this.wanted = new AmiSpec.Grants(
                without(wanted.accounts(), List.of(account)),
                wanted.organizations(),
                wanted.organizationalUnits(),
                wanted.everybody());
    }

    private static List<String> without(List<String> all, List<String> some) {
        List<String> rest = new ArrayList<>(all);
        rest.removeAll(some);
        return rest;
    }

    boolean nothing() {
        return wanted.none();
    }

    /** Looks whether the account lets images be public at all, before anything is shared. */
    void checkPublicAccess(String region) throws BuildException, InterruptedException {
        if (!wanted.everybody()) {
            return;
        }
        String state = aws.calls()
                .call(
                        "ec2:GetImageBlockPublicAccessState",
                        region,
                        () -> aws.clients()
                                .ec2(region)
                                .getImageBlockPublicAccessState(GetImageBlockPublicAccessStateRequest.builder()
                                        .build()))
                .imageBlockPublicAccessState();
        if (!UNBLOCKED.equals(state)) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "the account's images in " + region + " cannot be public: block public access is " + state,
                    "allow it (aws ec2 disable-image-block-public-access --region " + region
                            + "), or drop public: true");
        }
    }

    /** Organizations are not among those that snapshots can be shared with; their image grant is enough. */
    void shareSnapshots(String region, Image image) throws BuildException, InterruptedException {
        if (wanted.accounts().isEmpty() && !wanted.everybody()) {
            return;
        }
        for (String snapshot : Images.snapshots(image)) {
            List<CreateVolumePermission> there = ofSnapshot(region, snapshot);
            List<String> accounts = without(
                    wanted.accounts(),
                    there.stream()
                            .map(CreateVolumePermission::userId)
                            .filter(Objects::nonNull)
                            .toList());
            boolean everybody = wanted.everybody() && there.stream().noneMatch(p -> p.group() == PermissionGroup.ALL);
            if (!accounts.isEmpty() || everybody) {
                aws.calls()
                        .call(
                                "ec2:ModifySnapshotAttribute",
                                region,
                                () -> aws.clients()
                                        .ec2(region)
                                        .modifySnapshotAttribute(Requests.share(snapshot, accounts, everybody)));
            }
        }
    }

    private List<CreateVolumePermission> ofSnapshot(String region, String snapshot)
            throws BuildException, InterruptedException {
        return aws.calls()
                .call(
                        "ec2:DescribeSnapshotAttribute",
                        region,
                        () -> aws.clients()
                                .ec2(region)
                                .describeSnapshotAttribute(DescribeSnapshotAttributeRequest.builder()
                                        .snapshotId(snapshot)
                                        .attribute(SnapshotAttributeName.CREATE_VOLUME_PERMISSION)
                                        .build()))
                .createVolumePermissions();
    }

    /** Lets the others start instances; all snapshots must be shared before. */
    void shareImage(String region, Image image) throws BuildException, InterruptedException {
        AmiSpec.Grants missing = missing(region, image);
        if (!missing.none()) {
            aws.calls()
                    .call(
                            "ec2:ModifyImageAttribute",
                            region,
                            () -> aws.clients()
                                    .ec2(region)
                                    .modifyImageAttribute(Requests.share(image.imageId(), missing)));
        }
    }

    /** Grants of the manifest that the image lacks. */
    AmiSpec.Grants missing(String region, Image image) throws BuildException, InterruptedException {
        if (wanted.none()) {
            return wanted;
        }
        List<LaunchPermission> there = aws.calls()
                .call(
                        "ec2:DescribeImageAttribute",
                        region,
                        () -> aws.clients()
                                .ec2(region)
                                .describeImageAttribute(DescribeImageAttributeRequest.builder()
                                        .imageId(image.imageId())
                                        .attribute(ImageAttributeName.LAUNCH_PERMISSION)
                                        .build()))
                .launchPermissions();
        return new AmiSpec.Grants(
                without(wanted.accounts(), texts(there, LaunchPermission::userId)),
                without(wanted.organizations(), texts(there, LaunchPermission::organizationArn)),
                without(wanted.organizationalUnits(), texts(there, LaunchPermission::organizationalUnitArn)),
                wanted.everybody() && there.stream().noneMatch(p -> p.group() == PermissionGroup.ALL));
    }

    private static List<String> texts(
            List<LaunchPermission> permissions, java.util.function.Function<LaunchPermission, String> part) {
        return permissions.stream().map(part).filter(Objects::nonNull).toList();
    }
}
