package dev.caisson.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of source keeps the same promises. */
class ByteSourceTest {
    private static final int SIZE = 3000;

    @TempDir
    Path folder;

    private byte[] bytes;
    private Path file;

    @BeforeEach
    void makeFile() throws Exception {
        bytes = new byte[SIZE];
        new Random(5).nextBytes(bytes);
        byte[] wider = new byte[SIZE + 20];
        System.arraycopy(bytes, 0, wider, 10, SIZE);
        file = folder.resolve("file");
        Files.write(file, wider);
    }

    private void checkContract(ByteSource source) throws Exception {
        assertThat(source.size()).isEqualTo(SIZE);
        assertThat(source.readAll(SIZE)).isEqualTo(bytes);
        assertThat(source.read(SIZE, 0)).isEmpty();
        assertThat(source.read(SIZE - 1, 1)).containsExactly(bytes[SIZE - 1]);
        ArraySink sink = new ArraySink();
        source.copyTo(sink);
        assertThat(sink.toByteArray()).isEqualTo(bytes);
        ByteSource part = source.slice(100, 50).slice(10, 30);
        assertThat(part.readAll(100)).isEqualTo(Arrays.copyOfRange(bytes, 110, 140));
        for (long[] range : List.of(
                new long[] {-1, 1},
                new long[] {0, SIZE + 1},
                new long[] {SIZE, 1},
                new long[] {SIZE + 1, 0},
                new long[] {Long.MAX_VALUE, 1},
                new long[] {Long.MIN_VALUE, 1},
                new long[] {0, Integer.MAX_VALUE})) {
            assertThatThrownBy(() -> source.read(range[0], (int) range[1])).isInstanceOf(CorruptDataException.class);
        }
        ByteBuffer two = ByteBuffer.allocate(2);
        assertThatThrownBy(() -> source.readFully(SIZE - 1, two)).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> part.readFully(29, two)).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> source.slice(1, SIZE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> part.slice(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        LimitExceededException e = catchThrowableOfType(LimitExceededException.class, () -> source.readAll(SIZE - 1));
        assertThat(e.actual()).contains(Integer.toString(SIZE));
        assertThat(e.expected()).contains(Integer.toString(SIZE - 1));
    }

    @Test
    void array() throws Exception {
        checkContract(ByteSource.of(bytes));
    }

    @Test
    void fileSlice() throws Exception {
        try (FileSource whole = FileSource.open(file)) {
            checkContract(whole.slice(10, SIZE));
            assertThat(whole.slice(10, SIZE).slice(5, 7)).isEqualTo(new FileSlice(whole, 15, 7));
        }
    }

    @Test
    void wholeFile() throws Exception {
        Path exact = folder.resolve("exact");
        Files.write(exact, bytes);
        try (FileSource source = FileSource.open(exact)) {
            checkContract(source);
        }
    }

    @Test
    void anonymousSlice() throws Exception {
        byte[] wider = new byte[SIZE + 2];
        System.arraycopy(bytes, 0, wider, 1, SIZE);
        checkContract(ByteSource.of(wider).slice(1, SIZE));
    }

    @Test
    void zeros() throws Exception {
        bytes = new byte[SIZE];
        checkContract(ByteSource.zeros(SIZE));
        ByteBuffer dirty = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        ByteSource.zeros(11).readFully(0, dirty);
        assertThat(dirty.array()).containsOnly(0);
    }

    @Test
    void shrunkenFile_isCorrupt() throws Exception {
        try (FileSource source = FileSource.open(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }
            CorruptDataException e = catchThrowableOfType(CorruptDataException.class, () -> source.read(50, 1000));
            assertThat(e.offset()).isEqualTo(100);
        }
    }

    @Test
    void extent_checksItsEnd() {
        Extent extent = new Extent(5, ByteSource.zeros(10));
        assertThat(extent.end()).isEqualTo(15);
        assertThat(extent.shiftedBy(3).offset()).isEqualTo(8);
        assertThatThrownBy(() -> new Extent(-1, ByteSource.zeros(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Extent(Long.MAX_VALUE, ByteSource.zeros(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> extent.shiftedBy(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void sortedListing_isByName() throws Exception {
        for (String name : List.of("b", "a", "C", "z", "_")) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(SortedListing.of(folder))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("C", "_", "a", "b", "file", "z");
    }
}
