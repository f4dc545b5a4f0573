package dev.caisson.engine.boot;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.Arch;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the machine that Caisson runs on has QEMU and firmware. */
public final class BootHost {
    private static final List<String> USUAL_FOLDERS =
            List.of("usr/bin", "usr/local/bin", "opt/homebrew/bin", "opt/local/bin");

    private final Path root;
    private final String searchPath;

    /**
     * @param root the host's root folder, from which the usual places are looked up
     * @param searchPath the value of {@code PATH}; may be empty
     */
    public BootHost(Path root, String searchPath) {
        this.root = root;
        this.searchPath = searchPath;
    }

    /** This host. */
    public static BootHost here() {
        String path = System.getenv("PATH");
        return new BootHost(Path.of("/"), path == null ? "" : path);
    }

    /**
     * The emulator.
     *
     * @throws BuildException when it is not installed; the hint says what to install
     */
    public Path qemu(Arch architecture) throws BuildException {
        String name = "qemu-system-" + architecture.label();
        List<Path> folders = new ArrayList<>();
        for (String folder : searchPath.split(File.pathSeparator)) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        USUAL_FOLDERS.forEach(folder -> folders.add(root.resolve(folder)));
        for (Path folder : folders) {
            for (String file : List.of(name, name + ".exe")) {
                if (Files.isExecutable(folder.resolve(file))) {
                    return folder.resolve(file);
                }
            }
        }
        throw missing(name, architecture);
    }

    /**
     * The firmware.
     *
     * @throws BuildException when it is not installed; the hint says what to install
     */
    public Firmware firmware(Arch architecture) throws BuildException {
        return Firmware.find(root, architecture)
                .orElseThrow(() -> missing("UEFI firmware for " + architecture.label() + " machines", architecture));
    }

    private static BuildException missing(String what, Arch architecture) {
        boolean x86 = architecture == Arch.X86_64;
        return new BuildException(
                FailureCode.USAGE,
                what + " is not installed, and starting an image needs it",
                "Debian, Ubuntu: apt install "
                        + (x86 ? "qemu-system-x86 ovmf" : "qemu-system-arm qemu-efi-aarch64")
                        + "; Fedora: dnf install "
                        + (x86 ? "qemu-system-x86-core edk2-ovmf" : "qemu-system-aarch64-core edk2-aarch64")
                        + "; Arch: pacman -S "
                        + (x86 ? "qemu-system-x86 edk2-ovmf" : "qemu-system-aarch64 edk2-aarch64")
                        + "; macOS: brew install qemu");
    }
}
