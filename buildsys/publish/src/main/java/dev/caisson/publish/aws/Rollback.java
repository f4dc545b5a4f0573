package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/**
 * Takes back what the journal says was made, last first: parameters get their former values or go, images are deregistered,
 * then snapshots deleted. What is found under the names but bears another publication's tag is left alone.
 */
final class Rollback {
    private final AwsSession aws;
    private final AmiJournal journal;

    Rollback(AwsSession aws, AmiJournal journal) {
        this.aws = aws;
        this.journal = journal;
    }

    /** Does it, and empties the journal; tells what it took back. */
    List<String> run() throws Exception {
        List<String> done = run(region -> true);
        journal.clear();
        return done;
    }

    /** Does it in some regions; the journal stays as it is. */
    List<String> run(Predicate<String> chosen) throws Exception {
        List<String> done = new ArrayList<>();
        List<AmiJournal.Made> made = new ArrayList<>(journal.made());
        Collections.reverse(made);
        Images images = new Images(aws);
        Set<String> regions = new LinkedHashSet<>();
        made.removeIf(thing -> !chosen.test(thing.region()));
        for (AmiJournal.Made thing : made) {
            regions.add(thing.region());
            if (thing.kind() == AmiJournal.Kind.PARAMETER) {
                new Parameters(aws, thing.region()).restore(thing.name(), thing.before());
                done.add("parameter " + thing.name() + " in " + thing.region());
            } else if (thing.kind() == AmiJournal.Kind.IMAGE) {
                Optional<Image> image = images.find(thing.region(), thing.name())
                        .filter(i -> Images.tag(i, AmiPublication.TAG).equals(journal.publication()));
                if (image.isPresent()) {
                    images.remove(thing.region(), image.get());
                    done.add("image " + image.get().imageId() + " in " + thing.region());
                }
            }
        }
        for (String region : regions) {
            done.addAll(sweep(aws, region, journal.publication(), Set.of()));
        }
        return done;
    }

    /** Deletes the snapshots of a publication that no image uses. */
    static List<String> sweep(AwsSession aws, String region, String publication, Set<String> used)
            throws BuildException, InterruptedException {
        Snapshots snapshots = new Snapshots(aws);
        List<String> done = new ArrayList<>();
        for (Snapshot snapshot : snapshots.ofPublication(region, publication)) {
            if (!used.contains(snapshot.snapshotId())) {
                snapshots.delete(region, snapshot.snapshotId());
                done.add("snapshot " + snapshot.snapshotId() + " in " + region);
            }
        }
        return done;
    }
}
