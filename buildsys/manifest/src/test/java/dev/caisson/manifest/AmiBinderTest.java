package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmiBinderTest {
    @TempDir
    private Path folder;

    private AmiSpec ami(String section) throws Exception {
        return Manifests.variant(Manifests.write(folder, "variant.yaml", Manifests.BASE + section), Arch.X86_64)
                .ami();
    }

    private List<String> findings(String section) throws Exception {
        return Manifests.findings(Manifests.write(folder, "variant.yaml", Manifests.BASE + section));
    }

    @Test
    void absentSection_hasTheDefaults() throws Exception {
        AmiSpec ami = ami("");
        assertThat(ami.name()).isEqualTo("{variant}-{version}-{arch}");
        assertThat(ami.bootMode()).isEqualTo(AmiBootMode.UEFI);
        assertThat(ami.tpm()).isTrue();
        assertThat(ami.imdsV2()).isTrue();
        assertThat(ami.secureBoot()).isTrue();
        assertThat(ami.grants().none()).isTrue();
        assertThat(ami.volume())
                .isEqualTo(new AmiSpec.Volume(
                        OptionalLong.empty(), "gp3", OptionalInt.empty(), OptionalInt.empty(), true));
    }

    @Test
    void everyKey_isRead() throws Exception {
        String key = "arn:aws:kms:us-east-1:111122223333:key/0c";
        AmiSpec ami = ami("""
                ami:
                  name: "{variant}-x"
                  description: words
                  regions: [eu-central-1, {name: us-east-1, kms-key: "%s"}]
                  encrypted: true
                  boot-mode: uefi-preferred
                  imds: any
                  secure-boot: false
                  ena: false
                  sriov: false
                  root-device: /dev/sda1
                  volume: {size: 8GiB, iops: 4000, throughput: 250, delete-on-termination: false}
                  data-volume: {size: 20GiB, type: io2, iops: 1000}
                  tags: {team: platform, cost: 12}
                  deprecate-after: 30
                  grants:
                    accounts: ["111122223333"]
                    organizations: ["arn:aws:organizations::111122223333:organization/o-abc1234567"]
                    organizational-units: ["arn:aws:organizations::111122223333:ou/o-abc1234567/ou-ab12-11111111"]
                  ssm: [{name: "/a/{version}", value: "{image_id}"}]
                """.formatted(key));
        assertThat(ami.regions())
                .containsExactly(
                        new AmiSpec.Region("eu-central-1", Optional.empty()),
                        new AmiSpec.Region("us-east-1", Optional.of(key)));
        assertThat(ami.tpm()).isFalse();
        assertThat(ami.volume().sizeBytes()).hasValue(8L << 30);
        assertThat(ami.volume().throughputMibs()).hasValue(250);
        assertThat(ami.dataVolume().orElseThrow().device()).isEqualTo("/dev/xvdb");
        assertThat(ami.tags()).isEqualTo(Map.of("team", "platform", "cost", "12"));
        assertThat(ami.grants().organizationalUnits()).hasSize(1);
        assertThat(ami.parameters()).containsExactly(new AmiSpec.Parameter("/a/{version}", "{image_id}"));
    }

    @Test
    void contradictions_areAllFound() throws Exception {
        assertThat(findings("""
                ami:
                  regions:
                    - {name: us-east-1, kms-key: "arn:aws:kms:eu-west-1:111122223333:key/0c"}
                    - us-east-1
                  boot-mode: legacy-bios
                  tpm: true
                  secure-boot: true
                  volume: {size: 1025MiB, type: gp2, throughput: 125}
                  data-volume: {device: /dev/xvda}
                  tags: {"aws:x": y}
                  deprecate-after: 800
                  grants: {public: true}
                """)).hasSize(11).allMatch(text -> text.contains(": error: "));
    }

    @Test
    void accounts_mustBeQuoted() throws Exception {
        assertThat(findings("ami: {grants: {accounts: [111122223333]}}\n"))
                .singleElement()
                .asString()
                .contains("quotes");
    }
}
