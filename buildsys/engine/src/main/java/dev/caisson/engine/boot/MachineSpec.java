package dev.caisson.engine.boot;

import dev.caisson.manifest.Arch;
import dev.caisson.secureboot.SecureBootKeys;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A machine to start.
 *
 * @param architecture of its processors
 * @param keys enrolled in the firmware, which then starts nothing that they did not sign; empty: Secure Boot is off
 * @param bus what the disk is attached to
 * @param memoryMebibytes size of its memory, 128 to 1048576
 * @param cpus number of processors, 1 to 255
 * @param credentials given to systemd through SMBIOS strings, by name
 * @param restart whether a restart of the guest restarts the machine; otherwise it ends it
 * @param medium an image in the CD drive, from which the machine starts; empty: there is no drive
 * @param kernelParameters what systemd-stub is told to add to the command line; empty for nothing
 */
public record MachineSpec(
        Arch architecture,
        Optional<SecureBootKeys> keys,
        DiskBus bus,
        int memoryMebibytes,
        int cpus,
        Map<String, String> credentials,
        boolean restart,
        Optional<Path> medium,
        String kernelParameters) {
    /** Checks ranges and the names of credentials. */
    public MachineSpec {
        if (memoryMebibytes < 128 || memoryMebibytes > 1 << 20) {
            throw new IllegalArgumentException("memory of " + memoryMebibytes + " MiB is not between 128 and 1048576");
        }
        if (cpus < 1 || cpus > 255) {
            throw new IllegalArgumentException(cpus + " processors are not between 1 and 255");
        }
        for (String name : credentials.keySet()) {
            if (!name.matches("[A-Za-z0-9._@-]{1,200}")) {
                throw new IllegalArgumentException("'" + name + "' is not the name of a credential");
            }
        }
        if (!kernelParameters.matches("[ -~]{0,1000}")) {
            throw new IllegalArgumentException("'" + kernelParameters + "' are no kernel parameters");
        }
        // Sorted: the command line is the same for the same machine.
        credentials = java.util.Collections.unmodifiableMap(new TreeMap<>(credentials));
    }

    /** A machine without a CD drive. */
    public MachineSpec(
            Arch architecture,
            Optional<SecureBootKeys> keys,
            DiskBus bus,
            int memoryMebibytes,
            int cpus,
            Map<String, String> credentials,
            boolean restart) {
        this(architecture, keys, bus, memoryMebibytes, cpus, credentials, restart, Optional.empty(), "");
    }

    /** A machine with two processors, 1 GiB of memory and a virtio disk that stops when its guest restarts. */
    public static MachineSpec of(Arch architecture, Optional<SecureBootKeys> keys) {
        return new MachineSpec(architecture, keys, DiskBus.VIRTIO, 1024, 2, Map.of(), false);
    }

    /** The same with another disk. */
    public MachineSpec withBus(DiskBus newBus) {
        return new MachineSpec(
                architecture, keys, newBus, memoryMebibytes, cpus, credentials, restart, medium, kernelParameters);
    }

    /** The same with these credentials. */
    public MachineSpec withCredentials(Map<String, String> newCredentials) {
        return new MachineSpec(
                architecture, keys, bus, memoryMebibytes, cpus, newCredentials, restart, medium, kernelParameters);
    }

    /** The same with an image in the CD drive. */
    public MachineSpec withMedium(Path image) {
        return new MachineSpec(
                architecture,
                keys,
                bus,
                memoryMebibytes,
                cpus,
                credentials,
                restart,
                Optional.of(image),
                kernelParameters);
    }

    /** The same with more on the kernel's command line. */
    public MachineSpec withKernelParameters(String parameters) {
        return new MachineSpec(
                architecture, keys, bus, memoryMebibytes, cpus, credentials, restart, medium, parameters);
    }
}
