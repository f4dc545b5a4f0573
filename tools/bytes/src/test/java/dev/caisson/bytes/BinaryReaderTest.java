package dev.caisson.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class BinaryReaderTest {
    private static final byte[] BYTES = {
        (byte) 0x81, (byte) 0x82, (byte) 0x83, (byte) 0x84, (byte) 0x85, (byte) 0x86, (byte) 0x87, (byte) 0x88
    };

    @Test
    void numbers_littleEndian() throws Exception {
        assertThat(BinaryReader.littleEndian("s", BYTES).u8()).isEqualTo(0x81);
        assertThat(BinaryReader.littleEndian("s", BYTES).u16()).isEqualTo(0x8281);
        assertThat(BinaryReader.littleEndian("s", BYTES).u32()).isEqualTo(0x84838281L);
        assertThat(BinaryReader.littleEndian("s", BYTES).i32()).isEqualTo(0x84838281);
        assertThat(BinaryReader.littleEndian("s", BYTES).i64()).isEqualTo(0x8887868584838281L);
    }

    @Test
    void numbers_bigEndian() throws Exception {
        assertThat(BinaryReader.bigEndian("s", BYTES).u16()).isEqualTo(0x8182);
        assertThat(BinaryReader.bigEndian("s", BYTES).u32()).isEqualTo(0x81828384L);
        assertThat(BinaryReader.bigEndian("s", BYTES).i64()).isEqualTo(0x8182838485868788L);
    }

    @Test
    void u63_refusesTheTopBit() {
        CorruptDataException e = catchThrowableOfType(
                CorruptDataException.class,
                () -> new BinaryReader("size", BYTES, 0, 8, 512, ByteOrder.LITTLE_ENDIAN).u63());
        assertThat(e.structure()).isEqualTo("size");
        assertThat(e.offset()).isEqualTo(512);
        assertThat(e.actual()).isEqualTo("is " + Long.toUnsignedString(0x8887868584838281L));
    }

    /** A structure in the middle of an array never sees its neighbours. */
    @Test
    void everyRead_staysWithinTheStructure() {
        interface Read {
            void from(BinaryReader in) throws CorruptDataException;
        }
        List<Read> reads = List.of(
                in -> in.skip(7).u16(),
                in -> in.skip(5).u32(),
                in -> in.skip(1).i64(),
                in -> in.skip(8).u8(),
                in -> in.skip(9),
                in -> in.bytes(9),
                in -> in.bytes(-1),
                in -> in.bytes(Long.MAX_VALUE),
                in -> in.skip(-1),
                in -> in.text(9),
                BinaryReader::guid,
                in -> in.seek(9),
                in -> in.seek(-1),
                in -> in.seek(Long.MIN_VALUE));
        byte[] around = new byte[64];
        for (Read read : reads) {
            BinaryReader in = new BinaryReader("field", around, 16, 8, 1000, ByteOrder.LITTLE_ENDIAN);
            CorruptDataException e = catchThrowableOfType(CorruptDataException.class, () -> read.from(in));
            assertThat(e).isNotNull();
            assertThat(e.structure()).isEqualTo("field");
            assertThat(e.offset()).isBetween(1000L, 1008L);
        }
    }

    @Test
    void positions_countFromTheStructure() throws Exception {
        BinaryReader in = new BinaryReader("s", new byte[32], 10, 20, 4096, ByteOrder.BIG_ENDIAN);
        in.skip(4).u16();
        assertThat(in.position()).isEqualTo(6);
        assertThat(in.remaining()).isEqualTo(14);
        assertThat(in.offset()).isEqualTo(4102);
        assertThat(in.seek(20).remaining()).isZero();
    }

    @Test
    void text_endsAtNul() throws Exception {
        byte[] bytes = {'a', (byte) 0xe9, 0, 'x', 'y'};
        BinaryReader in = BinaryReader.littleEndian("s", bytes);
        assertThat(in.text(4)).isEqualTo("a\u00e9");
        assertThat(in.u8()).isEqualTo('y');
    }

    @Test
    void constructor_boundsOutsideOfTheArrayAreOurBug() {
        assertThatThrownBy(() -> new BinaryReader("s", BYTES, 4, 5, 0, ByteOrder.BIG_ENDIAN))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
