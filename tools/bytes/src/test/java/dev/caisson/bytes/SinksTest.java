package dev.caisson.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinksTest {
    @TempDir
    Path folder;

    /** Both sinks get the same random writes around the buffer's size and must agree. */
    @Test
    void fileSink_writesWhatArraySinkWrites() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 8; round++) {
            Path file = folder.resolve("file" + round);
            ArraySink array = new ArraySink(0);
            try (FileSink sink = FileSink.create(file)) {
                for (int i = 0; i < 40; i++) {
                    byte[] part = new byte[random.nextInt(i % 10 == 9 ? 600_000 : 3000)];
                    random.nextBytes(part);
                    ByteBuffer source = ByteBuffer.wrap(part);
                    sink.write(source);
                    assertThat(source.hasRemaining()).isFalse();
                    array.write(part);
                    long zeros = random.nextInt(i % 7 == 6 ? 500_000 : 5000);
                    sink.zeros(zeros);
                    array.zeros(zeros);
                    sink.alignTo(512);
                    array.alignTo(512);
                    assertThat(sink.position()).isEqualTo(array.position());
                }
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(array.toByteArray());
        }
    }

    @Test
    void fileSink_trailingHoleHasItsLength() throws Exception {
        Path file = folder.resolve("hole");
        FileSink sink = FileSink.create(file);
        sink.write(new byte[] {1});
        sink.zeros(10_000_000_000L);
        assertThat(sink.position()).isEqualTo(10_000_000_001L);
        sink.close();
        sink.close();
        assertThat(file).hasSize(10_000_000_001L);
        try (FileSource source = FileSource.open(file)) {
            assertThat(source.read(10_000_000_000L, 1)).containsExactly(0);
        }
    }

    @Test
    void fileSink_onlyHoleAndEmpty() throws Exception {
        try (FileSink sink = FileSink.create(folder.resolve("a"))) {
            sink.zeros(5);
        }
        assertThat(Files.readAllBytes(folder.resolve("a"))).isEqualTo(new byte[5]);
        FileSink.create(folder.resolve("b")).close();
        assertThat(folder.resolve("b")).isEmptyFile();
    }

    @Test
    void fileSink_neverOverwrites() throws Exception {
        Path file = Files.writeString(folder.resolve("there"), "kept");
        assertThatThrownBy(() -> FileSink.create(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("kept");
    }

    @Test
    void arraySink_zerosOverwriteNothing() {
        ArraySink sink = new ArraySink(0);
        sink.write(new byte[] {1, 2, 3}, 1, 2);
        sink.alignTo(4);
        sink.alignTo(4);
        sink.write(ByteBuffer.wrap(new byte[] {9}));
        assertThat(sink.toByteArray()).containsExactly(2, 3, 0, 0, 9);
    }
}
