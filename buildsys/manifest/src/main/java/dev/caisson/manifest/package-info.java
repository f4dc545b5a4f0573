/**
 * Variant manifests and locks.
 *
 * <h2>The manifest</h2>
 *
 * <p>YAML 1.2, one document per file, at most 1 MiB; {@code schema: 1}. {@link dev.caisson.manifest.ManifestLoader} reads a
 * file and all it {@code extends}, and gives a {@link dev.caisson.manifest.Variant} per architecture, or all
 * {@link dev.caisson.manifest.Diagnostic}s at once. The keys are in {@code variants/schema.json}, which
 * {@link dev.caisson.manifest.SchemaGenerator} makes from the description that the checks use.
 *
 * <p>Merging: the files of {@code extends} in listed order, then the file itself, then its {@code when} blocks. Maps merge,
 * lists append, other values replace. A file that is reached twice counts once, at its first place. {@code - !remove X}
 * in a list takes away the items before it that are equal to X, or whose {@code name}, {@code path}, {@code package} or
 * {@code label} is X, or, if there are none, that begin with X and a value or version ({@code console} for
 * {@code console=ttyS0}); {@code - !remove {name: a, type: b}} those that have all these values. One that matches nothing
 * on any architecture is a warning. {@code name} is not inherited.
 *
 * <p>Conditions: at the top of a file
 *
 * <pre>{@code
 * when:
 *   - arch: aarch64            # or a list
 *     then:
 *       kernel: {package: linux-image-cloud-arm64}
 * }</pre>
 *
 * <p>and in any map that is an item of a list: {@code - {name: shim, when: {arch: x86_64}}}.
 *
 * <p>Refused: unknown keys, duplicate keys, other tags than {@code !remove}, more than 32 levels, 1000 aliases or 100,000
 * values after their expansion, circles of {@code extends}, unquoted modes, {@code yes} and {@code no} as booleans, paths
 * in the image with {@code .} or {@code ..}, paths on the machine that are not there.
 *
 * <h2>The lock</h2>
 *
 * <p>{@link dev.caisson.manifest.Lockfile}: strict JSON, {@code "schema": 1}.
 *
 * <p>This module reads no repository, resolves nothing and writes no file but those of a new variant.
 */
package dev.caisson.manifest;
