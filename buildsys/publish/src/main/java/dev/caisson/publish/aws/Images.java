package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.AmiSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.DeregisterImageRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Images by name: an account has at most one of a name in a region, which makes publishing repeatable. */
final class Images {
    private static final Set<ImageState> DEAD =
            Set.of(ImageState.FAILED, ImageState.ERROR, ImageState.INVALID, ImageState.DEREGISTERED);
    private static final int LOOKS = 6;
    private static final int MOST_ATTEMPTS = 3;
    private static final int MOST_POLLS = 2400;
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(10);

    private final AwsSession aws;
    private final Snapshots snapshots;

    Images(AwsSession aws) {
        this.aws = aws;
        this.snapshots = new Snapshots(aws);
    }

    /** The account's image of a name. */
    Optional<Image> find(String region, String name) throws BuildException, InterruptedException {
        DescribeImagesRequest request = DescribeImagesRequest.builder()
                .owners("self")
                .includeDeprecated(true)
                .filters(Filter.builder().name("name").values(literal(name)).build())
                .build();
        return aws
                .calls()
                .call(
                        "ec2:DescribeImages",
                        region,
                        () -> aws.clients().ec2(region).describeImages(request))
                .images()
                .stream()
                .filter(image -> name.equals(image.name()))
                .findFirst();
    }

    /** Filters take * and ? for any characters. */
    private static String literal(String name) {
        return name.replaceAll("([*?\\\\])", "\\\\$1");
    }

