/**
 * Packages of one's own: from recipes ({@code packages/NAME/package.yaml}) to RPM packages in a local repository.
 *
 * <p>A <b>data recipe</b> lists files; its package is made by {@code tools/rpm} alone, for all architectures. A <b>source recipe</b> has
 * a spec file and pinned sources (addresses with SHA-512, folders of the repository, files of SDK packages), and is built by {@code
 * rpmbuild} in a {@link dev.caisson.engine.sandbox sandbox} whose root is made of the packages of an SDK manifest ({@code
 * packages/sdk.yaml}), without their scripts being run. The build sees its sources and that root read-only, no network, no other
 * process, no variable of the machine; times, paths, host and user are always the same, so that the same inputs give the same bytes.
 *
 * <p>A package is known by the digest of its recipe, the files that this names, the SDK and the packages of recipes that it needs:
 * nothing is built twice. The local repository holds rpm-md metadata, the packages and {@code recipes.json}; a variant's
 * repository of type {@code recipes} reads it.
 *
 * <p>Refused: recipes for another architecture than the machine's if they have sources, recipes that need each other, packages of
 * two recipes with one file name, results that are not named after their recipe.
 */
package dev.caisson.engine.recipe;
