package dev.caisson.publish.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.publish.aws.stub.AwsStub;
import dev.caisson.publish.aws.stub.Cloud;
import dev.caisson.publish.aws.stub.Fault;
import java.io.File;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: killed for real, and with credentials as a machine has them. */
class PublishProcessTest {
    @TempDir
    private Path folder;

    private Fixture fixture;
    private Path manifest;
    private Path disk;
    private volatile Process running;

    @BeforeEach
    void start() throws Exception {
        fixture = new Fixture(folder);
        fixture.cloud().pendingLooks = 0;
        manifest = fixture.manifest("1.0.0", Fixture.SECTION);
        disk = fixture.disk("disk.raw", 24, Map.of(0, 1, 1, 2, 5, 3, 6, 4, 23, 5));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static Map<String, String> keys() {
        return Map.of("AWS_ACCESS_KEY_ID", AwsStub.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", AwsStub.SECRET_KEY);
    }

    private String run(Map<String, String> credentials, int expected) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                PublishProcess.class.getName(),
                manifest.toString(),
                disk.toString(),
                folder.resolve("state").toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(credentials);
        builder.environment().put("AWS_ENDPOINT_URL", fixture.stub.endpoint().toString());
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        builder.environment().put("AWS_CONFIG_FILE", folder.resolve("none").toString());
        builder.environment()
                .put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        builder.redirectErrorStream(true);
        running = builder.start();
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(running.exitValue()).as(said).isEqualTo(expected);
        assertThat(said).doesNotContain(AwsStub.SECRET_KEY).doesNotContain(AwsStub.ROLE_SECRET);
        return said;
    }

    /** Test runners with a class loader of their own have the tests' classes in no property. */
    private static String classPath() {
        if (PublishProcess.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private void assertPublished() {
        Cloud cloud = fixture.cloud();
        assertThat(cloud.violations).isEmpty();
        assertThat(cloud.images()).hasSize(2).allMatch(image -> image.state.equals("available"));
        assertThat(cloud.snapshots()).hasSize(2).allMatch(snapshot -> snapshot.content.size() == 5);
        assertThat(cloud.parameters()).isEqualTo(4);
    }

    @Test
    void killedProcess_isContinued() throws Exception {
        int[] base = {0};
        int[] at = {0};
        fixture.stub.faults((action, number) -> {
            if (number == base[0] + at[0] && at[0] > 0) {
                running.destroyForcibly();
                return number % 2 == 0 ? Fault.SLOW : Fault.DROP;
            }
            return Fault.NONE;
        });
        for (int kill : List.of(5, 9, 19)) {
            base[0] = fixture.stub.log().size();
            at[0] = kill;
            run(keys(), 137);
        }
        base[0] = Integer.MAX_VALUE / 2;
        run(keys(), 0);
        assertPublished();
    }

    @Test
    void webIdentity_isEnough() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), AwsStub.WEB_IDENTITY);
        run(
                Map.of(
                        "AWS_ROLE_ARN",
                        "arn:aws:iam::111122223333:role/ci",
                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                        token.toString(),
                        "AWS_REGION",
                        Fixture.HOME),
                0);
        assertThat(fixture.stub.log()).contains("sts:AssumeRoleWithWebIdentity");
        assertPublished();
    }

    @Test
    void missingAndWrongCredentials_areSaidSo() throws Exception {
        assertThat(run(Map.of(), 10)).contains("there are no AWS credentials").contains("AWS_ROLE_ARN");
        assertThat(run(Map.of("AWS_ACCESS_KEY_ID", AwsStub.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "wrong"), 10))
                .contains("the credentials are wrong or have expired");
        assertThat(fixture.cloud().images()).isEmpty();
    }
}