    /** The account's image of a name, which must come from this publication. */
    Optional<Image> own(AmiPublication ami, String region) throws BuildException, InterruptedException {
        Optional<Image> image = find(region, ami.name());
        if (image.isPresent() && !ami.id().equals(tag(image.get(), AmiPublication.TAG))) {
            String other = ami.imageDigest().equals(tag(image.get(), AmiPublication.IMAGE_TAG))
                    ? "it has the same content, but was registered with other parameters"
                    : "it has another content";
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "in " + region + " there is an image \"" + ami.name() + "\" already ("
                            + image.get().imageId() + "), and " + other,
                    "raise the manifest's version, choose another ami: name, or remove the image with --delete");
        }
        return image;
    }

    static String tag(Image image, String key) {
        return image.tags().stream()
                .filter(tag -> tag.key().equals(key))
                .map(Tag::value)
                .findFirst()
                .orElse("");
    }

    /** Whether it can become, or is, usable. */
    static boolean alive(Image image) {
        return !DEAD.contains(image.state());
    }

    /** Ids of the snapshots behind an image, root volume first. */
    static List<String> snapshots(Image image) {
        return image.blockDeviceMappings().stream()
                .sorted((a, b) -> Boolean.compare(
                        !Objects.equals(a.deviceName(), image.rootDeviceName()),
                        !Objects.equals(b.deviceName(), image.rootDeviceName())))
                .map(BlockDeviceMapping::ebs)
                .filter(Objects::nonNull)
                .map(EbsBlockDevice::snapshotId)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Registers the image from its snapshot, unless an attempt whose answer was lost has done so. */
    String register(AmiPublication ami, String snapshot, AmiJournal journal) throws Exception {
        String region = ami.home().name();
        journal.making(AmiJournal.Kind.IMAGE, region, ami.name(), Optional.empty());
        try {
            return aws.calls()
                    .attempt(
                            "ec2:RegisterImage",
                            region,
                            () -> aws.clients().ec2(region).registerImage(Requests.register(ami, snapshot, ami.tags())),
                            Set.of("InvalidSnapshot.NotFound", "IncorrectState"),
                            AwsCalls.Listener.NONE)
                    .imageId();
        } catch (AwsCalls.Refused e) {
            if (e.code().equals("InvalidAMIName.Duplicate")) {
                return look(ami, region).orElseThrow(() -> aws.calls().failure("ec2:RegisterImage", region, e));
            }
            throw aws.calls().failure("ec2:RegisterImage", region, e);
        }
    }

    private Optional<String> look(AmiPublication ami, String region) throws Exception {
        for (int i = 0; i < LOOKS; i++) {
            Optional<Image> image = own(ami, region);
            if (image.isPresent()) {
                return Optional.of(image.get().imageId());
            }
            aws.calls().pause().sleep(SHORT.multipliedBy(1L << i).dividedBy(8));
        }
        return Optional.empty();
    }

    /** Waits until an image is usable; empty when it failed, or is not there after some time. */
    Optional<Image> waitAvailable(String region, String name, String id) throws BuildException, InterruptedException {
        int missing = 0;
        for (int i = 0; i < MOST_POLLS; i++) {
            Optional<Image> image =
                    find(region, name).filter(found -> found.imageId().equals(id));
            if (image.isEmpty() && ++missing > LOOKS || image.isPresent() && !alive(image.get())) {
                return Optional.empty();
            }
            if (image.isPresent() && image.get().state() == ImageState.AVAILABLE) {
                return image;
            }
            aws.calls().pause().sleep(i < LOOKS ? SHORT : LONG);
        }
        throw new TemporaryFailure("image " + id + " in " + region + " is still pending");
    }

    /** The copy in a region: what is there, or a new one. */
    Image copied(AmiPublication ami, AmiSpec.Region region, String source, AmiJournal journal) throws Exception {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Optional<Image> there = own(ami, region.name());
            if (there.isPresent() && !alive(there.get())) {
                remove(region.name(), there.get());
                there = Optional.empty();
            }
            String id = there.isPresent() ? there.get().imageId() : copy(ami, region, source, journal, attempt);
            Optional<Image> image = waitAvailable(region.name(), ami.name(), id);
            if (image.isPresent()) {
                return image.get();
            }
            aws.progress().note("copy " + id + " in " + region.name() + " went wrong: copying again");
        }
        throw new BuildException(
                FailureCode.PUBLISHING,
                "ec2:CopyImage to " + region.name() + ": " + MOST_ATTEMPTS + " copies in a row ended as failed",
                region.kmsKey().isPresent()
                        ? "see whether the key " + region.kmsKey().get() + " may be used by EC2"
                        : "see the image's state reason in the EC2 console");
    }

    private String copy(AmiPublication ami, AmiSpec.Region region, String source, AmiJournal journal, int attempt)
            throws Exception {
        String at = region.name();
        journal.making(AmiJournal.Kind.IMAGE, at, ami.name(), Optional.empty());
        String token = ami.token(journal.nonce(), "copy " + at + " " + source, attempt);
        try {
            return aws.calls()
                    .attempt(
                            "ec2:CopyImage",
                            at,
                            () -> aws.clients().ec2(at).copyImage(Requests.copy(ami, region, source, token)),
                            // Too many copies at once; the source not yet seen over there.
                            Set.of("ResourceLimitExceeded", "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
                            AwsCalls.Listener.NONE)
                    .imageId();
        } catch (AwsCalls.Refused e) {
            if (e.code().equals("InvalidAMIName.Duplicate")) {
                return look(ami, at).orElseThrow(() -> aws.calls().failure("ec2:CopyImage", at, e));
            }
            throw aws.calls().failure("ec2:CopyImage", at, e);
        }
    }

    /** Sets when the image counts as outdated, unless that was done. */
    void deprecate(AmiPublication ami, String region, Image image) throws BuildException, InterruptedException {
        Optional<Instant> at = ami.deprecation(Instant.parse(image.creationDate()));
        if (at.isPresent() && image.deprecationTime() == null) {
            aws.calls()
                    .call(
                            "ec2:EnableImageDeprecation",
                            region,
                            () -> aws.clients()
                                    .ec2(region)
                                    .enableImageDeprecation(Requests.deprecate(image.imageId(), at.get())));
        }
    }

    /** Takes an image away, and then its snapshots. */
    void remove(String region, Image image) throws BuildException, InterruptedException {
        try {
            aws.calls()
                    .attempt(
                            "ec2:DeregisterImage",
                            region,
                            () -> aws.clients()
                                    .ec2(region)
                                    .deregisterImage(DeregisterImageRequest.builder()
                                            .imageId(image.imageId())
                                            .build()),
                            Set.of(),
                            AwsCalls.Listener.NONE);
        } catch (AwsCalls.Refused e) {
            if (!Set.of("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable").contains(e.code())) {
                throw aws.calls().failure("ec2:DeregisterImage", region, e);
            }
        }
        for (String snapshot : snapshots(image)) {
            snapshots.delete(region, snapshot);
        }
    }
}
