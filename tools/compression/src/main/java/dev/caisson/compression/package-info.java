/**
 * Codecs by name, with limits, and the encoders that fill file-system clusters.
 *
 * <p>The LZ4 block encoder is this project's own (LZ4 block format 2022-07-31): the libraries have no fixed-output mode, and
 * their bytes depend on the platform. Streams (gzip, bzip2, xz, lzma, zstd) are decoded by libraries behind a limit on output
 * and memory. This module cannot write gzip or zlib: the JDK's Deflater gives other bytes on other hosts.
 */
package dev.caisson.compression;
