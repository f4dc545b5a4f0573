package dev.caisson.publish.aws;

import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.AmiSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/**
 * Publishes: snapshot, image, copies, grants, parameters, record. Each step looks at what is there and does what is missing, so
 * that a run after any interruption ends with the same: one image per region, and nothing besides.
 */
final class AmiPublisher {
    private static final int REGIONS_AT_ONCE = 8;

    private final AmiPublication ami;
    private final DiskImage disk;
    private final AwsSession aws;
    private final AmiJournal journal;
    private final Path folder;
    private final Images images;
    private final Map<String, Image> made = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> parameters = new LinkedHashMap<>();
    private Optional<SnapshotUpload.Done> upload = Optional.empty();

    /**
     * @param folder for the record
     */
    AmiPublisher(AmiPublication ami, DiskImage disk, AwsSession aws, AmiJournal journal, Path folder) {
        this.ami = ami;
        this.disk = disk;
        this.aws = aws;
        this.journal = journal;
        this.folder = folder;
        this.images = new Images(aws);
    }

    /**
     * Publishes.
     *
     * @param previous whose snapshot may serve as parent
     * @return the record
     */
    JsonObject run(Optional<PublishedAmis.Previous> previous) throws Exception {
        String account = identity(aws, ami.home().name());
        openJournal();
        checkKeys();
        Sharing sharing = new Sharing(aws, ami.spec().grants(), account);
        for (AmiSpec.Region region : ami.regions()) {
            sharing.checkPublicAccess(region.name());
        }
        Image home = step("image in " + ami.home().name(), () -> homeImage(previous));
        made.put(ami.home().name(), home);
        step("copies", () -> copies(home));
        deprecations();
        share(sharing);
        step("parameters", this::writeParameters);
        sweep();
        JsonObject record = record(account);
        PublishedAmis.write(folder, record, ami.id(), ami.blocks());
        journal.clear();
        return record;
    }

    private interface Step<T> {
        T run() throws Exception;
    }

    private <T> T step(String name, Step<T> body) throws Exception {
        Progress progress = aws.progress();
        progress.begin(name);
        T result = body.run();
        progress.end(name);
        return result;
    }

    /** Who the credentials belong to: the account, and the ARN for messages. */
    static String identity(AwsSession aws, String region) throws BuildException, InterruptedException {
        GetCallerIdentityResponse caller = aws.calls()
                .call(
                        "sts:GetCallerIdentity",
                        region,
                        () -> aws.clients()
                                .sts(region)
                                .getCallerIdentity(
                                        GetCallerIdentityRequest.builder().build()));
        aws.calls().caller(caller.arn());
        return caller.account();
    }

    private void openJournal() throws Exception {
        if (journal.publication().equals(ami.id())) {
            // An earlier run may have been on its way to regions that are not wanted any more.
            Set<String> wanted = new HashSet<>();
            ami.regions().forEach(region -> wanted.add(region.name()));
            new Rollback(aws, journal)
                    .run(region -> !wanted.contains(region))
                    .forEach(thing -> aws.progress().note("removed " + thing));
            return;
        }
        if (!journal.publication().isEmpty()) {
            aws.progress().note("an unfinished publication of \"" + journal.name() + "\" is taken back first");
            new Rollback(aws, journal).run().forEach(thing -> aws.progress().note("removed " + thing));
        }
        journal.begin(ami.id(), ami.name(), aws.calls().nonce());
    }

    private void checkKeys() throws Exception {
        for (AmiSpec.Region region : ami.regions()) {
            if (region.kmsKey().isEmpty()) {
                continue;
            }
            DescribeKeyRequest request =
                    DescribeKeyRequest.builder().keyId(region.kmsKey().get()).build();
            KeyMetadata key = aws.calls()
                    .call(
                            "kms:DescribeKey",
                            region.name(),
                            () -> aws.clients().kms(region.name()).describeKey(request))
                    .keyMetadata();
            if (key.keyState() != KeyState.ENABLED) {
                throw new BuildException(
                        FailureCode.PUBLISHING,
                        "the key " + region.kmsKey().get() + " is " + key.keyStateAsString(),
                        "enable it, or name another one in ami: regions");
            }
        }
    }

    private Image homeImage(Optional<PublishedAmis.Previous> previous) throws Exception {
        String region = ami.home().name();
        Optional<Image> there = images.own(ami, region);
        if (there.isPresent() && !Images.alive(there.get())) {
            images.remove(region, there.get());
            there = Optional.empty();
        }
        String id;
        if (there.isPresent()) {
            id = there.get().imageId();
        } else {
            upload = Optional.of(new SnapshotUpload(ami, disk, aws, journal).run(previous));
            id = images.register(ami, upload.get().id(), journal);
        }
        return images.waitAvailable(region, ami.name(), id)
                .orElseThrow(() -> new BuildException(
                        FailureCode.PUBLISHING,
                        "image " + id + " in " + region + " ended as failed",
                        "see its state reason in the EC2 console"));
    }

