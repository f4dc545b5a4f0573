package dev.caisson.engine.boot;

import dev.caisson.diskimage.DiskFormat;
import dev.caisson.manifest.Arch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The command line of QEMU for a machine. */
final class QemuArguments {
    /**
     * Translation of x86 code runs all processors in one thread. With a thread for each, a processor may still execute
     * the translation of a breakpoint that another one has just patched away in the kernel's text, and the kernel
     * panics with "Oops: int3", about once in fifty boots.
     */
    private static final String TRANSLATION_OF_X86 = "tcg,thread=single";

    private QemuArguments() {}

    /** What the processors of the guest are made of. */
    enum Accelerator {
        /** The host's own processors. */
        KVM,
        /** Translation, on any host. */
        TCG
    }

    /**
     * The files of a machine.
     *
     * @param firmware its code
     * @param variables its own flash image
     * @param disk its own disk
     */
    record Files(Firmware firmware, Path variables, Path disk) {}

    /** Machine and processors, without anything attached: what decides whether an accelerator can be used. */
    static List<String> board(MachineSpec spec, Accelerator accelerator) {
        boolean x86 = spec.architecture() == Arch.X86_64;
        boolean kvm = accelerator == Accelerator.KVM;
        List<String> words = new ArrayList<>();
        // System management mode keeps the guest's kernel from writing to the store of variables.
        words.addAll(List.of("-machine", x86 ? "q35,smm=on" : "virt"));
        words.addAll(List.of("-accel", kvm ? "kvm" : x86 ? TRANSLATION_OF_X86 : "tcg,thread=multi"));
        words.addAll(List.of("-cpu", kvm ? "host" : x86 ? "max" : "cortex-a76"));
        words.addAll(List.of("-smp", Integer.toString(spec.cpus())));
        words.addAll(List.of("-m", spec.memoryMebibytes() + "M"));
        return words;
    }

    /** Everything except the serial console, see {@link #serialToStreams} and {@link #serialToTerminal}. */
    static List<String> machine(MachineSpec spec, Accelerator accelerator, Files files) {
        List<String> words = new ArrayList<>(board(spec, accelerator));
        words.addAll(List.of("-nodefaults", "-display", "none", "-monitor", "none"));
        if (spec.architecture() == Arch.X86_64) {
            words.addAll(List.of("-global", "driver=cfi.pflash01,property=secure,value=on"));
        }
        words.addAll(List.of(
                "-drive",
                "if=pflash,unit=0,format=raw,readonly=on,file="
                        + quoted(files.firmware.code().toString())));
        words.addAll(List.of("-drive", "if=pflash,unit=1,format=raw,file=" + quoted(files.variables.toString())));
        words.addAll(
                List.of("-drive", "if=none,id=disk," + format(files.disk) + ",file=" + quoted(files.disk.toString())));
        words.addAll(spec.bus().arguments(spec.medium().isPresent() ? 1 : 0));
        spec.medium().ifPresent(medium -> words.addAll(drive(spec, medium)));
        words.addAll(List.of("-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="));
        words.addAll(List.of("-device", "virtio-rng-pci"));
        for (Map.Entry<String, String> credential : spec.credentials().entrySet()) {
            // Base64, so that neither QEMU nor the firmware's tables see commas, line ends or bytes above 127.
            words.addAll(List.of(
                    "-smbios",
                    "type=11,value=io.systemd.credential.binary:" + credential.getKey() + "="
                            + Base64.getEncoder()
                                    .encodeToString(credential.getValue().getBytes(StandardCharsets.UTF_8))));
        }
        if (!spec.kernelParameters().isEmpty()) {
            words.addAll(List.of(
                    "-smbios",
                    "type=11,value=" + quoted("io.systemd.stub.kernel-cmdline-extra=" + spec.kernelParameters())));
        }
        if (!spec.restart()) {
            words.add("-no-reboot");
        }
        return words;
    }

    /**
     * What the disk's name says. Its content is not asked: a guest could have written the head of another format onto a plain disk.
     * Formats that are made to be shipped are not written to.
     */
    private static String format(Path disk) {
        return switch (DiskFormat.ofFileName(disk.getFileName().toString()).orElse(DiskFormat.RAW)) {
            case QCOW2 -> "format=qcow2,snapshot=on";
            case VMDK, VMDK_SPARSE -> "format=vmdk,snapshot=on";
            case VHD, VHD_DYNAMIC -> "format=vpc,snapshot=on";
            case VHDX -> "format=vhdx,snapshot=on";
            case RAW, GCE -> "format=raw,discard=unmap";
        };
    }

    /** A CD drive, from which the firmware starts first: AHCI where boards have it. */
    private static List<String> drive(MachineSpec spec, Path medium) {
        List<String> words = new ArrayList<>(List.of(
                "-drive",
                "if=none,id=medium,media=cdrom,format=raw,readonly=on,file="
                        + quoted(medium.toAbsolutePath().toString())));
        if (spec.architecture() == Arch.X86_64) {
            words.addAll(List.of("-device", "ide-cd,drive=medium,bootindex=0"));
        } else {
            words.addAll(List.of("-device", "virtio-scsi-pci,id=discs"));
            words.addAll(List.of("-device", "scsi-cd,bus=discs.0,drive=medium,bootindex=0"));
        }
        return words;
    }

    /** The console is the emulator's standard input and output. */
    static List<String> serialToStreams() {
        return List.of("-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console");
    }

    /** The console is the terminal; Ctrl-C ends the machine. */
    static List<String> serialToTerminal() {
        return List.of("-chardev", "stdio,id=console,signal=on", "-serial", "chardev:console");
    }

    /** QEMU splits option values at commas, except doubled ones. */
    private static String quoted(String value) {
        return value.replace(",", ",,");
    }
}
