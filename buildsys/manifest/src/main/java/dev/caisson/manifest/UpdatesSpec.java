package dev.caisson.manifest;

import java.util.Optional;

/**
 * Where a running image finds newer versions.
 *
 * @param url address of the update repository; without it no updater is configured
 * @param verify whether the updater checks signatures; default true
 */
public record UpdatesSpec(Optional<String> url, boolean verify) {}
