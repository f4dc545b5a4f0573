package dev.caisson.rpmdb;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An SQLite 3 database, held in memory until it is written. Tables and indexes are added whole; {@link #finish} writes their
 * descriptions into page 1.
 *
 * <pre>
 * offset size  file header (fileformat2, section 1.3)
 *      0   16  "SQLite format 3", NUL
 *     16    2  page size
 *     18    1  write version: 1, rollback journal
 *     19    1  read version: 1
 *     20    1  reserved bytes a page: 0
 *     21    3  64, 32, 32
 *     24    4  change counter: 1
 *     28    4  pages
 *     32    8  free pages: none
 *     40    4  schema cookie
 *     44    4  schema format: 4
 *     48    8  cache size, largest root page: 0
 *     56    4  encoding: 1, UTF-8
 *     60   32  version of the user, vacuum mode, application, reserved: 0
 *     92    4  change counter for which the next is valid: 1
 *     96    4  version of the SQLite that wrote it
 * </pre>
 *
 * <p>B-tree pages (section 1.6): type (2 and 10 inner and leaf page of an index, 5 and 13 of a table), first free block, cells,
 * start of the cells' content, fragments, and, of inner pages, the last child; then two bytes of place a cell. Cells lie from
 * the page's end downwards.
 */
final class SqlitePlan implements Plan {
    static final int PAGE = 4096;
    private static final int FILE_HEADER = 100;
    private static final int MAX_INDEX_LOCAL = (PAGE - 12) * 64 / 255 - 23;
    private static final int MIN_LOCAL = (PAGE - 12) * 32 / 255 - 23;
    private static final int MAX_TABLE_LOCAL = PAGE - 35;
    /** The version whose files these are like. */
    private static final int SQLITE_VERSION = 3_040_001;

    private final List<byte[]> pages = new ArrayList<>();
    private final List<Row> schema = new ArrayList<>();

    /** A row of a table: its number and its record. */
    record Row(long rowid, byte[] record) {}

    SqlitePlan() {
        pages.add(new byte[PAGE]); // page 1, written last
    }

    /** Adds a table of rows with ascending numbers. */
    void table(String name, String sql, List<Row> rows) {
        describe("table", name, name, tree(tableCells(rows), true, 0, 0), sql);
    }

    /** Adds an index of records in ascending order. */
    void index(String name, String table, String sql, List<byte[]> records) {
        List<byte[]> cells = new ArrayList<>(records.size());
        records.forEach(record -> cells.add(cell(record, MAX_INDEX_LOCAL, -1)));
        describe("index", name, table, tree(cells, false, 0, 0), sql);
    }

    private void describe(String type, String name, String table, int root, String sql) {
        schema.add(new Row(
                schema.size() + 1L,
                SqliteRecord.encode(List.of(
                        SqliteRecord.Text.of(type),
                        SqliteRecord.Text.of(name),
                        SqliteRecord.Text.of(table),
                        (long) root,
                        SqliteRecord.Text.of(sql)))));
    }

    /** Completes the file; nothing is added after it. */
    SqlitePlan finish() {
        tree(tableCells(schema), true, 1, FILE_HEADER);
        byte[] header = BinaryWriter.bigEndian(FILE_HEADER)
                .bytes("SQLite format 3\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .u16(PAGE)
                .u8(1)
                .u8(1)
                .u8(0)
                .u8(64)
                .u8(32)
                .u8(32)
                .u32(1)
                .u32(pages.size())
                .u64(0)
                .u32(schema.size())
                .u32(4)
                .u64(0)
                .u32(1)
                .zeros(32)
                .u32(1)
                .u32(SQLITE_VERSION)
                .toByteArray();
        System.arraycopy(header, 0, pages.get(0), 0, FILE_HEADER);
        return this;
    }

    private List<byte[]> tableCells(List<Row> rows) {
        List<byte[]> cells = new ArrayList<>(rows.size());
        long last = Long.MIN_VALUE;
        for (Row row : rows) {
            if (row.rowid() <= last) {
                throw new IllegalArgumentException("row " + row.rowid() + " after " + last);
            }
            last = row.rowid();
            cells.add(cell(row.record(), MAX_TABLE_LOCAL, row.rowid()));
        }
        return cells;
    }

    /** A leaf cell: size, row number (of tables), what fits of the record, first overflow page (section 1.6). */
    private byte[] cell(byte[] record, int maxLocal, long rowid) {
        int local = record.length;
        if (local > maxLocal) {
            int rest = MIN_LOCAL + (record.length - MIN_LOCAL) % (PAGE - 4);
            local = rest <= maxLocal ? rest : MIN_LOCAL;
        }
        BinaryWriter out = BinaryWriter.bigEndian(local + 24);
        SqliteRecord.varint(out, record.length);
        if (rowid >= 0) {
            SqliteRecord.varint(out, rowid);
        }
        out.bytes(record, 0, local);
        if (local < record.length) {
            out.u32(pages.size() + 1L);
            overflow(record, local);
        }
        return out.toByteArray();
    }

    private void overflow(byte[] record, int from) {
        for (int at = from; at < record.length; at += PAGE - 4) {
            int length = Math.min(PAGE - 4, record.length - at);
            boolean last = at + length == record.length;
            pages.add(Arrays.copyOf(
                    BinaryWriter.bigEndian(PAGE)
                            .u32(last ? 0 : pages.size() + 2L)
                            .bytes(record, at, length)
                            .toByteArray(),
                    PAGE));
        }
    }

    /** A child of an inner page, and what its parent says of it: the largest row number, or the entry that follows it. */
    private record Child(int page, byte[] separator) {}

    /**
     * Builds a tree from below.
     *
     * @param rootPage page that the root must be, or 0 for a new one
     * @param rootOffset where the root's page header starts
     * @return the root's page
     */
    private int tree(List<byte[]> cells, boolean isTable, int rootPage, int rootOffset) {
        if (fits(cells, 0, cells.size(), rootOffset + 8)) {
            return write(rootPage, rootOffset, isTable ? 13 : 10, cells, 0);
        }
        List<Child> children = new ArrayList<>();
        for (int from = 0; from < cells.size(); ) {
            int to = fill(cells, from, 8, !isTable);
            boolean isLast = to == cells.size();
            byte[] separator = isTable ? rowid(cells.get(to - 1)) : isLast ? new byte[0] : cells.get(to);
            children.add(new Child(write(0, 0, isTable ? 13 : 10, cells.subList(from, to), 0), separator));
            from = isTable || isLast ? to : to + 1;
        }
        return inner(children, isTable, rootPage, rootOffset);
    }

    private int inner(List<Child> children, boolean isTable, int rootPage, int rootOffset) {
        int type = isTable ? 5 : 2;
        List<byte[]> cells = new ArrayList<>();
        for (Child child : children) {
            cells.add(BinaryWriter.bigEndian(child.separator.length + 4)
                    .u32(child.page)
                    .bytes(child.separator)
                    .toByteArray());
        }
        int last = cells.size() - 1;
        if (fits(cells, 0, last, rootOffset + 12)) {
            return write(rootPage, rootOffset, type, cells.subList(0, last), children.get(last).page);
        }
        List<Child> parents = new ArrayList<>();
        // The last child of each page has no cell in it: its separator goes up.
        for (int from = 0; from < cells.size(); ) {
            int to = fill(cells.subList(0, last), from, 12, true);
            int page = write(0, 0, type, cells.subList(from, to), children.get(to).page);
            parents.add(new Child(page, children.get(to).separator));
            from = to + 1;
        }
        return inner(parents, isTable, rootPage, rootOffset);
    }

    /**
     * How many cells a page takes: up to which index.
     *
     * @param oneGoesUp whether the next cell goes to the parent, and something must be left behind it
     */
    private static int fill(List<byte[]> cells, int from, int header, boolean oneGoesUp) {
        int to = from;
        int size = header;
        while (to < cells.size() && size + cells.get(to).length + 2 <= PAGE) {
            size += cells.get(to).length + 2;
            to++;
        }
        // With one cell left, which would go up, the page behind it would be empty.
        return oneGoesUp && to == cells.size() - 1 && to > from + 1 ? to - 1 : to;
    }

    private static boolean fits(List<byte[]> cells, int from, int to, int header) {
        long size = header;
        for (int i = from; i < to && size <= PAGE; i++) {
            size += cells.get(i).length + 2;
        }
        return size <= PAGE;
    }

    /** The row number of a leaf cell, which follows the record's size. */
    private static byte[] rowid(byte[] cell) {
        int at = 0;
        while (cell[at] < 0) {
            at++;
        }
        int from = at + 1;
        int to = from;
        while (cell[to] < 0 && to < from + 8) {
            to++;
        }
        return Arrays.copyOfRange(cell, from, to + 1);
    }

    private int write(int page, int offset, int type, List<byte[]> cells, int lastChild) {
        byte[] bytes = new byte[PAGE];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        int content = PAGE;
        int pointer = offset + (lastChild != 0 ? 12 : 8);
        for (byte[] cell : cells) {
            content -= cell.length;
            out.putShort(pointer, (short) content);
            pointer += 2;
            out.put(content, cell);
        }
        if (pointer > content) {
            throw new IllegalStateException(String.format(Locale.ROOT, "page of %d cells overflows", cells.size()));
        }
        out.put(offset, (byte) type).putShort(offset + 3, (short) cells.size()).putShort(offset + 5, (short) content);
        if (lastChild != 0) {
            out.putInt(offset + 8, lastChild);
        }
        if (page != 0) {
            pages.set(page - 1, bytes);
            return page;
        }
        pages.add(bytes);
        return pages.size();
    }

    @Override
    public long size() {
        return (long) pages.size() * PAGE;
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        for (byte[] page : pages) {
            out.write(ByteBuffer.wrap(page));
        }
    }
}
