package dev.caisson.rpmdb;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Plan;
import dev.caisson.resolver.Dependency;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmHeader;
import dev.caisson.rpm.RpmRecord;
import dev.caisson.rpm.RpmTag;
import dev.caisson.rpmdb.SqliteRecord.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Plans a database of installed packages. Which values of a tag are indexed, and how, are rpm's rules (tag2index in lib/rpmdb.cc):
 * requirements that only an installation has are left out, boolean dependencies bring the names in them, with {@code !} where
 * a package's presence could break them, triggers count once a name, file triggers carry the trigger's number.
 */
public final class RpmDatabasePlanner {
    /** Of dependencies that count while scriptlets of an installation run, and of none else. */
    private static final long INSTALL_ONLY = RpmDependency.PRETRANS
            | 1 << 5 // RPMSENSE_POSTTRANS
            | RpmDependency.SCRIPT_PRE
            | RpmDependency.SCRIPT_POST
            | RpmDependency.RPMLIB
            | 1 << 26; // RPMSENSE_KEYRING

    private static final long ERASE_ONLY = RpmDependency.SCRIPT_PREUN | RpmDependency.SCRIPT_POSTUN;

    private static final List<Table> TABLES = List.of(
            new Table("Name", RpmTag.NAME, true, false),
            new Table("Basenames", RpmTag.BASENAMES, true, true),
            new Table("Group", RpmTag.GROUP, true, false),
            new Table("Requirename", RpmTag.REQUIRENAME, true, true),
            new Table("Providename", RpmTag.PROVIDENAME, true, true),
            new Table("Conflictname", RpmTag.CONFLICTNAME, true, true),
            new Table("Obsoletename", RpmTag.OBSOLETENAME, true, true),
            new Table("Triggername", RpmTag.TRIGGERNAME, true, true),
            new Table("Dirnames", RpmTag.DIRNAMES, true, true),
            new Table("Installtid", 0, false, false),
            new Table("Sigmd5", 0, false, false),
            new Table("Sha1header", 0, true, false),
            new Table("Filetriggername", RpmTag.FILETRIGGERNAME, true, true),
            new Table("Transfiletriggername", RpmTag.TRANSFILETRIGGERNAME, true, true),
            new Table("Recommendname", RpmTag.RECOMMENDNAME, true, true),
            new Table("Suggestname", RpmTag.SUGGESTNAME, true, true),
            new Table("Supplementname", RpmTag.SUPPLEMENTNAME, true, true),
            new Table("Enhancename", RpmTag.ENHANCENAME, true, true));

    private RpmDatabasePlanner() {}

    /**
     * An installed package.
     *
     * @param how when it came and what became of its files, one state each
     */
    public record InstalledPackage(RpmRecord record, RpmRecord.Installation how) {}

    /** A table beside that of the packages. Those of text have an index by value, most one by package. */
    private record Table(String name, int tag, boolean isText, boolean byPackage) {}

    private record Entry(byte[] key, long package_, long index) {}

