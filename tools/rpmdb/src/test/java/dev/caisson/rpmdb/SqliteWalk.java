package dev.caisson.rpmdb;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Walks a tree of an SQLite file, written from the specification and apart from the writer. */
final class SqliteWalk {
    private final ByteBuffer file;
    private int at;

    SqliteWalk(byte[] file) {
        this.file = ByteBuffer.wrap(file);
    }

    /** All records below a page, in order. */
    List<byte[]> rows(int page) {
        List<byte[]> rows = new ArrayList<>();
        int start = (page - 1) * 4096;
        int header = start + (page == 1 ? 100 : 0);
        int type = file.get(header);
        boolean inner = type == 2 || type == 5;
        int cells = file.getShort(header + 3);
        for (int i = 0; i < cells; i++) {
            at = start + (file.getShort(header + (inner ? 12 : 8) + 2 * i) & 0xffff);
            if (inner) {
                int child = file.getInt(at);
                int here = at + 4;
                rows.addAll(rows(child));
                at = here;
            }
            if (type != 5) {
                rows.add(record(type == 13));
            }
        }
        if (inner) {
            rows.addAll(rows(file.getInt(header + 8)));
        }
        return rows;
    }

    private byte[] record(boolean table) {
        int size = varint();
        if (table) {
            varint();
        }
        int most = table ? 4096 - 35 : (4096 - 12) * 64 / 255 - 23;
        int least = (4096 - 12) * 32 / 255 - 23;
        int fit = least + (size - least) % (4096 - 4);
        int local = size <= most ? size : fit <= most ? fit : least;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Arrays.copyOfRange(file.array(), at, at + local));
        int next = local < size ? file.getInt(at + local) : 0;
        while (next != 0) {
            int page = (next - 1) * 4096;
            int length = Math.min(4092, size - out.size());
            out.writeBytes(Arrays.copyOfRange(file.array(), page + 4, page + 4 + length));
            next = file.getInt(page);
        }
        return out.toByteArray();
    }

    private int varint() {
        int value = 0;
        while (file.get(at) < 0) {
            value = value << 7 | file.get(at++) & 0x7f;
        }
        return value << 7 | file.get(at++);
    }
}
