package dev.caisson.engine.inspect;

import dev.caisson.json.JsonObject;
import java.util.Optional;

/**
 * One thing in which two images differ.
 *
 * @param area {@code image}, {@code disk}, {@code partition}, {@code kernel image}, {@code package}, {@code file} or
 *     {@code esp file}
 * @param what which one, and which property of it
 * @param before in the first image; empty when it is not there
 * @param after in the second image; empty when it is not there
 */
public record Difference(String area, String what, Optional<String> before, Optional<String> after) {
    /** One that is in both, but differs. */
    static Difference changed(String area, String what, String before, String after) {
        return new Difference(area, what, Optional.of(before), Optional.of(after));
    }

    /** One that only the first image has. */
    static Difference removed(String area, String what, String before) {
        return new Difference(area, what, Optional.of(before), Optional.empty());
    }

    /** One that only the second image has. */
    static Difference added(String area, String what, String after) {
        return new Difference(area, what, Optional.empty(), Optional.of(after));
    }

    /** {@code added}, {@code removed} or {@code changed}. */
    public String change() {
        return before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed";
    }

    /** The difference as JSON. */
    public JsonObject json() {
        return JsonObject.of()
                .put("area", area)
                .put("change", change())
                .put("what", what)
                .putOptional("before", before)
                .putOptional("after", after);
    }

    /** One line for people: {@code +}, {@code -} or {@code ~} first. */
    @Override
    public String toString() {
        String head = (before.isEmpty() ? "+ " : after.isEmpty() ? "- " : "~ ") + area + " " + what;
        if (before.isPresent() && after.isPresent()) {
            return head + ": " + before.get() + " -> " + after.get();
        }
        String detail = before.or(() -> after).orElse("");
        return detail.isEmpty() ? head : head + ": " + detail;
    }
}