    /**
     * The database; it is held in memory.
     *
     * @param packages in the order in which they get their numbers
     * @throws FormatException when a header has values of a wrong type, or a boolean dependency that is none
     */
    public static Plan plan(List<InstalledPackage> packages) throws FormatException {
        SqlitePlan plan = new SqlitePlan();
        List<SqlitePlan.Row> headers = new ArrayList<>();
        for (InstalledPackage installed : packages) {
            headers.add(new SqlitePlan.Row(
                    headers.size() + 1L,
                    SqliteRecord.encode(Arrays.asList(null, installed.record().installed(installed.how())))));
        }
        plan.table(
                "Packages",
                "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)",
                headers);
        plan.table(
                "sqlite_sequence",
                "CREATE TABLE sqlite_sequence(name,seq)",
                List.of(new SqlitePlan.Row(
                        1, SqliteRecord.encode(List.of(Text.of("Packages"), (long) packages.size())))));
        for (Table table : TABLES) {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < packages.size(); i++) {
                add(entries, table, packages.get(i), i + 1L);
            }
            write(plan, table, entries);
        }
        return plan.finish();
    }

    private static void write(SqlitePlan plan, Table table, List<Entry> entries) {
        String name = "'" + table.name() + "'";
        List<SqlitePlan.Row> rows = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            Object key = table.isText() ? new Text(entry.key()) : entry.key();
            rows.add(new SqlitePlan.Row(
                    rows.size() + 1L, SqliteRecord.encode(List.of(key, entry.package_(), entry.index()))));
        }
        plan.table(
                table.name(),
                "CREATE TABLE " + name + " (key '" + (table.isText() ? "TEXT" : "BLOB")
                        + "' NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL,"
                        + " FOREIGN KEY (hnum) REFERENCES 'Packages'(hnum))",
                rows);
        Integer[] order = new Integer[entries.size()];
        Arrays.setAll(order, i -> i);
        if (table.isText()) {
            Arrays.sort(
                    order, Comparator.comparing((Integer i) -> entries.get(i).key(), Arrays::compareUnsigned));
            index(plan, table, "key", order, i -> new Text(entries.get(i).key()));
        }
        if (table.byPackage()) {
            Arrays.sort(order); // rows are by package already
            index(plan, table, "hnum", order, i -> entries.get(i).package_());
        }
    }

    private static void index(
            SqlitePlan plan,
            Table table,
            String column,
            Integer[] order,
            java.util.function.IntFunction<Object> value) {
        String name = table.name() + "_" + column + "_idx";
        List<byte[]> records = new ArrayList<>(order.length);
        for (int row : order) {
            records.add(SqliteRecord.encode(List.of(value.apply(row), row + 1L)));
        }
        plan.index(
                name,
                table.name(),
                "CREATE INDEX '" + name + "' ON '" + table.name() + "'(" + column + " ASC)",
                records);
    }

    private static void add(List<Entry> entries, Table table, InstalledPackage installed, long number)
            throws FormatException {
        RpmHeader header = installed.record().header();
        switch (table.name()) {
            case "Installtid" -> {
                // In the byte order of the machine that wrote it: little-endian nowadays.
                byte[] id = BinaryWriter.littleEndian(4)
                        .u32(installed.how().transactionId())
                        .toByteArray();
                entries.add(new Entry(id, number, 0));
            }
            case "Sigmd5" -> addValue(entries, installed.record().md5(), number);
            case "Sha1header" -> addValue(entries, installed.record().sha1(), number);
            case "Group" ->
                addValue(
                        entries, header.string(table.tag()).orElse("Unknown").getBytes(StandardCharsets.UTF_8), number);
            case "Triggername" -> addOnce(entries, header.byteStrings(table.tag()), number);
            case "Filetriggername" -> addTriggers(entries, header, table.tag(), RpmTag.FILETRIGGERINDEX, number);
            case "Transfiletriggername" ->
                addTriggers(entries, header, table.tag(), RpmTag.TRANSFILETRIGGERINDEX, number);
            default -> addAll(entries, header, table.tag(), number);
        }
    }

    private static void addValue(List<Entry> entries, byte[] value, long number) {
        if (value.length > 0) {
            entries.add(new Entry(value, number, 0));
        }
    }

    private static void addOnce(List<Entry> entries, List<byte[]> names, long number) {
        Set<Text> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (seen.add(new Text(names.get(i)))) {
                entries.add(new Entry(names.get(i), number, i));
            }
        }
    }

    private static void addTriggers(List<Entry> entries, RpmHeader header, int tag, int indexTag, long number)
            throws FormatException {
        List<byte[]> names = header.byteStrings(tag);
        long[] indexes = header.numbers(indexTag);
        for (int i = 0; i < names.size(); i++) {
            entries.add(new Entry(names.get(i), number, i < indexes.length ? indexes[i] : i));
        }
    }

    private static void addAll(List<Entry> entries, RpmHeader header, int tag, long number) throws FormatException {
        List<byte[]> values = header.byteStrings(tag);
        long[] flags = tag == RpmTag.REQUIRENAME ? header.numbers(RpmTag.REQUIREFLAGS) : new long[0];
        boolean areDependencies = tag != RpmTag.NAME && tag != RpmTag.BASENAMES && tag != RpmTag.DIRNAMES;
        for (int i = 0; i < values.size(); i++) {
            long flag = i < flags.length ? flags[i] : 0;
            if ((flag & INSTALL_ONLY) != 0 && (flag & ERASE_ONLY) == 0) {
                continue;
            }
            byte[] value = values.get(i);
            if (value.length > 0 || tag == RpmTag.BASENAMES) {
                entries.add(new Entry(value, number, i));
            }
            if (areDependencies && value.length > 0 && value[0] == '(') {
                List<String> names = new ArrayList<>();
                String text = new String(value, StandardCharsets.UTF_8);
                names(new RpmDependency(text, 0, "").toDependency(), "", names);
                for (String name : names) {
                    entries.add(new Entry(name.getBytes(StandardCharsets.UTF_8), number, i));
                }
            }
        }
    }

    private static void names(Dependency dependency, String sign, List<String> names) {
        if (dependency instanceof Dependency.Simple simple) {
            String name = simple.requirement().name();
            if (!name.startsWith("rpmlib(")) {
                names.add(sign + name);
            }
        } else if (dependency instanceof Dependency.And and) {
            and.operands().forEach(operand -> names(operand, sign, names));
        } else if (dependency instanceof Dependency.Or or) {
            or.operands().forEach(operand -> names(operand, sign, names));
        } else if (dependency instanceof Dependency.With with) {
            names(with.left(), sign, names);
            names(with.right(), sign, names);
        } else if (dependency instanceof Dependency.Without without) {
            names(without.left(), sign, names);
            names(without.right(), sign, names);
        } else if (dependency instanceof Dependency.If condition) {
            conditional(condition.then(), condition.condition(), condition.otherwise(), sign, names);
        } else if (dependency instanceof Dependency.Unless condition) {
            conditional(condition.then(), condition.condition(), condition.otherwise(), sign, names);
        }
    }

    /** With an alternative, the condition's presence can help as well as hurt. */
    private static void conditional(
            Dependency then, Dependency condition, Dependency otherwise, String sign, List<String> names) {
        names(then, sign, names);
        if (otherwise != null) {
            names(condition, sign, names);
            names(otherwise, sign, names);
        }
        names(condition, sign.isEmpty() ? "!" : "", names);
    }
}
