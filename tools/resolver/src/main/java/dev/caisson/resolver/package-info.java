/**
 * Dependency resolution as a pure function: {@link dev.caisson.resolver.Problem} to
 * {@link dev.caisson.resolver.Resolution}. No file, no network, no clock, no thread.
 *
 * <p>A {@link dev.caisson.resolver.Pool} indexes the candidates of all repositories; a
 * {@link dev.caisson.resolver.Problem} says what is wanted of it; {@link dev.caisson.resolver.Resolver#resolve} gives the
 * {@link dev.caisson.resolver.Solution}, each package with the reason why it is there, or says why there is none
 * ({@link dev.caisson.resolver.Unsolvable}).
 *
 * <p>How it works: the packages that the requests can reach become the variables of a satisfiability problem; a search
 * decides package by package in the order of the distribution's own tool (apt's marking for Debian, libsolv's rules for
 * RPM) and a clause-learning solver draws the conclusions. So the answer is the tool's where the tool finds one, and there
 * is an answer whenever one exists. What differs between the package worlds is in
 * {@link dev.caisson.resolver.PackageSemantics}.
 *
 * <p>It installs into nothing: there are no installed packages, upgrades or removals. Ties that nothing else decides go by
 * repository priority (the higher wins), version (the newer wins), name, and the order in which candidates were given.
 *
 * <p>Sources: deb-version(7), deb-control(5), Debian Policy chapter 7, rpm's dependency and boolean dependency manuals.
 */
package dev.caisson.resolver;
