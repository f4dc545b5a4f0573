package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishAmiCommandTest {
    private static final int BLOCK = 512 << 10;

    @TempDir
    private Path folder;

    private Path disk;

    @BeforeEach
    void write() throws Exception {
        Files.write(folder.resolve("keys.gpg"), new byte[] {1});
        Files.writeString(folder.resolve("variant.yaml"), """
                schema: 1
                name: host
                version: 1.0.0
                repositories: [{name: debian, type: apt, archive: debian, suites: [trixie], keyring: keys.gpg}]
                kernel: {package: linux-image}
                ami: {secure-boot: false, regions: [eu-central-1], grants: {accounts: ["444455556666"]}}
                """);
        byte[] bytes = new byte[4 * BLOCK];
        bytes[BLOCK] = 1;
        disk = Files.write(folder.resolve("disk.raw"), bytes);
    }

    private record Result(int code, String out, String err) {}

    private Result run(String... words) {
        List<String> all = new ArrayList<>(List.of("publish", "ami", folder.toString()));
        all.addAll(Arrays.asList(words));
        all.add("--state=" + folder.resolve("state"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(all.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Result(code, out.toString(), err.toString());
    }

    @Test
    void plan_isMadeOffline() throws Exception {
        Result text = run("--plan", "--offline", "--image=" + disk);
        assertThat(text.code()).as(text.err()).isZero();
        assertThat(text.out())
                .contains("to send   1 blocks, 524288 bytes")
                .contains("ec2:RegisterImage")
                .contains("IAM actions: ")
                .contains("on failure, in this order:");
        Result json = run("--plan", "--json", "--image=" + disk, "--region=cn-north-1", "--region=cn-northwest-1");
        JsonObject plan = Json.parseObject(json.out());
        assertThat(plan.string("partition")).isEqualTo("aws-cn");
        assertThat(plan.object("blocks").longValue("zero")).isEqualTo(3);
        assertThat(plan.objects("requests"))
                .extracting(request -> request.string("action"))
                .containsExactly(
                        "ebs:StartSnapshot",
                        "ebs:PutSnapshotBlock",
                        "ebs:CompleteSnapshot",
                        "ec2:RegisterImage",
                        "ec2:CopyImage",
                        "ec2:ModifySnapshotAttribute",
                        "ec2:ModifySnapshotAttribute",
                        "ec2:ModifyImageAttribute",
                        "ec2:ModifyImageAttribute");
    }

    @Test
    void samePlan_isPrintedTwice() {
        assertThat(run("--plan", "--json", "--image=" + disk).out())
                .isEqualTo(run("--plan", "--json", "--image=" + disk).out());
    }

    @Test
    void wrongWords_areExplained() {
        assertThat(run("--plan", "--delete").code()).isEqualTo(2);
        Result mixed = run("--plan", "--image=" + disk, "--region=eu-central-1", "--region=us-gov-west-1");
        assertThat(mixed.code()).isEqualTo(2);
        assertThat(mixed.err()).contains("different partitions");
        Result missing = run("--plan", "--image=" + folder.resolve("none.raw"));
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("there is no image");
        Result offline = run("--offline", "--image=" + disk);
        assertThat(offline.code()).isEqualTo(2);
        assertThat(offline.err()).contains("--offline allows --plan only");
    }

    @Test
    void help_namesModesAndExitCodes() {
        assertThat(run("--help").out()).contains("--validate", "--promote", "--abort", "10 publishing failed");
    }
}
