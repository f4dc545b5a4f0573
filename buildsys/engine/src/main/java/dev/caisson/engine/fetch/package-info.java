/**
 * Getting things from archives: which mirror, over which transport, with what proof.
 *
 * <p>{@link dev.caisson.engine.fetch.Mirrors} turns an archive's name into addresses, {@link
 * dev.caisson.engine.fetch.Downloader} brings files from {@code file:}, {@code http:} and {@code https:} addresses and believes
 * no byte without its digest, {@link dev.caisson.engine.fetch.AptFetcher} brings verified suites and packages into the store.
 *
 * <p>The only threads are the downloader's, as many as it is told. Everything that depends on the time gets it as an argument.
 */
package dev.caisson.engine.fetch;
