package dev.caisson.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.IdentifiedSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdenticalFilesTest {
    private static final ErofsFormat FORMAT = ErofsFormat.uncompressed();

    /** Blocks known by name, which nobody may read. */
    private record Named(byte[] bytes, boolean readable) implements IdentifiedSource {
        @Override
        public Optional<Digest> identity() {
            return Optional.of(DigestAlgorithm.SHA512.of(bytes));
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void readFully(long offset, ByteBuffer dst) throws IOException {
            assertThat(readable).as("blocks with a name are read").isTrue();
            dst.put(bytes, (int) offset, dst.remaining());
        }
    }

    private static byte[] blocks(int content) {
        byte[] blocks = new byte[8192];
        Arrays.fill(blocks, (byte) content);
        return blocks;
    }

    private static EncodedFile file(ByteSource blocks) {
        return new EncodedFile(FORMAT, 0, blocks.size(), List.of(), blocks, new byte[0]);
    }

    private static EncodedFile named(int content, boolean readable) {
        return file(new Named(blocks(content), readable));
    }

    private static EncodedFile unnamed(int content) {
        return file(ByteSource.of(blocks(content)));
    }

    @Test
    void firstLike_allHaveNames_nothingIsRead() throws IOException {
        IdenticalFiles files = new IdenticalFiles();
        EncodedFile first = named(1, false);
        EncodedFile second = named(2, false);

        assertThat(files.firstLike(first)).isSameAs(first);
        assertThat(files.firstLike(second)).isSameAs(second);
        assertThat(files.firstLike(named(1, false))).isSameAs(first);
        assertThat(files.firstLike(named(2, false))).isSameAs(second);
        assertThat(files.firstLike(first)).isSameAs(first);
    }

    @Test
    void firstLike_someHaveNoName_allAreComparedByTheirBlocks() throws IOException {
        IdenticalFiles files = new IdenticalFiles();
        EncodedFile first = named(1, true);
        EncodedFile second = unnamed(2);
        EncodedFile third = named(3, true);

        assertThat(files.firstLike(first)).isSameAs(first);
        assertThat(files.firstLike(second)).isSameAs(second);
        assertThat(files.firstLike(third)).isSameAs(third);
        assertThat(files.firstLike(unnamed(1))).isSameAs(first);
        assertThat(files.firstLike(named(2, true))).isSameAs(second);
        assertThat(files.firstLike(named(2, true))).isSameAs(second);
        assertThat(files.firstLike(unnamed(3))).isSameAs(third);
        assertThat(files.firstLike(named(4, true)).blocks()).isInstanceOf(Named.class);
    }

    @Test
    void firstLike_noneHasAName_isFoundByItsBlocks() throws IOException {
        IdenticalFiles files = new IdenticalFiles();
        EncodedFile first = unnamed(1);
        EncodedFile second = unnamed(2);

        assertThat(files.firstLike(first)).isSameAs(first);
        assertThat(files.firstLike(second)).isSameAs(second);
        assertThat(files.firstLike(unnamed(2))).isSameAs(second);
        assertThat(files.firstLike(unnamed(1))).isSameAs(first);
    }
}
