package dev.caisson.engine.recipe;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The packages that one recipe gave; their contents are in the store.
 *
 * @param recipe its name
 * @param inputs digest of the recipe and the files that it names
 * @param files by name
 */
public record BuiltPackages(String recipe, Digest inputs, List<PackageFile> files) {
    /** Copies. */
    public BuiltPackages {
        files = List.copyOf(files);
    }

    /**
     * One package.
     *
     * @param name of its file
     * @param sizeBytes of its file
     * @param sha256 of its file
     * @param license SPDX expression that it states
     */
    public record PackageFile(String name, long sizeBytes, Digest sha256, String license) {}

    /** For the store, and for {@code recipes.json} of a local repository. */
    JsonObject json() {
        JsonArray list = JsonArray.of();
        for (PackageFile file : files) {
            list.add(JsonObject.of()
                    .put("name", file.name)
                    .put("size", file.sizeBytes)
                    .put("sha256", file.sha256.hex())
                    .put("license", file.license));
        }
        return JsonObject.of().put("recipe", recipe).put("inputs", inputs.hex()).put("packages", list);
    }

    byte[] encode() {
        return Json.canonicalBytes(json());
    }

    static BuiltPackages decode(byte[] bytes) throws FormatException {
        return of(Json.parseObject(bytes));
    }

    static BuiltPackages of(JsonObject json) throws FormatException {
        List<PackageFile> files = new ArrayList<>();
        for (JsonObject file : json.objects("packages")) {
            String name = file.string("name");
            if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._+~^-]*\\.rpm")) {
                throw json.wrong("a package named " + name, "NAME.rpm");
            }
            files.add(new PackageFile(
                    name, file.longValue("size", 0, Long.MAX_VALUE), digest(file, "sha256"), file.string("license")));
        }
        return new BuiltPackages(json.string("recipe"), digest(json, "inputs"), files);
    }

    private static Digest digest(JsonObject json, String name) throws CorruptDataException {
        String hex = json.string(name);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw json.wrong(name + " " + hex, "64 hexadecimal digits");
        }
        return Digest.sha256(hex);
    }
}
