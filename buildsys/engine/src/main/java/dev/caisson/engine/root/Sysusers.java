package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * {@code sysusers.d(5)} of systemd 257 applied to an image: line types {@code u}, {@code u!}, {@code g}, {@code m},
 * {@code r}. Ids that neither the line nor the variant pins are given
 * downward from 999 or within the ranges of {@code r}, groups before users and in the order of the files, as {@code systemd-sysusers} does; an id that a line asks
 * for and somebody else has is replaced by a free one.
 */
final class Sysusers {
    private static final List<String> FOLDERS = List.of("/etc/sysusers.d", "/run/sysusers.d", "/usr/lib/sysusers.d");

    private final Accounts accounts;
    private final Map<String, Long> pinnedUsers;
    private final Map<String, Long> pinnedGroups;
    private final Map<String, Line> groups = new LinkedHashMap<>();
    private final Map<String, Line> users = new LinkedHashMap<>();
    private final Map<String, Set<String>> memberships = new LinkedHashMap<>();
    private final List<Range> ranges = new ArrayList<>();

    private record Range(long first, long last) {}

    private record Line(String file, String type, String name, String id, String comment, String home, String shell) {}

    /**
     * @param pinnedUsers user ids that win over allocation, by name
     * @param pinnedGroups group ids, by name
     */
    Sysusers(Accounts accounts, Map<String, Long> pinnedUsers, Map<String, Long> pinnedGroups) {
        this.accounts = accounts;
        this.pinnedUsers = pinnedUsers;
        this.pinnedGroups = pinnedGroups;
    }

    void apply(FileTree tree) throws BuildException, IOException {
        for (Map.Entry<String, TreePath> file :
                TextFiles.dropIns(tree, FOLDERS, ".conf").entrySet()) {
            for (String line : TextFiles.lines(TextFiles.text(tree, file.getValue()))) {
                read(file.getValue().toString(), line);
            }
        }
        addImplied();
        for (Line line : groups.values()) {
            addGroup(line.name, number(line, line.id, tree, false), null);
        }
        for (Line line : users.values()) {
            addUser(line, tree);
        }
        memberships.forEach((group, members) -> members.forEach(member -> accounts.addMember(group, member)));
    }

    /** What only {@code m} lines name. */
    private void addImplied() {
        memberships.forEach((group, members) -> {
            for (String member : members) {
                users.putIfAbsent(member, new Line("", "u", member, "-", "-", "-", "-"));
            }
            if (!groups.containsKey(group) && !users.containsKey(group)) {
                groups.put(group, new Line("", "g", group, "-", "-", "-", "-"));
            }
        });
    }

    private void read(String file, String text) throws BuildException {
        List<String> words = new ArrayList<>(TextFiles.words(text));
        while (words.size() < 6) {
            words.add("-");
        }
        Line line = new Line(file, words.get(0), words.get(1), words.get(2), words.get(3), words.get(4), words.get(5));
        switch (line.type) {
            case "u", "u!" -> users.putIfAbsent(line.name, line);
            case "g" -> groups.putIfAbsent(line.name, line);
            case "m" ->
                memberships
                        .computeIfAbsent(line.id, group -> new LinkedHashSet<>())
                        .add(line.name);
            case "r" -> ranges.add(range(line));
            default ->
                throw new BuildException(
                        FailureCode.CONTENT,
                        file + ": line type \"" + line.type + "\" is not one of u, u!, g, m, r",
                        "replace the file through the variant's files");
        }
    }

    /**
     * Makes a group unless it exists: with the id that the variant pins, else with the one asked for, else with that of the
     * user of the same name, else with a free one.
     */
    private long addGroup(String name, Long asked, Long uid) {
        if (accounts.group(name).isPresent()) {
            return accounts.group(name).get().gid();
        }
        Long id = pinnedGroups.get(name);
        if (id == null && asked != null && isFreeGroup(asked)) {
            id = asked;
        }
        if (id == null && uid != null && isFreeGroup(uid) && isFreeUser(uid)) {
            id = uid;
        }
        if (id == null) {
            id = allocate(candidate -> isFreeGroup(candidate) && isFreeUser(candidate));
        }
        accounts.put(new Accounts.Group(name, id));
        return id;
    }

