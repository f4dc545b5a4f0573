package dev.caisson.publish.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.publish.Secret;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against govmomi's simulator of a vCenter, which says itself what has become of the machines. */
@Tag("oracle")
class MachineImportOracleTest {
    private static Vcsim vcenter;
    private static FaultyProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        vcenter = Vcsim.start();
        proxy = new FaultyProxy(vcenter.address());
    }

    @AfterAll
    static void stop() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        if (vcenter != null) {
            vcenter.close();
        }
    }

    private static VsphereServer server(URI address, String password) throws Exception {
        return new VsphereServer(
                address, Vcsim.USER, new Secret(password), ServerTrust.ofThumbprint(Vcsim.thumbprint(address)));
    }

    private static OvaPublication publish(URI address, OvaRequest request) throws Exception {
        return new OvaPublisher(server(address, Vcsim.PASSWORD), millis -> {}, Progress.NONE).publish(request);
    }

    @Test
    void machine_isImportedOnce() throws Exception {
        byte[] ova = Packages.bytes(2, 1);
        OvaRequest request =
                Packages.request(ova, "plain", false, Packages.machine(false, Map.of("guestinfo.userdata", "a<b")));
        OvaPublication first = publish(vcenter.address(), request);
        assertThat(first.unchanged()).isFalse();
        assertThat(first.sentBytes()).isEqualTo(400_001);
        assertThat(first.id()).startsWith("vm-");
        assertThat(first.server()).contains("vCenter");
        String digest = DigestAlgorithm.SHA256.of(ova).hex();
        assertThat(vcenter.machines().get("plain")).isEqualTo(new Vcsim.Machine("plain", false, 2, 1, 3, 1024, digest));
        OvaPublication second = publish(vcenter.address(), request);
        assertThat(second.unchanged()).isTrue();
        assertThat(second.sentBytes()).isZero();
        assertThat(second.id()).isEqualTo(first.id());
        // and what was a machine becomes a template, without a byte more
        assertThat(publish(vcenter.address(), Packages.request(ova, "plain", false, Packages.machine(true, Map.of())))
                        .sentBytes())
                .isZero();
        assertThat(vcenter.machines().get("plain").template()).isTrue();
    }

    @Test
    void otherPackageOfTheSameName_isOnlyReplacedWhenAsked() throws Exception {
        byte[] ova = Packages.bytes(1, 2);
        publish(vcenter.address(), Packages.request(ova, "again", false, Packages.machine(true, Map.of())));
        byte[] other = Packages.bytes(1, 3);
        assertThatThrownBy(() -> publish(
                        vcenter.address(), Packages.request(other, "again", false, Packages.machine(true, Map.of()))))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("is there already");
        publish(vcenter.address(), Packages.request(other, "again", true, Packages.machine(true, Map.of())));
        assertThat(vcenter.machines().get("again").digest())
                .isEqualTo(DigestAlgorithm.SHA256.of(other).hex());
        assertThat(vcenter.imported()).doesNotContain("again.incomplete");
        // somebody's machine is never touched
        assertThatThrownBy(() -> publish(
                        vcenter.address(),
                        Packages.request(ova, "DC0_C0_RP0_VM0", true, Packages.machine(true, Map.of()))))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("no run of this program made it");
    }

    @Test
    void placesThatAreNotThere_areAnsweredWithThoseThatAre() throws Exception {
        byte[] ova = Packages.bytes(1, 4);
        OvaRequest.Machine nowhere = new OvaRequest.Machine(
                Optional.empty(),
                Optional.of("x"),
                Optional.empty(),
                Optional.of("DC0_C0"),
                Map.of(),
                true,
                Map.of(),
                false);
        assertThatThrownBy(() -> publish(vcenter.address(), Packages.request(ova, "n", false, nowhere)))
                .hasMessageContaining("there is no datastore x; there are LocalDS_0");
        OvaRequest.Machine unsaid = new OvaRequest.Machine(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                true,
                Map.of(),
                false);
        assertThatThrownBy(() -> publish(vcenter.address(), Packages.request(ova, "n", false, unsaid)))
                .hasMessageContaining("DC0_C0, DC0_H0");
        OvaRequest.Machine network = new OvaRequest.Machine(
                Optional.of("DC0"),
                Optional.of("LocalDS_0"),
                Optional.empty(),
                Optional.of("DC0_C0"),
                Map.of("", "DC0_DVPG0"),
                true,
                Map.of(),
                false);
        assertThat(publish(vcenter.address(), Packages.request(ova, "portgroup", false, network))
                        .unchanged())
                .isFalse();
    }

    @Test
    void unknownProperties_areRefusedBeforeAnythingIsSent() throws Exception {
        proxy.plan(FaultyProxy.Fault.NONE, 0);
        OvaRequest request = Packages.request(
                Packages.bytes(1, 5), "p", false, Packages.machine(false, Map.of("guestinfo.user", "x")));
        assertThatThrownBy(() -> publish(proxy.address(), request)).hasMessageContaining("guestinfo.userdata");
        assertThat(proxy.requests()).isZero();
    }

    @Test
    void wrongPasswordOrCertificate_saysSoWithoutTheSecret() throws Exception {
        OvaRequest request = Packages.request(Packages.bytes(1, 6), "s", false, Packages.machine(false, Map.of()));
        VsphereServer wrong = server(vcenter.address(), "wrong-S3cret");
        BuildException refused = catchThrowableOfType(
                BuildException.class, () -> new OvaPublisher(wrong, millis -> {}, Progress.NONE).publish(request));
        assertThat(refused.code()).isEqualTo(FailureCode.PUBLISHING);
        assertThat(refused.hint()).contains("password");
        StringWriter trace = new StringWriter();
        refused.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString() + wrong).doesNotContain("wrong-S3cret");
        for (ServerTrust trust : List.of(ServerTrust.ofMachine(), ServerTrust.ofThumbprint("00".repeat(32)))) {
            VsphereServer other = new VsphereServer(vcenter.address(), Vcsim.USER, new Secret(Vcsim.PASSWORD), trust);
            BuildException untrusted = catchThrowableOfType(
                    BuildException.class, () -> new OvaPublisher(other, millis -> {}, Progress.NONE).publish(request));
            assertThat(untrusted.hint()).contains("--thumbprint");
        }
    }

    /**
     * Whatever request is refused, unanswered or the last before the client dies: a second run ends with exactly one whole
     * machine, and what a run that was not killed has begun it has taken back.
     */
    @Test
    void faultAtEveryRequest_leavesNothingBehind() throws Exception {
        byte[] ova = Packages.bytes(1, 7);
        OvaRequest.Machine place = Packages.machine(true, Map.of());
        proxy.plan(FaultyProxy.Fault.NONE, 0);
        publish(proxy.address(), Packages.request(ova, "count", false, place));
        int total = proxy.requests();
        assertThat(total).isBetween(15, 60);
        List<String> left = new ArrayList<>();
        List<FaultyProxy.Fault> faults =
                List.of(FaultyProxy.Fault.REFUSED, FaultyProxy.Fault.ANSWER_LOST, FaultyProxy.Fault.DEAD);
        // The first requests only look around.
        for (int i = 0; i < faults.size(); i++) {
            FaultyProxy.Fault fault = faults.get(i);
            for (int at = total < 20 ? 1 : i + 1; at <= total; at += at < total - 18 ? 6 : 1) {
                String name = "fault-" + fault + "-" + at;
                OvaRequest request = Packages.request(ova, name, false, place);
                proxy.plan(fault, at);
                boolean worked = tried(request);
                List<String> there = vcenter.imported();
                if (fault != FaultyProxy.Fault.DEAD && !worked && there.contains(request.unfinishedName())) {
                    left.add(fault + " " + at + " " + proxy.log().get(at - 1));
                }
                if (!worked && there.contains(name)) {
                    assertThat(vcenter.machines().get(name).digest()).isNotEmpty();
                }
                proxy.plan(FaultyProxy.Fault.NONE, 0);
                publish(proxy.address(), request);
                assertThat(vcenter.imported()).contains(name).doesNotContain(request.unfinishedName());
                assertThat(vcenter.machines().get(name).template()).isTrue();
            }
        }
        assertThat(left).isEmpty();
    }

    private static boolean tried(OvaRequest request) throws Exception {
        try {
            publish(proxy.address(), request);
            return true;
        } catch (BuildException e) {
            assertThat(e.code()).isEqualTo(FailureCode.PUBLISHING);
            assertThat(e.getMessage()).doesNotContain(Vcsim.PASSWORD);
            return false;
        }
    }
}
