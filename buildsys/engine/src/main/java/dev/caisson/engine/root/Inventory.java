package dev.caisson.engine.root;

import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The list of installed packages in the form of Amazon Inspector's application inventory, sorted by name. */
public final class Inventory {
    /** Where it lies in the image. */
    public static final String PATH = "/usr/share/caisson/application-inventory.json";

    private Inventory() {}

    /**
     * The inventory's bytes.
     *
     * @param layers the image's packages
     * @param architecture the image's architecture name
     * @param epochSeconds given as the installation time, so that the same image has the same inventory
     */
    public static byte[] of(List<PackageLayer> layers, String architecture, long epochSeconds) {
        JsonArray content = JsonArray.of();
        List<PackageLayer> sorted =
                layers.stream().sorted(Comparator.comparing(PackageLayer::name)).toList();
        for (PackageLayer layer : sorted) {
            content = content.add(entry(layer, architecture, epochSeconds));
        }
        return Json.pretty(JsonObject.of().put("Content", content)).getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject entry(PackageLayer layer, String architecture, long epochSeconds) {
        String version = layer.version();
        int colon = version.indexOf(':');
        String epoch = colon < 0 ? "0" : version.substring(0, colon);
        String rest = version.substring(colon + 1);
        int dash = rest.lastIndexOf('-');
        return JsonObject.of()
                .put("Name", layer.name())
                .put("Publisher", layer.fields().getOrDefault("Maintainer", ""))
                .put("InstalledTime", Instant.ofEpochSecond(epochSeconds).toString())
                .put("ApplicationType", layer.fields().getOrDefault("Section", "Unspecified"))
                .put("Architecture", layer.architecture().equals("all") ? "noarch" : architecture)
                .put("Url", layer.fields().getOrDefault("Homepage", ""))
                .put("Version", dash < 0 ? rest : rest.substring(0, dash))
                .put("Release", dash < 0 ? "" : rest.substring(dash + 1))
                .put("Epoch", epoch)
                .put("Summary", layer.fields().getOrDefault("Description", ""));
    }
}
