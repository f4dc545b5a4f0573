/**
 * The vocabulary of every format module: positional sources, append-only sinks, bounded cursors, digests, GUIDs and the
 * four ways in which bytes can be bad.
 *
 * <p>A reader of this project throws, on any input whatever, one of the four {@link dev.caisson.bytes.FormatException}s or
 * the {@link java.io.IOException} of its source, and allocates nothing that an unchecked length asks for. A writer plans
 * first: the {@link dev.caisson.bytes.Plan} knows its size before the first byte, and writing it twice gives the same bytes.
 *
 * <p>This module cannot seek in a sink, delete or rename files, and knows no threads.
 */
package dev.caisson.bytes;
