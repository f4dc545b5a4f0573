package dev.caisson.manifest;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The virtual machine of the format {@code ova}.
 *
 * @param hardwareVersion VMware's, 13 to 99; default 15 (vSphere 6.7 update 2)
 * @param cpus virtual processors, 1 to 768; default 2
 * @param memoryMib memory in MiB; default 2048
 * @param controller what the disks hang on; default PVSCSI
 * @param network name of the network that its card is in; default {@code VM Network}
 * @param secureBoot whether Secure Boot is on, with the keys of the signing profile; default as in {@code signing}
 * @param diskUuids whether the guest sees ids of its disks; default true
 * @param signed whether the package is signed with the profile's db key; default as in {@code signing}
 * @param dataDiskBytes size of the second disk that holds the data partition; empty: it is on the first
 * @param properties what is asked for at deployment; default {@code guestinfo.userdata}
 * @param extraConfig further settings of VMware's by key, in declared order
 * @param template a descriptor of one's own
 */
public record OvaSpec(
        int hardwareVersion,
        int cpus,
        int memoryMib,
        OvaController controller,
        String network,
        boolean secureBoot,
        boolean diskUuids,
        boolean signed,
        OptionalLong dataDiskBytes,
        List<Property> properties,
        Map<String, String> extraConfig,
        Optional<Template> template) {
    /** Copies. */
    public OvaSpec {
        properties = List.copyOf(properties);
        extraConfig = Collections.unmodifiableMap(new LinkedHashMap<>(extraConfig));
    }

    /**
     * A setting that is asked for at deployment.
     *
     * @param key its name
     * @param label what people see; default the key
     * @param description what it is for; default empty
     * @param value what it is when nobody sets it; default empty
     * @param password whether it is not shown; default false
     */
    public record Property(String key, String label, String description, String value, boolean password) {}

    /**
     * A descriptor with placeholders, which have been checked.
     *
     * @param path where it was read
     * @param text all of it
     */
    public record Template(Path path, String text) {}
}
