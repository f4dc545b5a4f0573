package dev.caisson.ova;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The virtual machine that a descriptor describes.
 *
 * @param name its name
 * @param product what it runs, for people
 * @param version of the product
 * @param hardwareVersion VMware's, 13 (vSphere 6.5) to 99
 * @param cpus number of virtual processors
 * @param memoryMib memory in MiB
 * @param controller what the disks hang on
 * @param network name of the network that its card is in
 * @param secureBoot the keys; empty leaves Secure Boot off
 * @param diskUuids whether the guest sees ids of its disks ({@code disk.enableUUID})
 * @param properties what is asked for at deployment
 * @param extraConfig further settings of VMware's, by key, in the order of the descriptor
 */
public record OvfMachine(
        String name,
        String product,
        String version,
        int hardwareVersion,
        int cpus,
        int memoryMib,
        Controller controller,
        String network,
        Optional<OvfSecureBoot> secureBoot,
        boolean diskUuids,
        List<OvfProperty> properties,
        Map<String, String> extraConfig) {
    /** The oldest hardware with EFI Secure Boot. */
    public static final int OLDEST_HARDWARE = 13;

    /** What disks hang on. */
    public enum Controller {
        /** VMware's paravirtual SCSI. */
        PVSCSI,
        /** NVMe, since hardware version 13. */
        NVME
    }

    /** Checks the ranges. */
    public OvfMachine {
        if (hardwareVersion < OLDEST_HARDWARE || hardwareVersion > 99) {
            throw new IllegalArgumentException("hardware version " + hardwareVersion + ", expected 13 to 99");
        }
        if (cpus < 1 || memoryMib < 1) {
            throw new IllegalArgumentException(cpus + " processors, " + memoryMib + " MiB");
        }
        properties = List.copyOf(properties);
        extraConfig = Collections.unmodifiableMap(new LinkedHashMap<>(extraConfig));
    }
}
