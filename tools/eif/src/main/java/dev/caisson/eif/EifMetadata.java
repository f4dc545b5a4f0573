package dev.caisson.eif;

import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;

/**
 * The metadata section: where the image comes from. Nobody measures or checks it.
 *
 * @param imageName name of the image
 * @param imageVersion its version
 * @param buildTime when it was built, in the words of ISO 8601
 * @param buildTool what built it
 * @param buildToolVersion version of that
 * @param operatingSystem what is in the image
 * @param kernelVersion version of its kernel
 */
public record EifMetadata(
        String imageName,
        String imageVersion,
        String buildTime,
        String buildTool,
        String buildToolVersion,
        String operatingSystem,
        String kernelVersion) {
    byte[] bytes() {
        return Json.canonicalBytes(JsonObject.of()
                .put("ImageName", imageName)
                .put("ImageVersion", imageVersion)
                .put(
                        "BuildMetadata",
                        JsonObject.of()
                                .put("BuildTime", buildTime)
                                .put("BuildTool", buildTool)
                                .put("BuildToolVersion", buildToolVersion)
                                .put("OperatingSystem", operatingSystem)
                                .put("KernelVersion", kernelVersion))
                .put("DockerInfo", JsonObject.of())
                .put("CustomMetadata", JsonObject.of()));
    }
}
