package dev.caisson.manifest;

import java.time.LocalDate;
import java.util.Optional;

/**
 * How long the variant is cared for.
 *
 * @param supportEnd last day of support: {@code SUPPORT_END} in os-release(5)
 */
public record LifecycleSpec(Optional<LocalDate> supportEnd) {}
