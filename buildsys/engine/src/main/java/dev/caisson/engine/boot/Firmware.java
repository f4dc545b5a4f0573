package dev.caisson.engine.boot;

import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.manifest.Arch;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.secureboot.VariableStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * EDK2 for QEMU as distributions install it.
 *
 * @param architecture what it runs on
 * @param code the flash image with the program
 * @param variables the empty flash image with the variables that belongs to it
 */
public record Firmware(Arch architecture, Path code, Path variables) {
    /** Of the enrolled keys: any time before that of an update that a machine could get. */
    private static final Instant ENROLLED = Instant.parse("2020-01-01T00:00:00Z");

    /** Where one distribution has its firmware. Paths are relative to the root of the host. */
    private record Place(String code, String variables) {}

    private static final List<Place> X86_64_SECURE = List.of(
            // Debian, Ubuntu: ovmf
            new Place("usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "usr/share/OVMF/OVMF_VARS_4M.fd"),
            // Arch: edk2-ovmf
            new Place("usr/share/edk2/x64/OVMF_CODE.secboot.4m.fd", "usr/share/edk2/x64/OVMF_VARS.4m.fd"),
            new Place("usr/share/edk2-ovmf/x64/OVMF_CODE.secboot.fd", "usr/share/edk2-ovmf/x64/OVMF_VARS.fd"),
            // Fedora: edk2-ovmf
            new Place("usr/share/edk2/ovmf/OVMF_CODE.secboot.fd", "usr/share/edk2/ovmf/OVMF_VARS.fd"),
            // openSUSE: qemu-ovmf-x86_64
            new Place("usr/share/qemu/ovmf-x86_64-smm-code.bin", "usr/share/qemu/ovmf-x86_64-smm-vars.bin"),
            // QEMU's own: Homebrew on both kinds of Mac, MacPorts, builds from source
            new Place(
                    "opt/homebrew/share/qemu/edk2-x86_64-secure-code.fd", "opt/homebrew/share/qemu/edk2-i386-vars.fd"),
            new Place("usr/local/share/qemu/edk2-x86_64-secure-code.fd", "usr/local/share/qemu/edk2-i386-vars.fd"),
            new Place("opt/local/share/qemu/edk2-x86_64-secure-code.fd", "opt/local/share/qemu/edk2-i386-vars.fd"),
            new Place("usr/share/qemu/edk2-x86_64-secure-code.fd", "usr/share/qemu/edk2-i386-vars.fd"));

    private static final List<Place> AARCH64 = List.of(
            // Debian, Ubuntu: qemu-efi-aarch64; from trixie on the plain name may be a build without Secure Boot
            new Place("usr/share/AAVMF/AAVMF_CODE.secboot.fd", "usr/share/AAVMF/AAVMF_VARS.fd"),
            new Place("usr/share/AAVMF/AAVMF_CODE.fd", "usr/share/AAVMF/AAVMF_VARS.fd"),
            // Arch: edk2-aarch64
            new Place("usr/share/edk2/aarch64/QEMU_CODE.fd", "usr/share/edk2/aarch64/QEMU_VARS.fd"),
            // Fedora: edk2-aarch64
            new Place("usr/share/edk2/aarch64/QEMU_EFI-pflash.raw", "usr/share/edk2/aarch64/vars-template-pflash.raw"),
            new Place("opt/homebrew/share/qemu/edk2-aarch64-code.fd", "opt/homebrew/share/qemu/edk2-arm-vars.fd"),
            new Place("usr/local/share/qemu/edk2-aarch64-code.fd", "usr/local/share/qemu/edk2-arm-vars.fd"),
            new Place("opt/local/share/qemu/edk2-aarch64-code.fd", "opt/local/share/qemu/edk2-arm-vars.fd"),
            new Place("usr/share/qemu/edk2-aarch64-code.fd", "usr/share/qemu/edk2-arm-vars.fd"));

    /** The first that is there. */
    static Optional<Firmware> find(Path root, Arch architecture) {
        for (Place place : architecture == Arch.X86_64 ? X86_64_SECURE : AARCH64) {
            Path code = root.resolve(place.code);
            Path variables = root.resolve(place.variables);
            if (java.nio.file.Files.isReadable(code) && java.nio.file.Files.isReadable(variables)) {
                return Optional.of(new Firmware(architecture, code, variables));
            }
        }
        return Optional.empty();
    }

    /**
     * Makes the machine's own flash image.
     *
     * @param target a new file
     * @param keys what is enrolled and enforced; empty: the machine takes any program
     */
    void writeVariables(Path target, Optional<SecureBootKeys> keys) throws IOException {
        try (FileSource template = FileSource.open(variables);
                FileSink sink = FileSink.create(target)) {
            VariableStore empty = template(template).withOnly(List.of());
            (keys.isPresent() ? keys.get().enrol(empty, ENROLLED) : empty).writeTo(sink);
        }
    }

    /** Debian's AAVMF_VARS.fd is nothing but zeros, which the firmware formats at its first start. */
    private VariableStore template(FileSource file) throws IOException {
        try {
            return VariableStore.read(file);
        } catch (NotThisFormatException e) {
            VariableStore empty =
                    architecture == Arch.X86_64 ? VariableStore.emptyOvmf4m() : VariableStore.emptyAavmf();
            if (empty.size() != file.size()) {
                throw e;
            }
            return empty;
        }
    }
}
