/**
 * JSON values (RFC 8259): a strict reader and two writers with fixed bytes.
 *
 * <p>Read: UTF-8 without byte order mark, one value, with limits on size, depth and number length
 * ({@link dev.caisson.json.JsonLimits}). Objects keep the order of their members; numbers keep their text.
 *
 * <p>Written: {@link dev.caisson.json.Json#pretty} for files that people read and
 * {@link dev.caisson.json.Json#canonical} for digests and signatures: members sorted by name as UTF-16 units (as RFC 8785
 * sorts), no white space, the shortest escapes. Numbers are written with the text that they have, so equal values with
 * different text ({@code 1.0}, {@code 1}) stay different.
 *
 * <p>Refused: duplicate names, comments, trailing commas, {@code NaN}, unpaired surrogates, anything after the value.
 */
package dev.caisson.json;
