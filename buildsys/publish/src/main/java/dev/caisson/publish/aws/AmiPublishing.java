package dev.caisson.publish.aws;

import dev.caisson.bytes.FormatException;
import dev.caisson.diskimage.DiskFormat;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.inspect.ImageFile;
import dev.caisson.engine.keys.KeyProfiles;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Variant;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.secureboot.StoredVariable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Publishing of Amazon machine images: plan, publish, check, promote, take away. */
public final class AmiPublishing {
    private static final String JOURNAL = "journal.jsonl";

    private final Progress progress;
    private final WorkPool pool;
    private final Random jitter;
    private final Surroundings surroundings;

    /**
     * With the SDK's chain of credentials: environment, web identity, profile, container, instance.
     *
     * @param pool for reading the disk
     * @param seed of the jitter between attempts
     */
    public AmiPublishing(Progress progress, WorkPool pool, long seed) {
        this(progress, pool, new Random(seed), Surroundings.REAL);
    }

    /** With everything that tests want to hold in their hands. */
    AmiPublishing(Progress progress, WorkPool pool, Random jitter, Surroundings surroundings) {
        this.progress = progress;
        this.pool = pool;
        this.jitter = jitter;
        this.surroundings = surroundings;
    }

    /**
     * What is outside.
     *
     * @param pause how to wait
     * @param credentials instead of the SDK's chain
     * @param interceptors that see every request
     * @param endpoint of all services
     */
    record Surroundings(
            Pause pause,
            Optional<AwsCredentialsProvider> credentials,
            List<ExecutionInterceptor> interceptors,
            Optional<URI> endpoint) {
        /** The clock, the SDK's chain of credentials, and AWS. */
        static final Surroundings REAL = new Surroundings(Pause.REAL, Optional.empty(), List.of(), Optional.empty());
    }

    /**
     * What is wanted.
     *
     * @param variant the manifest
     * @param image a disk image, or a build's folder
     * @param regions instead of the manifest's, unless empty
     * @param state folder for journal and record; made when needed
     * @param previous folder with the record of an earlier publication; default: {@code state}
     * @param keys folder of key profiles, instead of looking for one
     * @param keep whether a lasting failure leaves what was made, for another run
     */
    public record Order(
            Variant variant,
            Path image,
            List<String> regions,
            Path state,
            Optional<Path> previous,
            Optional<Path> keys,
            boolean keep) {}

    /**
     * What came out.
     *
     * @param json for machines
     * @param lines for people
     * @param good whether all is as it should be
     */
    public record Report(JsonObject json, List<String> lines, boolean good) {}

    private interface Body<T> {
        T run(AmiPublication ami, DiskImage disk) throws Exception;
    }

    /** What {@link #publish} would do; needs neither network nor credentials. */
    public Report plan(Order order) throws Exception {
        return withImage(order, (ami, disk) -> {
            AmiPlan plan =
                    new AmiPlan(ami, PublishedAmis.previous(order.previous().orElse(order.state())));
            return new Report(plan.json(), plan.lines(), true);
        });
    }

    /**
     * Publishes, or finishes what an earlier run began. What cannot succeed is taken back; what may succeed later is left for
     * another run.
     *
     * @throws BuildException with PUBLISHING
     */
    public Report publish(Order order) throws Exception {
        return withImage(order, (ami, disk) -> {
            Optional<PublishedAmis.Previous> previous =
                    PublishedAmis.previous(order.previous().orElse(order.state()));
            return withJournal(order.state(), (aws, journal) -> {
                try {
                    JsonObject record = new AmiPublisher(ami, disk, aws, journal, order.state()).run(previous);
                    return new Report(record, AmiPublisher.lines(record), true);
                } catch (TemporaryFailure e) {
                    throw new BuildException(
                            FailureCode.PUBLISHING,
                            e.getMessage(),
                            "run the same command again: it continues where it stopped; --abort takes back what was made",
                            e);
                } catch (BuildException e) {
                    if (!order.keep() && journal.publication().equals(ami.id())) {
                        takeBack(aws, journal, e);
                    }
                    throw e;
                }
            });
        });
    }

    private void takeBack(AwsSession aws, AmiJournal journal, BuildException failure) {
        try {
            new Rollback(aws, journal).run().forEach(thing -> progress.note("removed " + thing));
        } catch (Exception e) {
            failure.addSuppressed(e);
            progress.warning("could not take back everything: " + e.getMessage()
                    + "; --abort tries again, the journal knows what is left");
        }
    }

