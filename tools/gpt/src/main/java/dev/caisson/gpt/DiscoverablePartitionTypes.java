package dev.caisson.gpt;

import dev.caisson.bytes.Guid;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Type GUIDs of the Discoverable Partitions Specification (UAPI.2), with the names that systemd-repart and systemd-sysupdate
 * use for them.
 */
public final class DiscoverablePartitionTypes {
    /** EFI System Partition. */
    public static final Guid ESP = Guid.parse("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

    /** Extended boot loader partition. */
    public static final Guid XBOOTLDR = Guid.parse("bc13c2ff-59e6-4262-a352-b275fd6f7172");

    /** Swap. */
    public static final Guid SWAP = Guid.parse("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f");

    /** /var; used without configuration only when its unique GUID is derived from the machine id. */
    public static final Guid VAR = Guid.parse("4d21b016-b534-45c2-a9fb-5c16e091fd2d");

    /** /var/tmp. */
    public static final Guid TMP = Guid.parse("7ec6f557-3bc5-4aca-b293-16ef5df639d1");

    /** /srv. */
    public static final Guid SRV = Guid.parse("3b8f8425-20e0-4f3b-907f-1a25a76f98e8");

    /** /home. */
    public static final Guid HOME = Guid.parse("933ac7e1-2eb4-4f13-b844-0e14e2aef915");

    /** Any Linux file system, not mounted automatically. */
    public static final Guid LINUX_GENERIC = Guid.parse("0fc63daf-8483-4772-8e79-3d69d8477de4");

    /**
     * The types that differ by processor architecture.
     *
     * @param systemdName the suffix of the names: {@code root-<systemdName>}
     * @param root root file system
     * @param rootVerity hash tree of the root file system
     * @param rootVeritySig signature of its root hash
     * @param usr /usr file system
     * @param usrVerity hash tree of the /usr file system
     * @param usrVeritySig signature of its root hash
     */
    public record ForArchitecture(
            String systemdName,
            Guid root,
            Guid rootVerity,
            Guid rootVeritySig,
            Guid usr,
            Guid usrVerity,
            Guid usrVeritySig) {}

    /** x86 with 64 bits (amd64). */
    public static final ForArchitecture X86_64 = new ForArchitecture(
            "x86-64",
            Guid.parse("4f68bce3-e8cd-4db1-96e7-fbcaf984b709"),
            Guid.parse("2c7357ed-ebd2-46d9-aec1-23d437ec2bf5"),
            Guid.parse("41092b05-9fc8-4523-994f-2def0408b176"),
            Guid.parse("8484680c-9521-48c6-9c11-b0720656f69e"),
            Guid.parse("77ff5f63-e7b6-4633-acf4-1565b864c0e6"),
            Guid.parse("e7bb33fb-06cf-4e81-8273-e543b413e2e2"));

    /** ARM with 64 bits (aarch64). */
    public static final ForArchitecture ARM64 = new ForArchitecture(
            "arm64",
            Guid.parse("b921b045-1df0-41c3-af44-4c6f280d3fae"),
            Guid.parse("df3300ce-d69f-4c92-978c-9bfb0f38d820"),
            Guid.parse("6db69de6-29f4-4758-a7a5-962190f00ce3"),
            Guid.parse("b0e01050-ee5f-4390-949a-9101b17104e9"),
            Guid.parse("6e11a4e7-fbca-4ded-b9e9-e1a512bb664e"),
            Guid.parse("c23ce4ff-44bd-4b00-b2d4-b41b3419e02a"));

    private static final Map<String, Guid> BY_NAME = byName();

    private DiscoverablePartitionTypes() {}

    private static Map<String, Guid> byName() {
        Map<String, Guid> names = new TreeMap<>();
        names.put("esp", ESP);
        names.put("xbootldr", XBOOTLDR);
        names.put("swap", SWAP);
        names.put("var", VAR);
        names.put("tmp", TMP);
        names.put("srv", SRV);
        names.put("home", HOME);
        names.put("linux-generic", LINUX_GENERIC);
        for (ForArchitecture types : new ForArchitecture[] {X86_64, ARM64}) {
            names.put("root-" + types.systemdName, types.root);
            names.put("root-" + types.systemdName + "-verity", types.rootVerity);
            names.put("root-" + types.systemdName + "-verity-sig", types.rootVeritySig);
            names.put("usr-" + types.systemdName, types.usr);
            names.put("usr-" + types.systemdName + "-verity", types.usrVerity);
            names.put("usr-" + types.systemdName + "-verity-sig", types.usrVeritySig);
        }
        return Collections.unmodifiableMap(names);
    }

    /** All names and types, in the order of the names. */
    public static Map<String, Guid> all() {
        return BY_NAME;
    }

    /** The type of a name such as {@code root-x86-64-verity}. */
    public static Optional<Guid> type(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The name of a type. */
    public static Optional<String> name(Guid type) {
        return BY_NAME.entrySet().stream()
                .filter(entry -> entry.getValue().equals(type))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
