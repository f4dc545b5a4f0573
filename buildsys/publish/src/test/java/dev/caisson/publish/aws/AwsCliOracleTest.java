package dev.caisson.publish.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.fixture.Oracle;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.publish.aws.stub.AwsStub;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stub is as AWS is, as far as Amazon's own command line tool (Debian package awscli) can tell: it signs, sends and reads by
 * Amazon's models of the services.
 */
@Tag("oracle")
class AwsCliOracleTest {
    @TempDir
    private Path folder;

    private Fixture fixture;

    @BeforeEach
    void start() throws Exception {
        Oracle.require("aws", "awscli");
        fixture = new Fixture(folder);
    }

    @AfterEach
    void stop() {
        if (fixture != null) {
            fixture.close();
        }
    }

    private String run(String region, int expected, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "aws", "--endpoint-url", fixture.stub.endpoint().toString(), "--region", region, "--output", "json"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment()
                .putAll(Map.of(
                        "AWS_ACCESS_KEY_ID",
                        AwsStub.ACCESS_KEY,
                        "AWS_SECRET_ACCESS_KEY",
                        AwsStub.SECRET_KEY,
                        "AWS_MAX_ATTEMPTS",
                        "1",
                        "AWS_CONFIG_FILE",
                        folder.resolve("none").toString(),
                        "AWS_SHARED_CREDENTIALS_FILE",
                        folder.resolve("none").toString()));
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (expected == 0) {
            assertThat(process.waitFor()).as(said).isZero();
        } else {
            assertThat(process.waitFor()).as(said).isNotZero();
        }
        return said;
    }

    private JsonObject aws(String... words) throws Exception {
        String said = run(Fixture.HOME, 0, words);
        return said.isBlank() ? JsonObject.of() : Json.parseObject(said);
    }

    @Test
    void cli_makesAnImageFromBlocks() throws Exception {
        byte[] block = new byte[Fixture.BLOCK];
        block[0] = 1;
        Path data = Files.write(folder.resolve("block"), block);
        String digest = SnapshotBlocks.digest(block);
        java.util.SortedMap<Integer, String> written = new java.util.TreeMap<>(Map.of(0, digest));
        String snapshot = aws(
                        "ebs", "start-snapshot", "--volume-size", "1", "--client-token", "t", "--tags", "Key=a,Value=b")
                .string("SnapshotId");
        aws(
                "ebs",
                "put-snapshot-block",
                "--snapshot-id",
                snapshot,
                "--block-index",
                "0",
                "--block-data",
                data.toString(),
                "--data-length",
                "524288",
                "--checksum",
                digest,
                "--checksum-algorithm",
                "SHA256");
        assertThat(run(
                        Fixture.HOME,
                        1,
                        "ebs",
                        "complete-snapshot",
                        "--snapshot-id",
                        snapshot,
                        "--changed-blocks-count",
                        "2"))
                .contains("ValidationException");
        aws(
                "ebs",
                "complete-snapshot",
                "--snapshot-id",
                snapshot,
                "--changed-blocks-count",
                "1",
                "--checksum",
                SnapshotBlocks.aggregate(written),
                "--checksum-algorithm",
                "SHA256",
                "--checksum-aggregation-method",
                "LINEAR");
        aws("ec2", "describe-snapshots", "--snapshot-ids", snapshot);
        JsonObject described =
                aws("ec2", "describe-snapshots", "--owner-ids", "self", "--filters", "Name=tag:a,Values=b");
        assertThat(described.objects("Snapshots").get(0).string("State")).isEqualTo("completed");
        assertThat(aws("ebs", "list-snapshot-blocks", "--snapshot-id", snapshot).objects("Blocks"))
                .hasSize(1);
        String image = aws(
                        "ec2",
                        "register-image",
                        "--name",
                        "by-cli",
                        "--architecture",
                        "x86_64",
                        "--boot-mode",
                        "uefi",
                        "--tpm-support",
                        "v2.0",
                        "--imds-support",
                        "v2.0",
                        "--ena-support",
                        "--virtualization-type",
                        "hvm",
                        "--root-device-name",
                        "/dev/xvda",
                        "--block-device-mappings",
                        "DeviceName=/dev/xvda,Ebs={SnapshotId=" + snapshot + ",VolumeSize=1,VolumeType=gp3}")
                .string("ImageId");
        aws("ec2", "describe-images", "--image-ids", image);
        JsonObject found = aws("ec2", "describe-images", "--owners", "self", "--filters", "Name=name,Values=by-cli")
                .objects("Images")
                .get(0);
        assertThat(found.string("State")).isEqualTo("available");
        assertThat(found.string("BootMode")).isEqualTo("uefi");
        assertThat(found.string("TpmSupport")).isEqualTo("v2.0");
        run(
                Fixture.OTHER,
                0,
                "ec2",
                "copy-image",
                "--name",
                "by-cli",
                "--source-region",
                Fixture.HOME,
                "--source-image-id",
                image);
        aws(
                "ec2",
                "modify-snapshot-attribute",
                "--snapshot-id",
                snapshot,
                "--attribute",
                "createVolumePermission",
                "--operation-type",
                "add",
                "--user-ids",
                Fixture.FRIEND);
        aws(
                "ec2",
                "modify-image-attribute",
                "--image-id",
                image,
                "--attribute",
                "launchPermission",
                "--operation-type",
                "add",
                "--user-ids",
                Fixture.FRIEND);
        JsonObject permissions =
                aws("ec2", "describe-image-attribute", "--image-id", image, "--attribute", "launchPermission");
        assertThat(permissions.objects("LaunchPermissions").get(0).string("UserId"))
                .isEqualTo(Fixture.FRIEND);
        aws(
                "ssm",
                "put-parameter",
                "--name",
                "/cli/image",
                "--type",
                "String",
                "--data-type",
                "aws:ec2:image",
                "--value",
                image);
        assertThat(aws("ssm", "get-parameters", "--names", "/cli/image")
                        .objects("Parameters")
                        .get(0)
                        .string("Value"))
                .isEqualTo(image);
        assertThat(aws("sts", "get-caller-identity").string("Account")).isEqualTo(AwsStub.ACCOUNT);
        assertThat(run(Fixture.HOME, 1, "ec2", "delete-snapshot", "--snapshot-id", snapshot))
                .contains("InvalidSnapshot.InUse");
        assertThat(fixture.cloud().violations).isEmpty();
        assertThat(fixture.cloud().in(Fixture.OTHER).images).hasSize(1);
    }
}
