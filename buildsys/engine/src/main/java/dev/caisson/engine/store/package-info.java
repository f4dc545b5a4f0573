/**
 * The content-addressed store that builds share: {@code cas/} holds contents by SHA-256, {@code ac/} holds small step results
 * by key, both in the layout of Bazel's HTTP cache. Every object is written to a temporary name and renamed, so that two
 * builds, or a killed one, can never leave half an object. Nothing is fsynced: after a power failure a damaged object is
 * found by its digest, dropped and made again.
 */
package dev.caisson.engine.store;
