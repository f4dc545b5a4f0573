package dev.caisson.publish.vsphere;

import dev.caisson.ova.OvaPackage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is to be published, and as what.
 *
 * @param ova the package, whose digests are right
 * @param digest SHA-256 of the whole package in hexadecimal; the published thing bears it, so that a second run knows it
 * @param name the name that it gets
 * @param description what people read of it
 * @param replace whether something else of this name, that an earlier run has published, is taken away
 * @param destination where it goes
 */
public record OvaRequest(
        OvaPackage ova, String digest, String name, String description, boolean replace, Destination destination) {
    /** Longest name that vSphere takes. */
    public static final int LONGEST_NAME = 80;

    /** Follows the name of what is not finished. */
    private static final String UNFINISHED = ".incomplete";

    private static final int DIGITS = 8;

    /** Checks the name. */
    public OvaRequest {
        if (!name.matches("[^\\x00-\\x1f\\x7f%/\\\\]{1," + (LONGEST_NAME - UNFINISHED.length() - DIGITS - 1) + "}")) {
            throw new IllegalArgumentException("\"" + name + "\" is no name: 1 to "
                    + (LONGEST_NAME - UNFINISHED.length() - DIGITS - 1) + " characters, without % / \\");
        }
    }

    /** A machine's files keep the name that it had at first, so machines from two packages need two. */
    String unfinishedName() {
        return name + UNFINISHED + (destination instanceof Machine ? "-" + digest.substring(0, DIGITS) : "");
    }

    /** Whether this is what a run for the same name has left, be it of this package or of another. */
    boolean isUnfinished(String other) {
        return other.startsWith(name + UNFINISHED)
                && other.substring(name.length() + UNFINISHED.length()).matches("(-[0-9a-f]{" + DIGITS + "})?");
    }

    /** Where a package goes. */
    public sealed interface Destination {}

    /**
     * A virtual machine, by OVF import. What is empty is the only one that there is.
     *
     * @param datacenter path of the datacenter
     * @param datastore where the disks go
     * @param folder path below the folder of virtual machines; empty: that folder
     * @param pool cluster or host, or a resource pool below one: {@code CLUSTER/POOL}
     * @param networks the server's network by the descriptor's; a lone value under the empty name is for all of them
     * @param thin whether disks take only the room that they need
     * @param properties values of the descriptor's properties
     * @param template whether it is marked as a template
     */
    public record Machine(
            Optional<String> datacenter,
            Optional<String> datastore,
            Optional<String> folder,
            Optional<String> pool,
            Map<String, String> networks,
            boolean thin,
            Map<String, String> properties,
            boolean template)
            implements Destination {
        /** Copies. */
        public Machine {
            networks = Collections.unmodifiableMap(new TreeMap<>(networks));
            properties = Collections.unmodifiableMap(new TreeMap<>(properties));
        }
    }

    /**
     * An item of a content library.
     *
     * @param library the library's name
     */
    public record LibraryItem(String library) implements Destination {}

    /** What is wrong with it, as far as no server is needed; empty when nothing is. */
    public List<String> problems() {
        if (!(destination instanceof Machine machine)) {
            return List.of();
        }
        List<String> problems = new java.util.ArrayList<>();
        for (String key : machine.properties.keySet()) {
            if (ova.envelope()
                    .property(key)
                    .filter(dev.caisson.ova.OvfEnvelope.Property::userConfigurable)
                    .isEmpty()) {
                problems.add("the descriptor has no property " + key + " that can be set; it has "
                        + ova.envelope().properties().stream()
                                .map(dev.caisson.ova.OvfEnvelope.Property::key)
                                .toList());
            }
        }
        for (String network : machine.networks.keySet()) {
            if (!network.isEmpty() && !ova.envelope().networks().contains(network)) {
                problems.add("the descriptor has no network " + network + "; it has "
                        + ova.envelope().networks());
            }
        }
        return problems;
    }
}
