package dev.caisson.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.engine.boot.QemuArguments.Accelerator;
import dev.caisson.manifest.Arch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QemuArgumentsTest {
    private static List<String> words(MachineSpec spec, Accelerator accelerator) {
        Firmware firmware = new Firmware(spec.architecture(), Path.of("code.fd"), Path.of("template.fd"));
        return QemuArguments.machine(
                spec, accelerator, new QemuArguments.Files(firmware, Path.of("vars.fd"), Path.of("a,b.disk")));
    }

    @Test
    void protectsTheVariablesOfX86FromTheGuestsKernel() {
        assertThat(words(MachineSpec.of(Arch.X86_64, Optional.empty()), Accelerator.TCG))
                .containsSequence("-machine", "q35,smm=on")
                .containsSequence("-cpu", "max")
                .containsSequence("-global", "driver=cfi.pflash01,property=secure,value=on")
                .contains("-no-reboot");
    }

    @Test
    void usesTheVirtBoardForAarch64() {
        assertThat(words(MachineSpec.of(Arch.AARCH64, Optional.empty()), Accelerator.TCG))
                .containsSequence("-machine", "virt")
                .containsSequence("-cpu", "cortex-a76")
                .doesNotContain("-global");
    }

    @Test
    void takesTheHostsProcessorWithKvm() {
        assertThat(words(MachineSpec.of(Arch.X86_64, Optional.empty()), Accelerator.KVM))
                .containsSequence("-accel", "kvm")
                .containsSequence("-cpu", "host");
    }

    @Test
    void doublesCommasInFileNames() {
        assertThat(words(MachineSpec.of(Arch.X86_64, Optional.empty()), Accelerator.TCG))
                .contains("if=none,id=disk,format=raw,discard=unmap,file=a,,b.disk");
    }

    @Test
    void startsFromTheCdDriveFirst() {
        MachineSpec spec = MachineSpec.of(Arch.X86_64, Optional.empty())
                .withMedium(Path.of("/a.iso"))
                .withKernelParameters("caisson.install=auto a,b");
        assertThat(words(spec, Accelerator.TCG))
                .contains("ide-cd,drive=medium,bootindex=0", "virtio-blk-pci,drive=disk,bootindex=1")
                .contains("type=11,value=io.systemd.stub.kernel-cmdline-extra=caisson.install=auto a,,b");
        assertThat(words(MachineSpec.of(Arch.AARCH64, Optional.empty()).withMedium(Path.of("/a.iso")), Accelerator.TCG))
                .contains("scsi-cd,bus=discs.0,drive=medium,bootindex=0");
        MachineSpec plain = MachineSpec.of(Arch.X86_64, Optional.empty());
        assertThatIllegalArgumentException().isThrownBy(() -> plain.withKernelParameters("a\nb"));
    }

    @Test
    void givesCredentialsInBase64SortedByName() {
        MachineSpec spec = MachineSpec.of(Arch.X86_64, Optional.empty())
                .withCredentials(Map.of("b.second", "x,y\n", "a.first", "é"));
        assertThat(words(spec, Accelerator.TCG))
                .containsSubsequence(
                        "type=11,value=io.systemd.credential.binary:a.first=w6k=",
                        "type=11,value=io.systemd.credential.binary:b.second=eCx5Cg==");
    }

    @Test
    void attachesTheDiskToTheBusAskedFor() {
        MachineSpec spec = MachineSpec.of(Arch.X86_64, Optional.empty());
        assertThat(words(spec.withBus(DiskBus.NVME), Accelerator.TCG))
                .contains("nvme,serial=caisson,drive=disk,bootindex=0");
        assertThat(words(spec.withBus(DiskBus.SCSI), Accelerator.TCG))
                .containsSequence("virtio-scsi-pci,id=scsi", "-device", "scsi-hd,drive=disk,bootindex=0");
    }

    @Test
    void refusesWhatIsOutOfRange() {
        MachineSpec spec = MachineSpec.of(Arch.X86_64, Optional.empty());
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withCredentials(Map.of("a,b", "")));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new MachineSpec(Arch.X86_64, Optional.empty(), DiskBus.VIRTIO, 64, 1, Map.of(), false));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new MachineSpec(Arch.X86_64, Optional.empty(), DiskBus.VIRTIO, 1024, 0, Map.of(), false));
    }
}
