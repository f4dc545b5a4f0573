package dev.caisson.oci;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.json.JsonObject;
import java.util.Objects;
import java.util.Optional;

/**
 * What a manifest of an index is for ("Image Index", {@code platform}).
 *
 * @param architecture in Go's words: {@code amd64}, {@code arm64}
 * @param os in Go's words: {@code linux}
 * @param variant of the processor, such as {@code v8}
 */
public record OciPlatform(String architecture, String os, Optional<String> variant) {
    /** Checks that nothing is null. */
    public OciPlatform {
        Objects.requireNonNull(architecture);
        Objects.requireNonNull(os);
        Objects.requireNonNull(variant);
    }

    /**
     * Linux on an architecture that is given as RPM, the kernel and systemd name it.
     *
     * @param machine such as {@code x86_64} or {@code aarch64}; what has no other name in Go is taken as it is
     */
    public static OciPlatform linux(String machine) {
        String architecture = switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case "i386", "i486", "i586", "i686" -> "386";
            case "armv6hl", "armv7hl", "armv7l" -> "arm";
            case "loongarch64" -> "loong64";
            default -> machine;
        };
        return new OciPlatform(architecture, "linux", Optional.empty());
    }

    static OciPlatform read(JsonObject json) throws CorruptDataException {
        return new OciPlatform(json.string("architecture"), json.string("os"), json.optionalString("variant"));
    }

    JsonObject toJson() {
        return JsonObject.of().put("architecture", architecture).put("os", os).putOptional("variant", variant);
    }
}
