package dev.caisson.publish.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Variant;
import dev.caisson.publish.aws.stub.AwsStub;
import dev.caisson.publish.aws.stub.Cloud;
import dev.caisson.publish.aws.stub.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

class AmiPublishingTest {
    private static final Map<Integer, Integer> DATA = Map.of(0, 1, 1, 2, 5, 3, 6, 4, 23, 5);

    @TempDir
    private Path folder;

    private Fixture fixture;
    private Variant variant;
    private Path disk;

    @BeforeEach
    void start() throws Exception {
        fixture = new Fixture(folder);
        variant = fixture.variant("1.0.0", Fixture.SECTION);
        disk = fixture.disk("disk.raw", 24, DATA);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private JsonObject publish() throws Exception {
        return fixture.publishing().publish(fixture.order(variant, disk)).json();
    }

    private long count(String action) {
        return fixture.stub.log().stream().filter(line -> line.endsWith(action)).count();
    }

    /** One finished image per region with the disk in it, shared and named, and nothing else. */
    private void assertPublished(Path image) throws Exception {
        Cloud cloud = fixture.cloud();
        assertThat(cloud.violations).isEmpty();
        assertThat(cloud.images()).hasSize(2);
        assertThat(cloud.snapshots()).hasSize(2);
        assertThat(cloud.parameters()).isEqualTo(4);
        for (String region : List.of(Fixture.HOME, Fixture.OTHER)) {
            Cloud.Image made = cloud.in(region).images.values().iterator().next();
            assertThat(made.state).isEqualTo("available");
            assertThat(made.name).isEqualTo("host-" + variant.version() + "-x86_64");
            assertThat(made.grants)
                    .containsExactlyInAnyOrder(
                            "user " + Fixture.FRIEND,
                            "organization arn:aws:organizations::111122223333:organization/o-abc1234567");
            assertThat(made.deprecation).startsWith("2027-01-02T03:04:00");
            assertThat(made.tags).containsEntry("team", "platform");
            Cloud.Snapshot snapshot =
                    cloud.in(region).snapshots.get(made.devices.get(0).get("SnapshotId"));
            assertThat(snapshot.deleted).isFalse();
            assertThat(snapshot.grants).containsExactly("user " + Fixture.FRIEND);
            Map<Integer, String> content = new TreeMap<>(snapshot.content);
            content.values().removeIf(SnapshotBlocks.ZERO_DIGEST::equals);
            assertThat(content).isEqualTo(fixture.blocks(image).digests());
            assertThat(cloud.in(region).parameters)
                    .containsEntry("/c/host/x86_64/" + variant.version() + "/image_id", made.id)
                    .containsEntry("/c/host/x86_64/" + variant.version() + "/image_version", variant.version());
        }
        assertThat(folder.resolve("state").resolve("journal.jsonl")).doesNotExist();
    }

    private void assertNothing() {
        assertThat(fixture.cloud().images()).isEmpty();
        assertThat(fixture.cloud().snapshots()).isEmpty();
        assertThat(fixture.cloud().parameters()).isZero();
        assertThat(fixture.cloud().violations).isEmpty();
    }

    @Test
    void publish_makesOneImagePerRegion() throws Exception {
        JsonObject record = publish();
        assertPublished(disk);
        assertThat(count("ebs:PutSnapshotBlock")).isEqualTo(DATA.size());
        assertThat(record.object("regions").names()).containsExactly(Fixture.HOME, Fixture.OTHER);
        assertThat(PublishedAmis.read(folder.resolve("state"))).contains(record);
    }

    @Test
    void secondRun_makesNothing() throws Exception {
        publish();
        int before = fixture.stub.log().size();
        publish();
        assertThat(fixture.stub.log().subList(before, fixture.stub.log().size()))
                .noneMatch(line -> line.matches(".*:(Start|Put|Complete|Register|Copy|Modify|Enable|Delete).*"));
        assertPublished(disk);
    }

    @Test
    void nextVersion_sendsWhatChanged() throws Exception {
        publish();
        JsonObject first = PublishedAmis.read(folder.resolve("state")).orElseThrow();
        variant = fixture.variant("1.0.1", Fixture.SECTION);
        Path next = fixture.disk("next.raw", 24, Map.of(0, 1, 1, 9, 5, 3, 6, 4, 12, 6));
        JsonObject record =
                fixture.publishing().publish(fixture.order(variant, next)).json();
        JsonObject upload = record.object("upload");
        // 1 changed, 12 is new, 23 became zeros
        assertThat(upload.longValue("sentBlocks")).isEqualTo(3);
        assertThat(upload.string("parent"))
                .isEqualTo(first.object("regions")
                        .object(Fixture.HOME)
                        .strings("snapshots")
                        .get(0));
        Cloud.Region home = fixture.cloud().in(Fixture.HOME);
        Cloud.Snapshot snapshot = home.snapshots.get(record.object("regions")
                .object(Fixture.HOME)
                .strings("snapshots")
                .get(0));
        Map<Integer, String> content = new TreeMap<>(snapshot.content);
        content.values().removeIf(SnapshotBlocks.ZERO_DIGEST::equals);
        assertThat(content).isEqualTo(fixture.blocks(next).digests());
        assertThat(fixture.cloud().images()).hasSize(4);
    }

    @Test
    void nextVersion_whoseParentIsGone_sendsAll() throws Exception {
        publish();
        fixture.publishing().delete(fixture.order(variant, disk));
        assertNothing();
        publish();
        assertPublished(disk);
    }

    @Test
    void deletedParent_isNoticed() throws Exception {
        publish();
        fixture.cloud().snapshots().get(0).deleted = true;
        fixture.cloud().in(Fixture.HOME).images.clear();
        variant = fixture.variant("1.0.1", Fixture.SECTION);
        JsonObject record = publish();
        assertThat(record.object("upload").has("parent")).isFalse();
        assertThat(fixture.said).anyMatch(text -> text.contains("cannot be the parent"));
    }

    @Test
    void sameNameOtherContent_isRefusedAndNothingChanges() throws Exception {
        publish();
        Path other = fixture.disk("other.raw", 24, Map.of(3, 3));
        assertThatThrownBy(() -> fixture.publishing().publish(fixture.order(variant, other)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("there is an image \"host-1.0.0-x86_64\" already")
                .hasMessageContaining("another content");
        assertPublished(disk);
    }

    @Test
    void failedCopy_isMadeAgain() throws Exception {
        fixture.cloud().failingCopies = 1;
        publish();
        assertPublished(disk);
    }

    @Test
    void copiesThatAlwaysFail_areTakenBack() {
        fixture.cloud().failingCopies = 1000;
        assertThatThrownBy(this::publish).hasMessageContaining("copies in a row ended as failed");
        assertNothing();
    }

    @Test
    void latecomers_areWaitedFor() throws Exception {
        fixture.cloud().pendingLooks = 3;
        fixture.cloud().unseenLooks = 3;
        publish();
        assertPublished(disk);
    }

    @Test
    void keys_areUsedPerRegion() throws Exception {
        String home = "arn:aws:kms:eu-central-1:111122223333:key/1";
        String other = "arn:aws:kms:us-east-1:111122223333:key/2";
        fixture.cloud().in(Fixture.HOME).keys.put(home, "Enabled");
        fixture.cloud().in(Fixture.OTHER).keys.put(other, "Enabled");
        variant = fixture.variant("1.0.0", """
                ami:
                  secure-boot: false
                  regions: [{name: eu-central-1, kms-key: "%s"}, {name: us-east-1, kms-key: "%s"}]
                """.formatted(home, other));
        publish();
        assertThat(fixture.cloud().snapshots()).extracting(s -> s.key).containsExactly(home, other);
        variant = fixture.variant("1.0.1", """
                ami:
                  secure-boot: false
                  regions: [{name: eu-central-1, kms-key: "%s"}]
                """.formatted(home));
        assertThat(publish().object("upload").optionalString("parent")).isPresent();
        fixture.cloud().in(Fixture.HOME).keys.put(home, "Disabled");
        assertThatThrownBy(this::publish).hasMessageContaining(home + " is Disabled");
    }

    @Test
    void publicImage_needsAnAccountThatAllowsIt() throws Exception {
        variant = fixture.variant("1.0.0", """
                ami: {secure-boot: false, regions: [eu-central-1], grants: {public: true}}
                """);
        fixture.cloud().publicImagesBlocked = true;
        assertThatThrownBy(this::publish).hasMessageContaining("cannot be public");
        assertNothing();
        fixture.cloud().publicImagesBlocked = false;
        publish();
        assertThat(fixture.cloud().images().get(0).grants).containsExactly("group all");
        assertThat(fixture.cloud().snapshots().get(0).grants).containsExactly("group all");
        assertThat(fixture.cloud().violations).isEmpty();
    }

    @Test
    void missingPermission_isNamedAndAllIsTakenBack() throws Exception {
        for (String action : List.of(
                "ebs:StartSnapshot",
                "ebs:PutSnapshotBlock",
                "ebs:CompleteSnapshot",
                "ec2:DescribeSnapshots",
                "ec2:RegisterImage",
                "ec2:CopyImage",
                "ec2:EnableImageDeprecation",
                "ec2:ModifySnapshotAttribute",
                "ec2:ModifyImageAttribute",
                "ec2:DescribeImageAttribute",
                "ssm:GetParameters",
                "ssm:PutParameter")) {
            fixture.stub.faults((asked, number) -> asked.equals(action) ? Fault.DENIED : Fault.NONE);
            assertThatThrownBy(this::publish).isInstanceOfSatisfying(BuildException.class, e -> {
                assertThat(e.code()).isEqualTo(FailureCode.PUBLISHING);
                assertThat(e.getMessage()).contains(action).doesNotContain("Encoded");
                assertThat(e.hint()).contains("allow the IAM action " + action).contains(":user/publisher");
            });
            if (action.equals("ec2:DescribeSnapshots")) {
                // What cannot be seen cannot be taken back; the next run, with the permission, does.
                fixture.stub.faults((asked, number) -> Fault.NONE);
                fixture.publishing().abort(folder.resolve("state"));
            }
            assertNothing();
        }
    }

    @Test
    void deniedParameter_getsItsFormerValueBack() throws Exception {
        fixture.cloud().in(Fixture.HOME).parameters.put("/c/host/x86_64/1.0.0/image_version", "older");
        AtomicInteger puts = new AtomicInteger();
        fixture.stub.faults((action, number) ->
                action.equals("ssm:PutParameter") && puts.incrementAndGet() == 3 ? Fault.DENIED : Fault.NONE);
        assertThatThrownBy(this::publish).hasMessageContaining("ssm:PutParameter in us-east-1");
        assertThat(fixture.cloud().in(Fixture.HOME).parameters)
                .isEqualTo(Map.of("/c/host/x86_64/1.0.0/image_version", "older"));
        assertThat(fixture.cloud().images()).isEmpty();
        assertThat(fixture.cloud().snapshots()).isEmpty();
    }

    @Test
    void throttling_errorsAndLostAnswers_changeNothing() throws Exception {
        Fault[] faults = Fault.values();
        for (int seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            boolean throttlesOnly = seed < 2;
            fixture.stub.faults((action, number) -> {
                synchronized (random) {
                    if (random.nextInt(100) >= 30) {
                        return Fault.NONE;
                    }
                    Fault fault = throttlesOnly ? Fault.THROTTLE : faults[random.nextInt(faults.length)];
                    return fault == Fault.DENIED || fault == Fault.TWICE && !action.startsWith("ebs:")
                            ? Fault.ERROR
                            : fault;
                }
            });
            publish();
            assertPublished(disk);
            fixture.publishing().delete(fixture.order(variant, disk));
            assertNothing();
        }
    }

    @Test
    void burstOfErrors_isSatOut() throws Exception {
        fixture.stub.faults((action, number) -> number % 40 < 8 ? Fault.ERROR : Fault.NONE);
        publish();
        assertPublished(disk);
    }

    @Test
    void outage_endsWithAWordAndIsContinued() throws Exception {
        fixture.stub.faults((action, number) -> number > 12 ? Fault.ERROR : Fault.NONE);
        assertThatThrownBy(this::publish).isInstanceOfSatisfying(BuildException.class, e -> {
            assertThat(e.getMessage()).contains("no success in 12 attempts");
            assertThat(e.hint()).contains("continues where it stopped");
        });
        fixture.stub.faults((action, number) -> Fault.NONE);
        publish();
        assertPublished(disk);
    }

    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    /** The process ends at the n-th request: before it is sent, or after its answer was on the way. */
    private static final class CrashAt implements ExecutionInterceptor {
        private final int at;
        private final boolean after;
        private int seen;
        private boolean dead;

        CrashAt(int at, boolean after) {
            this.at = at;
            this.after = after;
        }

        private synchronized void count(boolean answered) {
            if (dead) {
                throw new Crash();
            }
            if (answered == after && seen++ == at) {
                dead = true;
                throw new Crash();
            }
        }

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            count(false);
        }

        @Override
        public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
            count(true);
        }
    }

    /** A small publication, so that there are not too many requests to crash at; all kinds of them are in it. */
    private void small() throws Exception {
        variant = fixture.variant("1.0.0", """
                ami:
                  regions: [eu-central-1, us-east-1]
                  secure-boot: false
                  deprecate-after: 1
                  grants: {accounts: ["444455556666"]}
                  ssm: [{name: "/c/{version}", value: "{image_id}"}]
                """);
        disk = fixture.disk("disk.raw", 4, Map.of(0, 1, 3, 2));
        fixture.cloud().pendingLooks = 0;
    }

    private void assertSmallPublished() {
        Cloud cloud = fixture.cloud();
        assertThat(cloud.violations).isEmpty();
        assertThat(cloud.images()).hasSize(2).allMatch(image -> image.state.equals("available"));
        assertThat(cloud.images()).allMatch(image -> image.grants.contains("user " + Fixture.FRIEND));
        assertThat(cloud.snapshots()).hasSize(2).allMatch(snapshot -> snapshot.content.size() == 2);
        assertThat(cloud.parameters()).isEqualTo(2);
    }

    @Test
    void crashAfterAnyAnswer_leavesNothingBehindAfterTheNextRun() throws Exception {
        assertThat(crashes(true, 1)).isGreaterThan(20);
    }

    @Test
    void crashBeforeARequest_leavesNothingBehindAfterTheNextRun() throws Exception {
        assertThat(crashes(false, 3)).isGreaterThan(5);
    }

    private int crashes(boolean after, int step) throws Exception {
        small();
        for (int at = 0; ; at += step) {
            try {
                fixture.publishing(new CrashAt(at, after)).publish(fixture.order(variant, disk));
                return at;
            } catch (Crash e) {
                // the process is gone; what it has made is not
            }
            if (at % 5 == 4) {
                // not even the journal is left
                Files.deleteIfExists(folder.resolve("state").resolve("journal.jsonl"));
            } else if (at % 3 == 2) {
                fixture.publishing().abort(folder.resolve("state"));
                assertNothing();
            }
            publish();
            assertSmallPublished();
            fixture.cloud().clear();
            PublishedAmis.delete(folder.resolve("state"));
        }
    }

    @Test
    void abandonedPublication_isTakenBackByTheNextOne() throws Exception {
        for (int at : List.of(5, 9, 14, 20, 28)) {
            assertThatThrownBy(() -> fixture.publishing(new CrashAt(at, true)).publish(fixture.order(variant, disk)))
                    .isInstanceOf(Crash.class);
            Path other = fixture.disk("other.raw", 24, Map.of(3, at));
            fixture.publishing().publish(fixture.order(variant, other));
            assertPublished(other);
            fixture.publishing().delete(fixture.order(variant, other));
            assertNothing();
        }
    }

    @Test
    void regionThatIsNotWantedAnyMore_isLeftEmpty() throws Exception {
        for (int at = 5; at < 30; at += 4) {
            int crash = at;
            assertThatThrownBy(
                            () -> fixture.publishing(new CrashAt(crash, true)).publish(fixture.order(variant, disk)))
                    .isInstanceOf(Crash.class);
            AmiPublishing.Order all = fixture.order(variant, disk);
            fixture.publishing()
                    .publish(new AmiPublishing.Order(
                            variant, disk, List.of(Fixture.OTHER), all.state(), all.previous(), all.keys(), false));
            assertThat(fixture.cloud().in(Fixture.HOME).images).isEmpty();
            assertThat(fixture.cloud().snapshots()).hasSize(1);
            assertThat(fixture.cloud().images()).hasSize(1);
            fixture.publishing().delete(all);
            assertNothing();
        }
    }

    @Test
    void validate_findsEveryDifference() throws Exception {
        AmiPublishing.Report missing = fixture.publishing().validate(fixture.order(variant, disk));
        assertThat(missing.good()).isFalse();
        publish();
        assertThat(fixture.publishing().validate(fixture.order(variant, disk)).good())
                .isTrue();
        Cloud.Image image =
                fixture.cloud().in(Fixture.OTHER).images.values().iterator().next();
        image.attributes.put("BootMode", "legacy-bios");
        image.grants.clear();
        fixture.cloud().in(Fixture.OTHER).parameters.clear();
        AmiPublishing.Report report = fixture.publishing().validate(fixture.order(variant, disk));
        assertThat(report.good()).isFalse();
        assertThat(report.lines())
                .anyMatch(line -> line.contains("boot mode is legacy-bios"))
                .anyMatch(line -> line.contains("account " + Fixture.FRIEND))
                .anyMatch(line -> line.contains("organization"))
                .anyMatch(line -> line.contains("image_id is absent"));
    }

    @Test
    void promote_setsOnlyWhatDiffers() throws Exception {
        publish();
        fixture.publishing().promote(fixture.order(variant, disk), "latest");
        Cloud.Region home = fixture.cloud().in(Fixture.HOME);
        assertThat(home.parameters)
                .containsEntry(
                        "/c/host/x86_64/latest/image_id",
                        home.images.keySet().iterator().next())
                .containsEntry("/c/host/x86_64/latest/image_version", "1.0.0");
        long before = count("ssm:PutParameter");
        fixture.publishing().promote(fixture.order(variant, disk), "latest");
        assertThat(count("ssm:PutParameter")).isEqualTo(before);
    }

    @Test
    void plan_needsNothingAndNamesWhatPublishingAsks() throws Exception {
        AmiPublishing.Report plan = fixture.publishing().plan(fixture.order(variant, disk));
        assertThat(fixture.stub.log()).isEmpty();
        publish();
        Set<String> allowed = Set.copyOf(plan.json().strings("iamActions"));
        for (String line : fixture.stub.log()) {
            assertThat(allowed).contains(line.split(" ")[1]);
        }
        for (JsonObject request : plan.json().objects("requests")) {
            String sent = request.string("region") + " " + request.string("action");
            assertThat(fixture.stub.log().stream().filter(sent::equals).count())
                    .as(sent)
                    .isGreaterThanOrEqualTo(1);
        }
        assertThat(plan.json().object("blocks").longValue("send")).isEqualTo(DATA.size());
        assertThat(plan.json().object("blocks").longValue("zero")).isEqualTo(24 - DATA.size());
    }

    @Test
    void nothingSecret_isSaid() throws Exception {
        fixture.stub.faults((action, number) -> action.equals("ec2:CopyImage") ? Fault.DENIED : Fault.NONE);
        assertThatThrownBy(this::publish)
                .hasMessageNotContaining(AwsStub.SECRET_KEY)
                .hasMessageNotContaining(AwsStub.ACCESS_KEY);
        assertThat(fixture.said.toString()).doesNotContain(AwsStub.SECRET_KEY).doesNotContain(AwsStub.ACCESS_KEY);
    }

    @Test
    void secondPublisherAtOnce_isTurnedAway() throws Exception {
        Files.createDirectories(folder.resolve("state"));
        try (AmiJournal held = AmiJournal.open(folder.resolve("state").resolve("journal.jsonl"))
                .orElseThrow()) {
            assertThat(held.publication()).isEmpty();
            assertThatThrownBy(this::publish).hasMessageContaining("another run is publishing");
        }
    }

    @Test
    void partitions_areNotMixed() throws Exception {
        variant = fixture.variant("1.0.0", "ami: {secure-boot: false, regions: [eu-central-1, cn-north-1]}\n");
        assertThatThrownBy(this::publish).hasMessageContaining("different partitions");
        assertThat(AmiPublication.partition("us-gov-west-1")).isEqualTo("aws-us-gov");
    }
}
