package dev.caisson.cli;

import dev.caisson.bytes.Digest;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.DigestCheck;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmScriptlet;
import dev.caisson.rpm.RpmText;
import dev.caisson.rpm.RpmTrigger;
import dev.caisson.rpm.RpmVerification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code caisson rpm} prints.
 *
 * @param rpm the package
 * @param signatures what its signatures are worth
 */
record RpmListing(RpmPackage rpm, List<RpmVerification.Signed> signatures) {
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(rpm.nevra());
        for (RpmText text : RpmText.values()) {
            String value = rpm.text(text);
            if (!value.isEmpty() && text != RpmText.DESCRIPTION) {
                lines.add(String.format(Locale.ROOT, "%-17s %s", text.label(), value));
            }
        }
        rpm.buildTimeSeconds().ifPresent(time -> lines.add("build-time        " + Instant.ofEpochSecond(time)));
        lines.add("format            " + rpm.format().name().toLowerCase(Locale.ROOT)
                + (rpm.isSource() ? ", source" : ""));
        rpm.installedBytes().ifPresent(size -> lines.add("installed         " + size + " bytes"));
        lines.add("payload           " + rpm.payloadStoredBytes() + " bytes, "
                + rpm.compression().codecName());
        section(lines, "description", List.of(rpm.text(RpmText.DESCRIPTION).split("\n", -1)));
        for (DependencyKind kind : DependencyKind.values()) {
            section(
                    lines,
                    kind.label(),
                    rpm.dependencies(kind).stream().map(RpmDependency::toString).toList());
        }
        section(lines, "sysusers", rpm.sysusers());
        section(lines, "files", rpm.files().stream().map(RpmListing::line).toList());
        rpm.scriptlets().forEach((kind, scriptlet) -> script(lines, "%" + kind.label(), scriptlet));
        for (RpmTrigger trigger : rpm.triggers()) {
            script(lines, "%" + trigger.label() + " -- " + conditions(trigger), trigger.scriptlet());
        }
        section(lines, "signatures", signatures.stream().map(RpmListing::line).toList());
        return lines;
    }

    private static void section(List<String> lines, String name, List<String> content) {
        if (!content.isEmpty() && !content.equals(List.of(""))) {
            lines.add("");
            lines.add(name + ":");
            content.forEach(line -> lines.add("  " + line));
        }
    }

    private static void script(List<String> lines, String title, RpmScriptlet scriptlet) {
        String name = title + " (" + String.join(" ", scriptlet.interpreter()) + ")";
        lines.add("");
        lines.add(name + ":");
        scriptlet.body().lines().forEach(line -> lines.add("  " + line));
    }

    private static String conditions(RpmTrigger trigger) {
        return String.join(
                ", ", trigger.conditions().stream().map(RpmDependency::toString).toList());
    }

    private static String line(RpmFile file) {
        boolean device = file.type() == RpmFile.Type.BLOCK_DEVICE || file.type() == RpmFile.Type.CHARACTER_DEVICE;
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%c%04o %-8s %-8s %10s %s",
                file.type().letter(),
                file.mode(),
                file.user(),
                file.group(),
                device ? file.deviceMajor() + "," + file.deviceMinor() : "" + file.sizeBytes(),
                file.path()));
        if (file.type() == RpmFile.Type.SYMLINK) {
            line.append(" -> ").append(text(file.linkTarget()));
        }
        List<String> notes = new ArrayList<>(file.flagNames());
        if (!file.capabilities().isEmpty()) {
            notes.add(file.capabilities());
        }
        if (!file.languages().isEmpty()) {
            notes.add("lang " + file.languages());
        }
        return notes.isEmpty() ? line.toString() : line + " [" + String.join(" ", notes) + "]";
    }

    private static String text(byte[] raw) {
        return new String(raw, StandardCharsets.UTF_8);
    }

    private static String line(RpmVerification.Signed signed) {
        return signed.signature().name() + " ("
                + signed.signature().range().name().toLowerCase(Locale.ROOT).replace('_', ' ') + "): " + signed.check();
    }

    JsonObject json() {
        JsonObject all = JsonObject.of()
                .put("nevra", rpm.nevra())
                .put("name", rpm.name())
                .put("version", rpm.version())
                .put("release", rpm.release())
                .put("architecture", rpm.architecture())
                .put("format", rpm.format().name().toLowerCase(Locale.ROOT))
                .put("source", rpm.isSource());
        rpm.epoch().ifPresent(epoch -> all.put("epoch", epoch));
        for (RpmText text : RpmText.values()) {
            if (!rpm.text(text).isEmpty()) {
                all.put(text.label(), rpm.text(text));
            }
        }
        rpm.buildTimeSeconds().ifPresent(time -> all.put("build-time", time));
        rpm.installedBytes().ifPresent(size -> all.put("installed-bytes", size));
        all.put(
                "payload",
                JsonObject.of()
                        .put("compression", rpm.compression().codecName())
                        .put("offset", rpm.payloadOffset())
                        .put("bytes", rpm.payloadStoredBytes()));
        for (DependencyKind kind : DependencyKind.values()) {
            all.putStrings(
                    kind.label(),
                    rpm.dependencies(kind).stream().map(RpmDependency::toString).toList());
        }
        all.putStrings("sysusers", rpm.sysusers());
        all.put(
                "files",
                JsonArray.ofValues(rpm.files().stream().map(RpmListing::json).toList()));
        JsonObject scriptlets = JsonObject.of();
        rpm.scriptlets().forEach((kind, scriptlet) -> scriptlets.put(kind.label(), json(scriptlet)));
        all.put("scriptlets", scriptlets);
        all.put(
                "triggers",
                JsonArray.ofValues(rpm.triggers().stream().map(RpmListing::json).toList()));
        all.put(
                "signatures",
                JsonArray.ofValues(signatures.stream().map(RpmListing::json).toList()));
        return all;
    }

    private static JsonObject json(RpmFile file) {
        JsonObject json = JsonObject.of()
                .put("path", file.path().toString())
                .put("type", file.type().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("mode", String.format(Locale.ROOT, "%04o", file.mode()))
                .put("user", file.user())
                .put("group", file.group())
                .put("bytes", file.sizeBytes())
                .put("mtime", file.mtimeSeconds())
                .putStrings("flags", file.flagNames())
                .put("verify-flags", file.verifyFlags())
                .put("color", file.color())
                .putOptional("digest", file.digest().map(Digest::toString));
        if (file.type() == RpmFile.Type.SYMLINK) {
            json.put("target", text(file.linkTarget()));
        }
        if (file.type() == RpmFile.Type.BLOCK_DEVICE || file.type() == RpmFile.Type.CHARACTER_DEVICE) {
            json.put("major", file.deviceMajor()).put("minor", file.deviceMinor());
        }
        if (!file.capabilities().isEmpty()) {
            json.put("capabilities", file.capabilities());
        }
        if (!file.languages().isEmpty()) {
            json.put("languages", file.languages());
        }
        if (file.isHardLinked()) {
            json.put("link-set", file.linkSet());
        }
        return json;
    }

    private static JsonObject json(RpmScriptlet scriptlet) {
        return JsonObject.of()
                .putStrings("interpreter", scriptlet.interpreter())
                .put("body", scriptlet.body())
                .put("flags", scriptlet.flags());
    }

    private static JsonObject json(RpmTrigger trigger) {
        return json(trigger.scriptlet())
                .put("kind", trigger.label())
                .put("priority", trigger.priority())
                .putStrings(
                        "conditions",
                        trigger.conditions().stream()
                                .map(RpmDependency::toString)
                                .toList());
    }

    private static JsonObject json(RpmVerification.Signed signed) {
        return JsonObject.of()
                .put("tag", signed.signature().name())
                .put(
                        "range",
                        signed.signature()
                                .range()
                                .name()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-'))
                .put(
                        "status",
                        signed.check().status().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("key", signed.check().fingerprint().orElse(signed.check().keyId()))
                .put("digest", signed.check().digestName())
                .put("created", signed.check().created().toString());
    }

    static JsonObject verification(RpmVerification verification) {
        JsonArray digests = JsonArray.of();
        for (DigestCheck digest : verification.digests()) {
            digests.add(JsonObject.of()
                    .put("name", digest.name())
                    .put("good", digest.isGood())
                    .put("stated", digest.stated().hex())
                    .put("actual", digest.actual().hex()));
        }
        return JsonObject.of()
                .put("intact", verification.isIntact())
                .put("signed", verification.isSigned())
                .put("digests", digests)
                .put(
                        "signatures",
                        JsonArray.ofValues(verification.signatures().stream()
                                .map(RpmListing::json)
                                .toList()));
    }

    static List<String> verificationLines(RpmVerification verification) {
        List<String> lines = new ArrayList<>();
        for (DigestCheck digest : verification.digests()) {
            lines.add(digest.name() + ": " + (digest.isGood() ? "good" : "WRONG"));
        }
        verification.signatures().forEach(signed -> lines.add(line(signed)));
        return lines;
    }
}
