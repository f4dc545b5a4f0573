package dev.caisson.engine.inspect;

import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * The result of a verification.
 *
 * @param image what was verified
 * @param checks everything that was looked at
 */
public record VerificationReport(Path image, List<Check> checks) {
    /** Copies the list. */
    public VerificationReport {
        checks = List.copyOf(checks);
    }

    /** Whether nothing failed. */
    public boolean good() {
        return checks.stream().noneMatch(Check::failed);
    }

    /** Number of checks that ended so. */
    public long count(Check.Status status) {
        return checks.stream().filter(check -> check.status() == status).count();
    }

    /** The report as JSON. */
    public JsonObject json() {
        JsonArray all = JsonArray.of();
        for (Check check : checks) {
            all.add(JsonObject.of()
                    .put("check", check.name())
                    .put("where", check.where())
                    .put(
                            "status",
                            switch (check.status()) {
                                case OK -> "ok";
                                case FAILED -> "failed";
                                case NOT_CHECKED -> "not-checked";
                            })
                    .put("detail", check.detail()));
        }
        return JsonObject.of()
                .put("image", image.toString())
                .put("good", good())
                .put("failed", count(Check.Status.FAILED))
                .put("notChecked", count(Check.Status.NOT_CHECKED))
                .put("checks", all);
    }
}
