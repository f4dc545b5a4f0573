package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;

/** Snapshots as EC2 sees them. */
final class Snapshots {
    private static final Set<String> GONE = Set.of("InvalidSnapshot.NotFound");
    /** A new snapshot may not be seen everywhere at once. */
    private static final int LOOKS = 6;

    private static final int MOST_POLLS = 1200;
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(5);

    private final AwsSession aws;

    Snapshots(AwsSession aws) {
        this.aws = aws;
    }

    /** The state; empty when there is none, which is believed after some looks only. */
    Optional<SnapshotState> state(String region, String id) throws BuildException, InterruptedException {
        for (int i = 0; i < LOOKS; i++) {
            Optional<Snapshot> snapshot = find(region, id);
            if (snapshot.isPresent()) {
                return Optional.of(snapshot.get().state());
            }
            aws.calls().pause().sleep(SHORT.multipliedBy(1L << i).dividedBy(4));
        }
        return Optional.empty();
    }

    private Optional<Snapshot> find(String region, String id) throws BuildException, InterruptedException {
        DescribeSnapshotsRequest request =
                DescribeSnapshotsRequest.builder().snapshotIds(id).build();
        try {
            return aws
                    .calls()
                    .attempt(
                            "ec2:DescribeSnapshots",
                            region,
                            () -> aws.clients().ec2(region).describeSnapshots(request),
                            Set.of(),
                            AwsCalls.Listener.NONE)
                    .snapshots()
                    .stream()
                    .findFirst();
        } catch (AwsCalls.Refused e) {
            if (GONE.contains(e.code())) {
                return Optional.empty();
            }
            throw aws.calls().failure("ec2:DescribeSnapshots", region, e);
        }
    }

    /** Whether it became usable. */
    boolean waitCompleted(String region, String id) throws BuildException, InterruptedException {
        for (int i = 0; i < MOST_POLLS; i++) {
            SnapshotState state = state(region, id).orElse(SnapshotState.ERROR);
            if (state == SnapshotState.COMPLETED) {
                return true;
            }
            if (state == SnapshotState.ERROR) {
                return false;
            }
            aws.calls().pause().sleep(i < LOOKS ? SHORT : LONG);
        }
        throw new TemporaryFailure("snapshot " + id + " in " + region + " is still pending");
    }

    /** All snapshots that a publication has made. */
    List<Snapshot> ofPublication(String region, String publication) throws BuildException, InterruptedException {
        List<Snapshot> found = new ArrayList<>();
        String token = null;
        do {
            DescribeSnapshotsRequest request = DescribeSnapshotsRequest.builder()
                    .ownerIds("self")
                    .filters(Filter.builder()
                            .name("tag:" + AmiPublication.TAG)
                            .values(publication)
                            .build())
                    .nextToken(token)
                    .build();
            DescribeSnapshotsResponse response = aws.calls()
                    .call(
                            "ec2:DescribeSnapshots",
                            region,
                            () -> aws.clients().ec2(region).describeSnapshots(request));
            found.addAll(response.snapshots());
            token = response.nextToken();
        } while (token != null && !token.isEmpty());
        return found;
    }

    /** Deletes it; one that is not there is fine. */
    void delete(String region, String id) throws BuildException, InterruptedException {
        try {
            aws.calls()
                    .attempt(
                            "ec2:DeleteSnapshot",
                            region,
                            () -> aws.clients()
                                    .ec2(region)
                                    .deleteSnapshot(DeleteSnapshotRequest.builder()
                                            .snapshotId(id)
                                            .build()),
                            // An image that was deregistered just now may seem to use it still.
                            Set.of("InvalidSnapshot.InUse"),
                            AwsCalls.Listener.NONE);
        } catch (AwsCalls.Refused e) {
            if (!GONE.contains(e.code())) {
                throw aws.calls().failure("ec2:DeleteSnapshot", region, e);
            }
        }
    }
}