    /** Takes back what an unfinished publication has made. */
    public Report abort(Path state) throws Exception {
        return withJournal(state, (aws, journal) -> {
            List<String> done = journal.publication().isEmpty() ? List.of() : new Rollback(aws, journal).run();
            List<String> lines = new ArrayList<>();
            done.forEach(thing -> lines.add("removed " + thing));
            if (done.isEmpty()) {
                lines.add("nothing was left of an unfinished publication");
            }
            return new Report(JsonObject.of().putStrings("removed", done), lines, true);
        });
    }

    /** Looks whether all regions hold the image as the manifest describes it. */
    public Report validate(Order order) throws Exception {
        return withImage(order, (ami, disk) -> withSession(aws -> new AmiUpkeep(ami, aws).validate()));
    }

    /**
     * Gives the parameters of this version under another name of a version, such as {@code latest}.
     *
     * @param as what stands for {@code {version}} in the parameters' names
     */
    public Report promote(Order order, String as) throws Exception {
        return withImage(order, (ami, disk) -> withSession(aws -> new AmiUpkeep(ami, aws).promote(as)));
    }

    /** Takes the images of this version away in all regions, with snapshots, and parameters that still name them. */
    public Report delete(Order order) throws Exception {
        return withImage(
                order,
                (ami, disk) -> withSession(aws -> {
                    Report report = new AmiUpkeep(ami, aws).delete();
                    Optional<JsonObject> record = PublishedAmis.read(order.state());
                    if (record.isPresent() && record.get().string("name").equals(ami.name())) {
                        PublishedAmis.delete(order.state());
                    }
                    return report;
                }));
    }

    private <T> T withImage(Order order, Body<T> body) throws Exception {
        List<StoredVariable> uefi = order.variant().ami().secureBoot() ? variables(order) : List.of();
        try (ImageFile file = ImageFile.open(order.image())) {
            DiskImage disk = DiskFormat.open(file.source());
            progress.begin("read " + file.path().getFileName());
            SnapshotBlocks blocks = SnapshotBlocks.of(disk, pool, progress);
            progress.end("read " + file.path().getFileName());
            return body.run(AmiPublication.of(order.variant(), order.regions(), blocks, uefi), disk);
        } catch (FormatException e) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    order.image() + ": " + e.getMessage(),
                    "the image is damaged, or uses what is not supported",
                    e);
        }
    }

    /** Time of the variables: the start of the db certificate's life, which is the same at every run. */
    private static List<StoredVariable> variables(Order order) throws BuildException {
        String profile = order.variant().signing().profile();
        Path start = order.variant().file().toAbsolutePath().getParent();
        Path folder = new KeyProfiles(start, order.keys())
                .find(profile)
                .orElseThrow(() -> new BuildException(
                        FailureCode.SIGNING,
                        "there is no key profile " + profile + " whose Secure Boot keys the image could start with",
                        "build the variant first, give --keys DIR, or set ami: {secure-boot: false}"));
        SecureBootKeys keys = KeyProfiles.read(folder);
        return keys.variables(
                keys.database().certificates().get(0).getNotBefore().toInstant());
    }

    private interface Session<T> {
        T run(AwsSession aws) throws Exception;
    }

    private <T> T withSession(Session<T> body) throws Exception {
        try (AwsClients clients = new AwsClients(
                surroundings
                        .credentials()
                        .orElseGet(() -> DefaultCredentialsProvider.builder().build()),
                surroundings.interceptors(),
                surroundings.endpoint())) {
            return body.run(new AwsSession(clients, new AwsCalls(surroundings.pause(), jitter), progress));
        } catch (TemporaryFailure e) {
            throw new BuildException(FailureCode.PUBLISHING, e.getMessage(), "run the same command again", e);
        }
    }

    private interface Journaled<T> {
        T run(AwsSession aws, AmiJournal journal) throws Exception;
    }

    private <T> T withJournal(Path state, Journaled<T> body) throws Exception {
        try {
            Files.createDirectories(state);
        } catch (IOException e) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "folder " + state + " cannot be made: " + e.getMessage(),
                    "give another --state",
                    e);
        }
        try (AmiJournal journal = AmiJournal.open(state.resolve(JOURNAL))
                .orElseThrow(() -> new BuildException(
                        FailureCode.PUBLISHING,
                        "another run is publishing with the same state " + state,
                        "wait for it, or give another --state"))) {
            return withSession(aws -> body.run(aws, journal));
        }
    }
}
