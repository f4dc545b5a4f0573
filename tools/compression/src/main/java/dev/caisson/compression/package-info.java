/**
 * Codecs by name, with limits, and the encoders that fill file-system clusters.
 *
 * <p>Decoded: gzip (RFC 1952), bzip2, .xz 1.2.1, .lzma, zstd (RFC 8878), LZ4 frames (1.6.4) as streams through {@link
 * dev.caisson.compression.Codec}, behind limits on output, memory and ratio; LZ4 blocks (lz4_Block_format.md, 2022-07-31) and
 * zstd frames in memory. Truncated input, garbage behind the end and failed checksums are errors, never short reads. Refused:
 * dictionaries, windows and filters beyond the limits. The decoder of .xz is our own; the filters before LZMA2 are the library's.
 *
 * <p>Encoded: LZ4 blocks and zstd frames into clusters of fixed size; deflate with its zlib and gzip wrappers; whole zstd frames.
 * LZ4 and deflate are this project's own encoders: the libraries have no fixed-output mode, and their bytes (as the JDK's
 * Deflater's) depend on the platform. Zstd's bytes depend on the library's version alone. Streams
 * that many threads work on are put together from pieces: gzip ({@link dev.caisson.compression.GzipStream}), .xz ({@link
 * dev.caisson.compression.XzStream}) and LZ4 ({@link dev.caisson.compression.Lz4Frame}). It cannot write bzip2 or lzma, and starts
 * no threads.
 */
package dev.caisson.compression;
