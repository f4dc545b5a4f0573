package dev.caisson.publish.vsphere;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Imports a package as a virtual machine. Until the very end it bears a name that says that it is unfinished; one step gives it its
 * name and the digest of the package. So a machine with the name is whole, and one with the other name is what a run left that
 * was killed: the next run takes it away.
 */
final class MachineImport {
    /** The setting of the machine that holds the digest. */
    static final String DIGEST_KEY = "caisson.ova.sha256";

    private final VimSession session;
    private final OvaRequest request;
    private final OvaRequest.Machine place;
    private final Progress progress;

    MachineImport(VimSession session, OvaRequest request, OvaRequest.Machine place, Progress progress) {
        this.session = session;
        this.request = request;
        this.place = place;
        this.progress = progress;
    }

    OvaPublication run() throws IOException, BuildException {
        Inventory inventory = Inventory.of(session, place.datacenter());
        ManagedObject folder = inventory.vmFolder(place.folder());
        Map<String, ManagedObject> there = Inventory.children(session, folder);
        Optional<OvaPublication> published = existing(there.get(request.name()));
        if (published.isPresent()) {
            return published.get();
        }
        ManagedObject pool = inventory.pool(place.pool());
        XmlElement spec = importSpec(inventory, pool);
        for (Map.Entry<String, ManagedObject> left : there.entrySet()) {
            if (request.isUnfinished(left.getKey())) {
                progress.note("taking away " + left.getKey() + ", which an earlier run has left");
                destroy(left.getValue());
            }
        }
        return importNew(spec, pool, folder, Optional.ofNullable(there.get(request.name())));
    }

