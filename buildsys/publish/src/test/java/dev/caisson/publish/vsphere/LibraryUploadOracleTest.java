package dev.caisson.publish.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.publish.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the content library of govmomi's simulator. */
@Tag("oracle")
class LibraryUploadOracleTest {
    private static final OvaRequest.LibraryItem IMAGES = new OvaRequest.LibraryItem("images");

    private static Vcsim vcenter;
    private static FaultyProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        vcenter = Vcsim.start();
        proxy = new FaultyProxy(vcenter.address());
        Transport transport = new Transport(server(vcenter.address()));
        try (VimSession session = new VimSession(transport, millis -> {});
                LibraryClient client = new LibraryClient(transport, millis -> {})) {
            session.open();
            client.open();
            String datastore = Inventory.of(session, Optional.empty())
                    .datastore(Optional.empty())
                    .value();
            JsonObject backing = JsonObject.of().put("type", "DATASTORE").put("datastore_id", datastore);
            client.change(
                    "POST",
                    "/rest/com/vmware/content/local-library",
                    Optional.of(JsonObject.of()
                            .put(
                                    "create_spec",
                                    JsonObject.of()
                                            .put("name", "images")
                                            .put("type", "LOCAL")
                                            .put(
                                                    "storage_backings",
                                                    JsonArray.of().add(backing)))));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        if (vcenter != null) {
            vcenter.close();
        }
    }

    private static VsphereServer server(URI address) throws Exception {
        return new VsphereServer(
                address, Vcsim.USER, new Secret(Vcsim.PASSWORD), ServerTrust.ofThumbprint(Vcsim.thumbprint(address)));
    }

    private static OvaPublication publish(URI address, OvaRequest request) throws Exception {
        return new OvaPublisher(server(address), millis -> {}, Progress.NONE).publish(request);
    }

    /** What items there are, and what is in the one of a name. */
    private static Set<String> items(String name) throws Exception {
        Transport transport = new Transport(server(vcenter.address()));
        Map<String, String> headers = transport.basic();
        JsonObject login = Json.parseObject(transport
                .send("POST", "/rest/com/vmware/cis/session", headers, new byte[0])
                .body());
        Map<String, String> session = Map.of("vmware-api-session-id", login.string("value"));
        String library = get(transport, session, "/rest/com/vmware/content/library")
                .strings("value")
                .get(0);
        Set<String> found = new TreeSet<>();
        JsonObject items = get(transport, session, "/rest/com/vmware/content/library/item?library_id=" + library);
        for (String id : items.has("value") && items.get("value").get() instanceof JsonArray a
                ? a.strings()
                : List.<String>of()) {
            JsonObject item = get(transport, session, "/rest/com/vmware/content/library/item/id:" + id)
                    .object("value");
            found.add(item.string("name"));
            if (item.string("name").equals(name)) {
                JsonObject files =
                        get(transport, session, "/rest/com/vmware/content/library/item/file?library_item_id=" + id);
                for (JsonObject file : files.objects("value")) {
                    found.add(name + "/" + file.string("name") + " " + file.longValue("size"));
                }
            }
        }
        return found;
    }

    private static JsonObject get(Transport transport, Map<String, String> headers, String path) throws IOException {
        return Json.parseObject(
                transport.send("GET", path, headers, new byte[0]).body());
    }

    @Test
    void item_isUploadedOnceAndReplacedWhenAsked() throws Exception {
        byte[] ova = Packages.bytes(2, 1);
        OvaRequest request = Packages.request(ova, "one", false, IMAGES);
        OvaPublication first = publish(vcenter.address(), request);
        assertThat(first.unchanged()).isFalse();
        assertThat(items("one"))
                .contains("one", "one/host-disk1.vmdk 200000", "one/host-disk2.vmdk 200001")
                .anyMatch(text -> text.startsWith("one/host.ovf "))
                .anyMatch(text -> text.startsWith("one/host.mf "));
        assertThat(publish(vcenter.address(), request).unchanged()).isTrue();
        byte[] other = Packages.bytes(1, 9);
        assertThatThrownBy(() -> publish(vcenter.address(), Packages.request(other, "one", false, IMAGES)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("another item one");
        publish(vcenter.address(), Packages.request(other, "one", true, IMAGES));
        assertThat(items("one")).doesNotContain("one/host-disk2.vmdk 200001").contains("one/host-disk1.vmdk 200000");
    }

    @Test
    void libraryThatIsNotThere_isNamed() throws Exception {
        OvaRequest request = Packages.request(Packages.bytes(1, 2), "x", false, new OvaRequest.LibraryItem("none"));
        assertThatThrownBy(() -> publish(vcenter.address(), request))
                .hasMessageContaining("no local content library none");
    }

    @Test
    void faultAtEveryRequest_leavesNothingBehind() throws Exception {
        byte[] ova = Packages.bytes(1, 3);
        proxy.plan(FaultyProxy.Fault.NONE, 0);
        publish(proxy.address(), Packages.request(ova, "count", false, IMAGES));
        int total = proxy.requests();
        assertThat(total).isBetween(10, 30);
        for (FaultyProxy.Fault fault :
                List.of(FaultyProxy.Fault.REFUSED, FaultyProxy.Fault.ANSWER_LOST, FaultyProxy.Fault.DEAD)) {
            for (int at = 1; at <= total; at++) {
                String name = "fault-" + fault + "-" + at;
                OvaRequest request = Packages.request(ova, name, false, IMAGES);
                proxy.plan(fault, at);
                try {
                    publish(proxy.address(), request);
                } catch (BuildException e) {
                    assertThat(e.getMessage() + proxy.log().stream().skip(1).toList())
                            .doesNotContain(Vcsim.PASSWORD);
                }
                proxy.plan(FaultyProxy.Fault.NONE, 0);
                publish(proxy.address(), request);
                assertThat(items(name))
                        .contains(name, name + "/host-disk1.vmdk 200000")
                        .doesNotContain(request.unfinishedName());
            }
        }
        assertThat(new String(ova, StandardCharsets.ISO_8859_1)).doesNotContain(Vcsim.PASSWORD);
    }
}