    private Void copies(Image home) throws Exception {
        List<AmiSpec.Region> others = ami.regions().subList(1, ami.regions().size());
        if (others.isEmpty()) {
            return null;
        }
        ExecutorService pool = AwsSession.threads(Math.min(REGIONS_AT_ONCE, others.size()));
        try {
            List<Future<Image>> futures = new ArrayList<>();
            for (AmiSpec.Region region : others) {
                futures.add(pool.submit(() -> images.copied(ami, region, home.imageId(), journal)));
            }
            List<Exception> failures = new ArrayList<>();
            for (int i = 0; i < others.size(); i++) {
                try {
                    made.put(others.get(i).name(), futures.get(i).get());
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    failures.add((Exception) e.getCause());
                }
            }
            if (!failures.isEmpty()) {
                throw combined(failures);
            }
        } finally {
            pool.shutdownNow();
        }
        return null;
    }

    /** One failure that names all; a lasting one outweighs those that may pass. */
    private static Exception combined(List<Exception> failures) {
        Exception first = failures.stream()
                .filter(BuildException.class::isInstance)
                .findFirst()
                .orElse(failures.get(0));
        if (failures.size() == 1 || !(first instanceof BuildException build)) {
            return first;
        }
        List<String> texts = failures.stream().map(Exception::getMessage).toList();
        return new BuildException(build.code(), String.join("\n", texts), build.hint(), first);
    }

    private void deprecations() throws Exception {
        for (Map.Entry<String, Image> entry : made.entrySet()) {
            images.deprecate(ami, entry.getKey(), entry.getValue());
        }
    }

    /** All snapshots of all regions before the first image: nobody can start what he cannot read. */
    private void share(Sharing sharing) throws Exception {
        if (sharing.nothing()) {
            return;
        }
        aws.progress().begin("grants");
        for (Map.Entry<String, Image> entry : made.entrySet()) {
            sharing.shareSnapshots(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<String, Image> entry : made.entrySet()) {
            sharing.shareImage(entry.getKey(), entry.getValue());
        }
        aws.progress().end("grants");
    }

    private Void writeParameters() throws Exception {
        for (Map.Entry<String, Image> entry : made.entrySet()) {
            String region = entry.getKey();
            List<AmiSpec.Parameter> wanted = new ArrayList<>();
            for (AmiSpec.Parameter template : ami.spec().parameters()) {
                wanted.add(ami.parameter(template, region, entry.getValue().imageId(), ami.version()));
            }
            if (!wanted.isEmpty()) {
                new Parameters(aws, region).write(wanted, entry.getValue().imageId(), Optional.of(journal));
                Map<String, String> values = new LinkedHashMap<>();
                wanted.forEach(parameter -> values.put(parameter.name(), parameter.value()));
                parameters.put(region, values);
            }
        }
        return null;
    }

    /** Snapshots that earlier attempts have left, in regions where something was made. */
    private void sweep() throws Exception {
        Set<String> regions = new LinkedHashSet<>();
        journal.made().forEach(thing -> regions.add(thing.region()));
        regions.retainAll(made.keySet());
        for (String region : regions) {
            Set<String> used = new HashSet<>(Images.snapshots(made.get(region)));
            Rollback.sweep(aws, region, ami.id(), used)
                    .forEach(thing -> aws.progress().note("removed " + thing));
        }
    }

    private JsonObject record(String account) {
        JsonObject regions = JsonObject.of();
        for (AmiSpec.Region region : ami.regions()) {
            Image image = made.get(region.name());
            AmiSpec.Grants grants = ami.spec().grants();
            JsonObject entry = JsonObject.of()
                    .put("id", image.imageId())
                    .put("name", ami.name())
                    .put("public", grants.everybody())
                    .put(
                            "launchPermissions",
                            JsonObject.of()
                                    .putStrings("accounts", grants.accounts())
                                    .putStrings("organizations", grants.organizations())
                                    .putStrings("organizationalUnits", grants.organizationalUnits()))
                    .putStrings("snapshots", Images.snapshots(image))
                    .put("encrypted", ami.encrypted(region))
                    .putOptional("kmsKey", region.kmsKey());
            JsonObject values = JsonObject.of();
            parameters.getOrDefault(region.name(), Map.of()).forEach(values::put);
            regions.put(region.name(), entry.put("parameters", values));
        }
        JsonObject record = JsonObject.of()
                .put("schema", 1)
                .put("variant", ami.variant())
                .put("version", ami.version())
                .put("arch", ami.arch().label())
                .put("name", ami.name())
                .put("partition", AmiPublication.partition(ami.home().name()))
                .put("account", account)
                .put("publication", ami.id())
                .put("image", "sha256:" + ami.imageDigest())
                .put("home", ami.home().name())
                .put("regions", regions);
        upload.ifPresent(done -> record.put(
                "upload",
                JsonObject.of()
                        .put("blocks", ami.blocks().count())
                        .put("dataBlocks", ami.blocks().digests().size())
                        .put("sentBlocks", done.sent())
                        .put("sentBytes", (long) done.sent() * SnapshotBlocks.BLOCK_BYTES)
                        .putOptional("parent", done.parent())));
        return record;
    }

    /** What a record says, for people. */
    static List<String> lines(JsonObject record) throws dev.caisson.bytes.FormatException {
        List<String> lines = new ArrayList<>();
        JsonObject regions = record.object("regions");
        for (String region : regions.names()) {
            lines.add(region + "  " + regions.object(region).string("id") + "  " + record.string("name"));
        }
        Optional<JsonObject> upload = record.optionalObject("upload");
        if (upload.isPresent()) {
            lines.add("sent " + upload.get().longValue("sentBlocks") + " of "
                    + upload.get().longValue("dataBlocks") + " blocks with data ("
                    + upload.get().longValue("blocks") + " in all)");
        }
        return lines;
    }
}
