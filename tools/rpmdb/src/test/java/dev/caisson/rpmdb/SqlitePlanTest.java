package dev.caisson.rpmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.BinaryWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlitePlanTest {
    static byte[] bytes(SqlitePlan plan) throws Exception {
        ArraySink sink = new ArraySink();
        plan.writeTo(sink);
        assertThat(sink.toByteArray()).hasSize((int) plan.size());
        return sink.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "0,00",
        "127,7f",
        "128,8100",
        "16383,ff7f",
        "16384,818000",
        "72057594037927935,ffffffffffffff7f",
        "72057594037927936,80c080808080808000",
        "-1,ffffffffffffffffff"
    })
    void varint_isSqlites(long value, String hex) {
        BinaryWriter out = BinaryWriter.bigEndian(9);
        SqliteRecord.varint(out, value);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(hex);
    }

    @Test
    void record_hasTypesThenValues() {
        byte[] record = SqliteRecord.encode(Arrays.asList(
                null, 0L, 1L, 5L, -200L, 70_000L, 1L << 40, 1L << 60, SqliteRecord.Text.of("ab"), new byte[] {9}));
        assertThat(HexFormat.of().formatHex(record))
                .isEqualTo("0b00080901020305" + "06110e" + "05" + "ff38" + "011170" + "010000000000"
                        + "1000000000000000" + "6162" + "09");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 40, 41, 400, 5000})
    void trees_holdAllRowsInOrder(int rows) throws Exception {
        Random random = new Random(rows);
        SqlitePlan plan = new SqlitePlan();
        List<SqlitePlan.Row> table = new ArrayList<>();
        List<byte[]> index = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            byte[] value = new byte[random.nextInt(20) == 0 ? random.nextInt(20_000) : random.nextInt(200)];
            random.nextBytes(value);
            table.add(new SqlitePlan.Row(i * 3L + 1, value));
            index.add(Arrays.copyOf(BinaryWriter.bigEndian(8).u32(i).toByteArray(), 4 + value.length % 3000));
        }
        plan.table("t", "CREATE TABLE t(a)", table);
        plan.index("i", "t", "CREATE INDEX i ON t(a)", index);
        byte[] file = bytes(plan.finish());
        assertThat(file).isEqualTo(bytes(plan));
        assertThat(ByteBuffer.wrap(file).getInt(28)).isEqualTo(file.length / SqlitePlan.PAGE);
        List<byte[]> schema = new SqliteWalk(file).rows(1);
        assertThat(schema).hasSize(2);
        List<byte[]> found = new SqliteWalk(file).rows(root(schema.get(0)));
        assertThat(found).hasSize(rows);
        for (int i = 0; i < rows; i++) {
            assertThat(found.get(i)).isEqualTo(table.get(i).record());
        }
        List<byte[]> keys = new SqliteWalk(file).rows(root(schema.get(1)));
        assertThat(keys).hasSize(rows);
        for (int i = 0; i < rows; i++) {
            assertThat(keys.get(i)).isEqualTo(index.get(i));
        }
    }

    /** The fourth value of a schema row, behind texts that are known: it has one or two bytes here. */
    private static int root(byte[] record) {
        int type = record[4];
        int at = record[0] + (record[1] - 13) / 2 + (record[2] - 13) / 2 + (record[3] - 13) / 2;
        return switch (type) {
            case 9 -> 1;
            case 1 -> record[at] & 0xff;
            default -> ByteBuffer.wrap(record).getShort(at) & 0xffff;
        };
    }

    @Test
    void rowsOutOfOrder_areABugOfTheCaller() {
        SqlitePlan plan = new SqlitePlan();
        List<SqlitePlan.Row> rows = List.of(new SqlitePlan.Row(2, new byte[1]), new SqlitePlan.Row(2, new byte[1]));
        assertThatThrownBy(() -> plan.table("t", "", rows)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fileHeader_isAsSpecified() throws Exception {
        byte[] file = bytes(new SqlitePlan().finish());
        assertThat(file).hasSize(4096);
        assertThat(new String(file, 0, 16, StandardCharsets.US_ASCII)).isEqualTo("SQLite format 3\0");
        assertThat(HexFormat.of().formatHex(file, 16, 32)).isEqualTo("10000101004020200000000100000001");
        assertThat(HexFormat.of().formatHex(file, 40, 64))
                .isEqualTo("000000000000000400000000000000000000000100000000");
        assertThat(HexFormat.of().formatHex(file, 92, 108)).isEqualTo("00000001002e63010d00000000100000");
    }
}
