package dev.caisson.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.Guid;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.Arch;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.secureboot.SecureBootVariable;
import dev.caisson.secureboot.StoredVariable;
import dev.caisson.secureboot.VariableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootHostTest {
    @TempDir
    private Path root;

    private void file(String path, long size) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[Math.toIntExact(size)]);
    }

    @Test
    void saysWhatToInstallWhenSomethingIsMissing() {
        BootHost host = new BootHost(root, "");
        for (Arch architecture : Arch.values()) {
            assertThatThrownBy(() -> host.qemu(architecture)).isInstanceOfSatisfying(BuildException.class, e -> {
                assertThat(e.code()).isEqualTo(FailureCode.USAGE);
                assertThat(e.hint()).contains("apt install", "dnf install", "pacman -S", "brew install");
            });
            assertThatThrownBy(() -> host.firmware(architecture))
                    .isInstanceOfSatisfying(
                            BuildException.class,
                            e -> assertThat(e.hint())
                                    .contains(architecture == Arch.X86_64 ? "ovmf" : "qemu-efi-aarch64"));
        }
    }

    @Test
    void findsTheEmulatorInPathAndInUsualFolders() throws Exception {
        file("elsewhere/qemu-system-x86_64", 1);
        assertThat(root.resolve("elsewhere/qemu-system-x86_64").toFile().setExecutable(true))
                .isTrue();
        BootHost inPath = new BootHost(root, root.resolve("elsewhere").toString());
        assertThat(inPath.qemu(Arch.X86_64)).isEqualTo(root.resolve("elsewhere/qemu-system-x86_64"));
        file("opt/homebrew/bin/qemu-system-aarch64", 1);
        assertThat(root.resolve("opt/homebrew/bin/qemu-system-aarch64").toFile().setExecutable(true))
                .isTrue();
        assertThat(new BootHost(root, "").qemu(Arch.AARCH64))
                .isEqualTo(root.resolve("opt/homebrew/bin/qemu-system-aarch64"));
    }

    @Test
    void takesFirmwareOnlyWithItsVariables() throws Exception {
        BootHost host = new BootHost(root, "");
        file("usr/share/OVMF/OVMF_CODE_4M.secboot.fd", 1);
        file("usr/share/edk2/ovmf/OVMF_CODE.secboot.fd", 1);
        file("usr/share/edk2/ovmf/OVMF_VARS.fd", 1);
        assertThat(host.firmware(Arch.X86_64).code())
                .isEqualTo(root.resolve("usr/share/edk2/ovmf/OVMF_CODE.secboot.fd"));
        file("usr/share/OVMF/OVMF_VARS_4M.fd", 1);
        assertThat(host.firmware(Arch.X86_64).code()).isEqualTo(root.resolve("usr/share/OVMF/OVMF_CODE_4M.secboot.fd"));
    }

    @Test
    void enrolsTheKeysAlsoWhereTheTemplateIsAllZeros() throws Exception {
        SecureBootKeys keys = SecureBootKeys.generate(
                new SecureBootKeys.Request(
                        "Test",
                        Guid.parse("11111111-2222-3333-4444-555555555555"),
                        2048,
                        Instant.parse("2020-01-01T00:00:00Z"),
                        Instant.parse("2040-01-01T00:00:00Z")),
                new SecureRandom());
        file("zeros.fd", VariableStore.emptyOvmf4m().size());
        Firmware firmware = new Firmware(Arch.X86_64, root.resolve("code.fd"), root.resolve("zeros.fd"));
        firmware.writeVariables(root.resolve("enrolled.fd"), Optional.of(keys));
        firmware.writeVariables(root.resolve("empty.fd"), Optional.empty());
        try (FileSource enrolled = FileSource.open(root.resolve("enrolled.fd"));
                FileSource empty = FileSource.open(root.resolve("empty.fd"))) {
            assertThat(VariableStore.read(empty).variables()).isEmpty();
            VariableStore store = VariableStore.read(enrolled);
            assertThat(store.variables().stream().map(StoredVariable::name))
                    .containsExactlyInAnyOrder("PK", "KEK", "db", "dbx", "SecureBootEnable", "CustomMode");
            assertThat(store.variable("PK", SecureBootVariable.GLOBAL)).isPresent();
        }
    }
}