    private boolean isFreeGroup(long id) {
        return accounts.groups().values().stream().noneMatch(group -> group.gid() == id);
    }

    private boolean isFreeUser(long id) {
        return accounts.users().values().stream().noneMatch(user -> user.uid() == id);
    }

    /** Whether a user may have an id: nobody else has it, and no group of another name. */
    private boolean isFreeFor(String name, long id) {
        return isFreeUser(id)
                && accounts.groups().values().stream()
                        .noneMatch(g -> g.gid() == id && !g.name().equals(name));
    }

    private void addUser(Line line, FileTree tree) throws BuildException {
        if (accounts.user(line.name).isPresent()) {
            if (line.id.indexOf(':') < 0) {
                addGroup(line.name, null, accounts.user(line.name).get().uid());
            }
            return;
        }
        int colon = line.id.startsWith("/") ? -1 : line.id.indexOf(':');
        Long asked = number(line, colon < 0 ? line.id : line.id.substring(0, colon), tree, true);
        Long pinned = pinnedUsers.get(line.name);
        long gid = colon < 0
                ? addGroup(line.name, null, pinned != null ? pinned : asked)
                : primaryGroup(line, line.id.substring(colon + 1));
        boolean strict = colon >= 0 || groups.containsKey(line.name);
        Long uid = pinned;
        if (uid == null && asked != null && (strict ? isFreeUser(asked) : isFreeFor(line.name, asked))) {
            uid = asked;
        }
        if (uid == null && isFreeFor(line.name, gid)) {
            uid = gid;
        }
        if (uid == null) {
            uid = allocate(candidate -> isFreeFor(line.name, candidate));
        }
        accounts.put(new Accounts.User(
                line.name,
                uid,
                gid,
                unlessDash(line.comment, ""),
                unlessDash(line.home, uid == 0 ? "/root" : "/"),
                unlessDash(line.shell, uid == 0 ? "/bin/sh" : "/usr/sbin/nologin"),
                "!*",
                line.type.equals("u!")));
    }

    private static Range range(Line line) throws BuildException {
        if (!line.id.matches("\\d{1,9}(-\\d{1,9})?")) {
            throw new BuildException(
                    FailureCode.CONTENT, line.file + ": \"" + line.id + "\" is not a range of ids", "");
        }
        String[] ends = line.id.split("-", -1);
        return new Range(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
    }

    private long allocate(LongPredicate isFree) {
        if (ranges.isEmpty()) {
            return accounts.allocate(isFree);
        }
        List<Range> downward = new ArrayList<>(ranges);
        downward.sort(Comparator.comparingLong(Range::last).reversed());
        for (Range range : downward) {
            for (long id = range.last; id >= range.first; id--) {
                if (isFree.test(id)) {
                    return id;
                }
            }
        }
        throw new IllegalStateException("no free id in the ranges of sysusers.d");
    }

    private long primaryGroup(Line line, String group) throws BuildException {
        if (group.matches("\\d{1,10}")) {
            return Long.parseLong(group);
        }
        return accounts.group(group)
                .orElseThrow(() -> new BuildException(
                        FailureCode.CONTENT,
                        line.file + ": user " + line.name + " wants the group " + group + ", which nothing declares",
                        "declare the group in the variant's groups"))
                .gid();
    }

    private static Long number(Line line, String id, FileTree tree, boolean owner) throws BuildException {
        if (id.equals("-")) {
            return null;
        }
        if (id.startsWith("/")) {
            Optional<TreePath> path = tree.resolve(TreePath.of(id));
            return path.isEmpty()
                    ? null
                    : owner
                            ? (Long) tree.get(path.get())
                                    .orElseThrow()
                                    .attributes()
                                    .uid()
                            : (Long) tree.get(path.get())
                                    .orElseThrow()
                                    .attributes()
                                    .gid();
        }
        if (!id.matches("\\d{1,10}")) {
            throw new BuildException(
                    FailureCode.CONTENT, line.file + ": id \"" + id + "\" of " + line.name + " is not a number", "");
        }
        return Long.parseLong(id);
    }

    private static String unlessDash(String value, String otherwise) {
        return value.equals("-") ? otherwise : value;
    }
}
