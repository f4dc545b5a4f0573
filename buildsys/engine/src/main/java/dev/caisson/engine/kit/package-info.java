/**
 * Kits: RPM packages with their metadata in one place that a single digest pins, so that one team's packages are another's input.
 *
 * <p>A kit has one of two forms. <b>A folder</b> is an rpm-md repository ({@code repodata/repomd.xml} and what it leads to); its digest
 * is that of {@code repomd.xml}. <b>An OCI image layout</b> is what registries keep, and may be copied to and from one by any of their
 * clients ({@code skopeo copy oci:KIT docker://…}); its digest is that of its index.
 *
 * <pre>
 * index.json
 *   index                                                                  ← the kit's digest
 *     one manifest per architecture (platform), artifact type application/vnd.caisson.kit.v1
 *       config  application/vnd.caisson.kit.config.v1+json
 *               {"schema":1, "name", "version", "architecture", "packages": number}
 *       layers  application/vnd.caisson.kit.metadata.v1    repodata/repomd.xml first, then what it lists
 *               application/vnd.caisson.kit.package.v1+rpm one per package, as it is
 * </pre>
 *
 * <p>Every layer's annotation {@code org.opencontainers.image.title} is its path in an rpm-md repository: whoever downloads the layers by
 * their titles has one. A layer's digest is the package's, so that an unchanged package is the same blob in every version of a kit and in
 * every architecture that it is for. The same packages, name and version give the same digest.
 */
package dev.caisson.engine.kit;
