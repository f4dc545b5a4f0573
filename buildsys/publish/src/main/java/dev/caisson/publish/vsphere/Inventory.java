package dev.caisson.publish.vsphere;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds what a placement names in a server's inventory; what is not there is answered by what is. */
final class Inventory {
    private final VimSession session;
    private final ManagedObject datacenter;
    private final String datacenterName;

    private Inventory(VimSession session, ManagedObject datacenter, String name) {
        this.session = session;
        this.datacenter = datacenter;
        this.datacenterName = name;
    }

    /** The datacenter of this name, or the only one. */
    static Inventory of(VimSession session, Optional<String> name) throws IOException, BuildException {
        Map<String, ManagedObject> all = new TreeMap<>();
        collect(session, session.service("rootFolder"), "", "Datacenter", all);
        String chosen = choose("datacenter", name, all, "--datacenter");
        return new Inventory(session, all.get(chosen), chosen);
    }

    String datacenterName() {
        return datacenterName;
    }

    /** All objects of a type below a folder, by their paths. */
    private static void collect(
            VimSession session, ManagedObject folder, String path, String type, Map<String, ManagedObject> into)
            throws IOException {
        for (Map.Entry<String, ManagedObject> child : children(session, folder).entrySet()) {
            if (child.getValue().type().equals(type)) {
                into.put(path + child.getKey(), child.getValue());
            } else if (child.getValue().type().equals("Folder")) {
                collect(session, child.getValue(), path + child.getKey() + "/", type, into);
            }
        }
    }

    /** What is in a folder, by name. */
    static Map<String, ManagedObject> children(VimSession session, ManagedObject folder) throws IOException {
        XmlElement entities = session.properties(folder, "childEntity").get("childEntity");
        List<ManagedObject> objects = entities == null
                ? List.of()
                : entities.children().stream().map(XmlElement::reference).toList();
        return named(session, objects);
    }

    private static Map<String, ManagedObject> named(VimSession session, List<ManagedObject> objects)
            throws IOException {
        Map<String, ManagedObject> named = new TreeMap<>();
        Map<String, List<ManagedObject>> byType = new TreeMap<>();
        objects.forEach(object ->
                byType.computeIfAbsent(object.type(), type -> new ArrayList<>()).add(object));
        for (Map.Entry<String, List<ManagedObject>> group : byType.entrySet()) {
            List<Map<String, XmlElement>> found = session.properties(group.getValue(), group.getKey(), "name");
            if (found.size() != group.getValue().size()) {
                throw new IOException("the inventory has changed while it was read");
            }
            for (int i = 0; i < found.size(); i++) {
                XmlElement name = found.get(i).get("name");
                named.put(
                        name == null ? "" : unescaped(name.text()),
                        group.getValue().get(i));
            }
        }
        return named;
    }

    /** The inventory writes three characters of names as they stand in addresses. */
    private static String unescaped(String name) {
        return name.replace("%2f", "/").replace("%5c", "\\").replace("%25", "%");
    }

    private static String choose(String what, Optional<String> name, Map<String, ManagedObject> all, String option)
            throws BuildException {
        String known = all.isEmpty() ? "there is none" : "there are " + String.join(", ", all.keySet());
        if (name.isEmpty()) {
            if (all.size() == 1) {
                return all.keySet().iterator().next();
            }
            throw new BuildException(
                    FailureCode.PUBLISHING, "which " + what + " is not said, and " + known, "give " + option);
        }
        if (!all.containsKey(name.get())) {
            throw new BuildException(
                    FailureCode.PUBLISHING, "there is no " + what + " " + name.get() + "; " + known, "see " + option);
        }
        return name.get();
    }

    private ManagedObject folder(String property) throws IOException {
        XmlElement folder = session.properties(datacenter, property).get(property);
        if (folder == null) {
            throw new IOException("datacenter " + datacenterName + " has no " + property);
        }
        return folder.reference();
    }

    private ManagedObject find(String what, String property, List<String> types, Optional<String> name, String option)
            throws IOException, BuildException {
        Map<String, ManagedObject> all = new TreeMap<>();
        for (String type : types) {
            collect(session, folder(property), "", type, all);
        }
        return all.get(choose(what, name, all, option));
    }

    ManagedObject datastore(Optional<String> name) throws IOException, BuildException {
        return find("datastore", "datastoreFolder", List.of("Datastore"), name, "--datastore");
    }

    ManagedObject network(Optional<String> name) throws IOException, BuildException {
        return find(
                "network",
                "networkFolder",
                List.of("Network", "DistributedVirtualPortgroup", "OpaqueNetwork"),
                name,
                "--network");
    }

    /** The root resource pool of a cluster or host, or a pool below it: {@code CLUSTER} or {@code CLUSTER/POOL/POOL}. */
    ManagedObject pool(Optional<String> name) throws IOException, BuildException {
        Map<String, ManagedObject> all = new TreeMap<>();
        for (String type : List.of("ClusterComputeResource", "ComputeResource")) {
            collect(session, folder("hostFolder"), "", type, all);
        }
        Optional<String> resource = name.map(text -> all.keySet().stream()
                .filter(key -> text.startsWith(key + "/"))
                .findFirst()
                .orElse(text));
        String chosen = choose("cluster or host", resource, all, "--resource-pool");
        ManagedObject pool = required(all.get(chosen), "resourcePool");
        String rest = name.orElse(chosen).substring(chosen.length()).replaceFirst("^/", "");
        for (String part : rest.isEmpty() ? new String[0] : rest.split("/")) {
            XmlElement pools = session.properties(pool, "resourcePool").get("resourcePool");
            Map<String, ManagedObject> below = named(
                    session,
                    pools == null
                            ? List.of()
                            : pools.children().stream()
                                    .map(XmlElement::reference)
                                    .toList());
            pool = below.get(choose("resource pool", Optional.of(part), below, "--resource-pool"));
        }
        return pool;
    }

    private ManagedObject required(ManagedObject object, String property) throws IOException {
        XmlElement value = session.properties(object, property).get(property);
        if (value == null) {
            throw new IOException(object.type() + " has no " + property);
        }
        return value.reference();
    }

    /** The folder of virtual machines, or one below it. */
    ManagedObject vmFolder(Optional<String> path) throws IOException, BuildException {
        ManagedObject folder = folder("vmFolder");
        for (String part : path.isEmpty() ? new String[0] : path.get().split("/")) {
            Map<String, ManagedObject> below = new TreeMap<>(children(session, folder));
            below.values().removeIf(child -> !child.type().equals("Folder"));
            folder = below.get(choose("folder", Optional.of(part), below, "--folder"));
        }
        return folder;
    }
}
