package dev.caisson.engine.inspect;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.engine.root.Inventory;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A package as the image's own inventory names it.
 *
 * @param name the package's
 * @param version epoch (when not 0), version and release, as the distribution writes them
 * @param architecture the inventory's word for it
 * @param summary one line
 */
public record InstalledPackage(String name, String version, String architecture, String summary) {
    private static final int INVENTORY_BYTES_MAX = 32 << 20;

    /**
     * Reads the inventory of a root file system; empty when it has none.
     *
     * @throws dev.caisson.bytes.FormatException when it is damaged
     */
    public static Optional<List<InstalledPackage>> of(FileTree root) throws IOException {
        Optional<Inode.RegularFile> file = root.file(Inventory.PATH);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        List<InstalledPackage> packages = new ArrayList<>();
        JsonObject inventory = Json.parseObject(file.get().content().readAll(INVENTORY_BYTES_MAX));
        for (JsonObject entry : inventory.objects("Content")) {
            packages.add(new InstalledPackage(
                    entry.string("Name"),
                    version(entry),
                    entry.string("Architecture"),
                    entry.optionalString("Summary").orElse("")));
        }
        return Optional.of(packages);
    }

    private static String version(JsonObject entry) throws CorruptDataException {
        String epoch = entry.optionalString("Epoch").orElse("0");
        String release = entry.optionalString("Release").orElse("");
        return (epoch.equals("0") || epoch.isEmpty() ? "" : epoch + ":")
                + entry.string("Version")
                + (release.isEmpty() ? "" : "-" + release);
    }

    /** The package as JSON. */
    public JsonObject json() {
        return JsonObject.of()
                .put("name", name)
                .put("version", version)
                .put("architecture", architecture)
                .put("summary", summary);
    }
}
