package dev.caisson.engine.formats;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.InitrdType;
import dev.caisson.manifest.Variant;

/**
 * The command line of a system that runs without being installed: that of the disk, where the initrd finds the root instead
 * ({@code sources/initrd/init}), and a {@code /var} in memory, since there is no data partition.
 */
final class LiveCommandLine {
    /** COMMAND_LINE_SIZE of the kernel, with the final NUL. */
    private static final int X86_LIMIT = 2048;

    private static final String STATELESS = " fstab=no systemd.volatile=state systemd.mask=systemd-repart.service";

    private LiveCommandLine() {}

    /** Where the root is: in the initrd itself. */
    static String fromInitrd(Variant variant, BootParts.Boot boot, String format) throws BuildException {
        return of(variant, boot, format, "caisson.live=initrd");
    }

    /** With these words. */
    static String of(Variant variant, BootParts.Boot boot, String format, String words) throws BuildException {
        if (variant.initrd().type() != InitrdType.MINIMAL || boot.initrd().isEmpty()) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    "format " + format + " finds its root by the minimal initrd, and " + variant.name()
                            + " has another",
                    "use initrd: {type: minimal}, or leave the format out");
        }
        String text = boot.commandLine() + " " + words + STATELESS;
        if (variant.architecture() == Arch.X86_64 && text.length() >= X86_LIMIT) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "the command line of format " + format + " has " + text.length() + " characters, the kernel takes "
                            + (X86_LIMIT - 1),
                    "give the kernel fewer parameters");
        }
        return text;
    }
}
