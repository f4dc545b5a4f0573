package dev.caisson.manifest;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What an image may not exceed; a build that does fails. An absent value is no limit.
 *
 * @param imageSizeBytes size of the root file system
 * @param packages number of packages
 * @param setuidFiles number of files with the setuid or setgid bit or with file capabilities
 */
public record BudgetSpec(OptionalLong imageSizeBytes, OptionalInt packages, OptionalInt setuidFiles) {}