    /** What is there under the name: the same, or something else, or nothing. */
    private Optional<OvaPublication> existing(ManagedObject machine) throws IOException, BuildException {
        if (machine == null) {
            return Optional.empty();
        }
        Optional<String> digest = machine.type().equals("VirtualMachine") ? digest(machine) : Optional.empty();
        if (digest.equals(Optional.of(request.digest()))) {
            if (place.template()) {
                markAsTemplate(machine);
            }
            return Optional.of(publication(machine, 0, true));
        }
        if (digest.isEmpty()) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "there is a " + machine.type() + " " + request.name()
                            + " already, and no run of this program made it",
                    "choose another --name, or another --folder");
        }
        if (!request.replace()) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    request.name() + " is there already, from a package with the digest " + digest.get(),
                    "choose another --name, or give --replace");
        }
        return Optional.empty();
    }

    private Optional<String> digest(ManagedObject machine) throws IOException {
        XmlElement settings = session.properties(machine, "config.extraConfig").get("config.extraConfig");
        for (XmlElement setting : settings == null ? List.<XmlElement>of() : settings.children()) {
            if (setting.text("key").equals(DIGEST_KEY)) {
                return Optional.of(setting.text("value"));
            }
        }
        return Optional.empty();
    }

    private XmlElement importSpec(Inventory inventory, ManagedObject pool) throws IOException, BuildException {
        ManagedObject datastore = inventory.datastore(place.datastore());
        Map<String, ManagedObject> networks = new TreeMap<>();
        for (String name : request.ova().envelope().networks()) {
            networks.put(name, inventory.network(target(name)));
        }
        XmlElement result = session.read("CreateImportSpec", session.service("ovfManager"), body -> {
                    body.value("ovfDescriptor", new String(request.ova().descriptor(), StandardCharsets.UTF_8));
                    body.reference("resourcePool", pool).reference("datastore", datastore);
                    body.begin("cisp").value("locale", "").value("deploymentOption", "");
                    body.value("entityName", request.unfinishedName());
                    networks.forEach((name, network) -> body.begin("networkMapping")
                            .value("name", name)
                            .reference("network", network)
                            .end());
                    place.properties()
                            .forEach((key, value) -> body.begin("propertyMapping")
                                    .value("key", key)
                                    .value("value", value)
                                    .end());
                    body.value("diskProvisioning", place.thin() ? "thin" : "thick")
                            .end();
                })
                .required("returnval");
        for (XmlElement warning : result.children("warning")) {
            progress.warning("vSphere: " + warning.text("localizedMessage"));
        }
        List<String> errors = new ArrayList<>();
        result.children("error").forEach(error -> errors.add(error.text("localizedMessage")));
        if (!errors.isEmpty() || result.child("importSpec").isEmpty()) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "vSphere does not take the descriptor: " + String.join("; ", errors),
                    "see the section ova of the variant's manifest");
        }
        return result;
    }

    /** What was given for this network, else for all; else the network of the same name, which must be there then. */
    private Optional<String> target(String network) {
        String given = place.networks().getOrDefault(network, place.networks().get(""));
        return Optional.of(given == null ? network : given);
    }

    private OvaPublication importNew(
            XmlElement spec, ManagedObject pool, ManagedObject folder, Optional<ManagedObject> replaced)
            throws IOException, BuildException {
        Optional<NfcLease> lease = Optional.empty();
        Optional<ManagedObject> machine = Optional.empty();
        try {
            NfcLease transfer = new NfcLease(session, begin(spec, pool, folder), progress);
            lease = Optional.of(transfer);
            machine = Optional.of(transfer.ready());
            long sent = transfer.upload(NfcLease.Wanted.of(spec), request.ova().files());
            transfer.complete();
            lease = Optional.empty();
            if (replaced.isPresent()) {
                destroy(replaced.get());
            }
            name(machine.get());
            if (place.template()) {
                markAsTemplate(machine.get());
            }
            return publication(machine.get(), sent, false);
        } catch (IOException | RuntimeException e) {
            takeBack(lease, machine, folder, e);
            throw e;
        }
    }

    private ManagedObject begin(XmlElement spec, ManagedObject pool, ManagedObject folder) throws IOException {
        return session.call("ImportVApp", pool, body -> {
                    spec.children("importSpec").get(0).writeTo(body, "spec");
                    body.reference("folder", folder);
                })
                .required("returnval")
                .reference();
    }

    /** The one step after which the machine counts. */
    private void name(ManagedObject machine) throws IOException {
        session.run("ReconfigVM_Task", machine, body -> {
            body.begin("spec").value("name", request.name()).value("annotation", request.description());
            body.begin("extraConfig").value("key", DIGEST_KEY);
            body.begin("value").type("xsd:string").text(request.digest()).end();
            body.end().end();
        });
    }

    private void markAsTemplate(ManagedObject machine) throws IOException {
        XmlElement template = session.properties(machine, "config.template").get("config.template");
        if (template == null || !template.text().equals("true")) {
            session.call("MarkAsTemplate", machine, body -> {});
        }
    }

    private void destroy(ManagedObject machine) throws IOException {
        session.run("Destroy_Task", machine, body -> {});
    }

    /** After a failure: the lease is given up, and the machine goes unless it bears its name already. */
    private void takeBack(
            Optional<NfcLease> lease, Optional<ManagedObject> machine, ManagedObject folder, Exception why) {
        if (lease.isPresent()) {
            try {
                lease.get().abort();
            } catch (IOException e) {
                why.addSuppressed(e);
            }
        }
        try {
            // The server may have taken it away with the lease.
            ManagedObject left = Inventory.children(session, folder).get(request.unfinishedName());
            if (left != null && (machine.isEmpty() || left.equals(machine.get()))) {
                destroy(left);
            }
        } catch (IOException e) {
            why.addSuppressed(e);
            progress.warning(request.unfinishedName() + " may be left on the server; the next run takes it away");
        }
    }

    private OvaPublication publication(ManagedObject machine, long sent, boolean unchanged) {
        return new OvaPublication(
                session.about(),
                place.template() ? "template" : "virtual machine",
                request.name(),
                machine.value(),
                request.digest(),
                sent,
                unchanged);
    }
}
