package dev.caisson.engine.resolve;

import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What differs between two locks of one architecture.
 *
 * @param added packages that are new
 * @param removed packages that are gone
 * @param changed packages with another version, old and new
 * @param unchanged number of packages that stayed
 */
public record LockChanges(List<LockedPackage> added, List<LockedPackage> removed, List<Change> changed, int unchanged) {
    /** One package with another version. */
    public record Change(LockedPackage before, LockedPackage after) {}

    /** Compares; without a former lock everything is new. */
    public static LockChanges between(Optional<LockedArchitecture> before, LockedArchitecture after) {
        Map<String, LockedPackage> old = new TreeMap<>();
        before.ifPresent(lock -> lock.packages().forEach(p -> old.put(key(p), p)));
        List<LockedPackage> added = new ArrayList<>();
        List<Change> changed = new ArrayList<>();
        int unchanged = 0;
        for (LockedPackage p : after.packages()) {
            LockedPackage was = old.remove(key(p));
            if (was == null) {
                added.add(p);
            } else if (was.file().digest().equals(p.file().digest())) {
                unchanged++;
            } else {
                changed.add(new Change(was, p));
            }
        }
        return new LockChanges(added, List.copyOf(old.values()), changed, unchanged);
    }

    private static String key(LockedPackage p) {
        return p.name() + ":" + p.architecture();
    }

    /** Whether nothing differs. */
    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    /** One line a package, after a heading. */
    public String text(String heading) {
        StringBuilder text = new StringBuilder();
        text.append(heading).append(": ").append(unchanged).append(" unchanged, ");
        text.append(changed.size()).append(" changed, ").append(added.size()).append(" new, ");
        text.append(removed.size()).append(" gone\n");
        changed.forEach(c -> text.append("  ~ ")
                .append(c.after.name())
                .append(' ')
                .append(c.before.version())
                .append(" -> ")
                .append(c.after.version())
                .append('\n'));
        added.forEach(p -> text.append("  + ")
                .append(p.name())
                .append(' ')
                .append(p.version())
                .append('\n'));
        removed.forEach(p -> text.append("  - ")
                .append(p.name())
                .append(' ')
                .append(p.version())
                .append('\n'));
        return text.toString();
    }

    /** The same for programs. */
    public JsonObject json() {
        JsonArray changes = JsonArray.of();
        changed.forEach(c -> changes.add(JsonObject.of()
                .put("name", c.after.name())
                .put("before", c.before.version())
                .put("after", c.after.version())));
        return JsonObject.of()
                .put("unchanged", unchanged)
                .put("changed", changes)
                .put("added", packages(added))
                .put("removed", packages(removed));
    }

    private static JsonArray packages(List<LockedPackage> packages) {
        JsonArray array = JsonArray.of();
        packages.forEach(p -> array.add(JsonObject.of().put("name", p.name()).put("version", p.version())));
        return array;
    }
}
