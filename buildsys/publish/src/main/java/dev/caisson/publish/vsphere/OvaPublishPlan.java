package dev.caisson.publish.vsphere;

import dev.caisson.bytes.ByteSource;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.ova.OvfEnvelope;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What publishing would do, as far as it can be said without the server.
 *
 * @param request what is to be published
 * @param server the server's name, if it is known
 */
public record OvaPublishPlan(OvaRequest request, Optional<String> server) {
    private static final List<String> MACHINE_STEPS = List.of(
            "RetrieveServiceContent, Login",
            "RetrievePropertiesEx: datacenter, datastore, folder, resource pool, networks",
            "CreateImportSpec with the descriptor",
            "ImportVApp as UNFINISHED, under a lease",
            "POST of every disk to the host that the lease names; HttpNfcLeaseProgress every 10 s",
            "HttpNfcLeaseComplete",
            "ReconfigVM_Task: the name, and the package's digest");
    private static final List<String> MACHINE_PRIVILEGES = List.of(
            "vApp.Import",
            "VirtualMachine.Inventory.CreateFromExisting",
            "VirtualMachine.Inventory.Delete",
            "VirtualMachine.Config.Rename",
            "VirtualMachine.Config.Annotation",
            "VirtualMachine.Config.AdvancedConfig",
            "Datastore.AllocateSpace",
            "Network.Assign",
            "Resource.AssignVMToPool");
    private static final List<String> ITEM_STEPS = List.of(
            "POST /rest/com/vmware/cis/session",
            "find the library, and the item",
            "create the item as UNFINISHED",
            "create an update session; add and PUT every file with its SHA-256",
            "complete the session and wait until the library has checked the files",
            "PATCH of the item: the name, and the package's digest");
    private static final List<String> ITEM_PRIVILEGES = List.of(
            "ContentLibrary.AddLibraryItem",
            "ContentLibrary.UpdateLibraryItem",
            "ContentLibrary.UpdateSession",
            "ContentLibrary.DeleteLibraryItem",
            "Datastore.AllocateSpace");

    private List<String> steps() {
        List<String> steps = new java.util.ArrayList<>(
                request.destination() instanceof OvaRequest.Machine ? MACHINE_STEPS : ITEM_STEPS);
        if (request.destination() instanceof OvaRequest.Machine machine && machine.template()) {
            steps.add("MarkAsTemplate");
        }
        return steps.stream()
                .map(step -> step.replace("UNFINISHED", request.unfinishedName()))
                .toList();
    }

    private List<String> privileges() {
        List<String> all = new java.util.ArrayList<>(
                request.destination() instanceof OvaRequest.Machine ? MACHINE_PRIVILEGES : ITEM_PRIVILEGES);
        if (request.destination() instanceof OvaRequest.Machine machine && machine.template()) {
            all.add("VirtualMachine.Provisioning.MarkAsTemplate");
        }
        return all;
    }

    private List<String> rollback() {
        return request.destination() instanceof OvaRequest.Machine
                ? List.of("HttpNfcLeaseAbort", "Destroy_Task of " + request.unfinishedName())
                : List.of("cancel the update session", "DELETE of " + request.unfinishedName());
    }

    /** Values of properties that the descriptor calls passwords are not shown. */
    private Map<String, String> properties() {
        Map<String, String> shown = new java.util.TreeMap<>();
        if (request.destination() instanceof OvaRequest.Machine machine) {
            machine.properties()
                    .forEach((key, value) -> shown.put(
                            key,
                            request.ova()
                                            .envelope()
                                            .property(key)
                                            .filter(OvfEnvelope.Property::password)
                                            .isPresent()
                                    ? "***"
                                    : value));
        }
        return shown;
    }

    /** For machines. */
    public JsonObject json() {
        JsonArray files = JsonArray.of();
        for (Map.Entry<String, ByteSource> file : request.ova().files().entrySet()) {
            files.add(JsonObject.of()
                    .put("name", file.getKey())
                    .put("size", file.getValue().size())
                    .putOptional(
                            "digest",
                            Optional.ofNullable(request.ova().digests().get(file.getKey()))
                                    .map(Object::toString)));
        }
        JsonObject json = JsonObject.of()
                .putOptional("server", server)
                .put("name", request.name())
                .put("sha256", request.digest())
                .putOptional(
                        "signer",
                        request.ova()
                                .signer()
                                .map(c -> c.getSubjectX500Principal().getName()))
                .put("files", files);
        if (request.destination() instanceof OvaRequest.Machine machine) {
            JsonObject properties = JsonObject.of();
            properties().forEach(properties::put);
            JsonObject networks = JsonObject.of();
            for (String network : request.ova().envelope().networks()) {
                networks.put(
                        network,
                        machine.networks()
                                .getOrDefault(network, machine.networks().getOrDefault("", network)));
            }
            json.put(
                    "machine",
                    JsonObject.of()
                            .putOptional("datacenter", machine.datacenter())
                            .putOptional("datastore", machine.datastore())
                            .putOptional("folder", machine.folder())
                            .putOptional("resourcePool", machine.pool())
                            .put("provisioning", machine.thin() ? "thin" : "thick")
                            .put("template", machine.template())
                            .put("networks", networks)
                            .put("properties", properties));
        } else if (request.destination() instanceof OvaRequest.LibraryItem item) {
            json.put("library", item.library());
        }
        return json.putStrings("steps", steps())
                .putStrings("privileges", privileges())
                .putStrings("rollback", rollback());
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("publish ").append(request.name()).append(" to ");
        if (request.destination() instanceof OvaRequest.LibraryItem item) {
            text.append("the content library ").append(item.library()).append(" of ");
        }
        text.append(server.orElse("a vCenter that is not named yet")).append('\n');
        text.append("SHA-256 ").append(request.digest()).append('\n');
        text.append("signed by ")
                .append(request.ova()
                        .signer()
                        .map(c -> c.getSubjectX500Principal().getName())
                        .orElse("nobody"))
                .append('\n');
        request.ova()
                .files()
                .forEach((name, content) -> text.append("  ")
                        .append(name)
                        .append(", ")
                        .append(content.size())
                        .append(" bytes\n"));
        properties()
                .forEach((key, value) -> text.append("property ")
                        .append(key)
                        .append(" = ")
                        .append(value)
                        .append('\n'));
        list(text, "requests", steps());
        list(text, "privileges that the account needs", privileges());
        list(text, "after a failure", rollback());
        return text.toString();
    }

    private static void list(StringBuilder text, String title, List<String> lines) {
        text.append(title).append(":\n");
        lines.forEach(line -> text.append("  ").append(line).append('\n'));
    }
}
