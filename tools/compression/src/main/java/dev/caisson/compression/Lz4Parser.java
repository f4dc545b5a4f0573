package dev.caisson.compression;

/** Cuts input into literals and matches. */
interface Lz4Parser {
    /**
     * Hands matches to {@code out} until the input ends or the block is full. Nothing outside of {@code start..end} and
     * no earlier call has an influence.
     *
     * @param end the input's end, more than {@link Lz4Format#LAST_MATCH_START} bytes after the start
     */
    void parse(byte[] src, int start, int end, Lz4Sequences out);
}
