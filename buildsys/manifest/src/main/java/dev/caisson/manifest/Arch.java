package dev.caisson.manifest;

import java.util.Locale;
import java.util.Optional;

/** A machine architecture that images are built for. The order is that of output and of the lock. */
public enum Arch {
    /** 64-bit x86: Debian's {@code amd64}. */
    X86_64("x86_64", "amd64"),
    /** 64-bit Arm: Debian's {@code arm64}. */
    AARCH64("aarch64", "arm64");

    private final String label;
    private final String debianName;

    Arch(String label, String debianName) {
        this.label = label;
        this.debianName = debianName;
    }

    /** The name in manifests, locks, folders and RPM: {@code x86_64}, {@code aarch64}. */
    public String label() {
        return label;
    }

    /** The name in Debian archives: {@code amd64}, {@code arm64}. */
    public String debianName() {
        return debianName;
    }

    /** The architecture with this label or Debian name, in any case. */
    public static Optional<Arch> parse(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Arch arch : values()) {
            if (arch.label.equals(lower) || arch.debianName.equals(lower)) {
                return Optional.of(arch);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return label;
    }
}
