package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code sysusers.d(5)} of systemd 257 applied to an image: line types {@code u}, {@code u!}, {@code g}, {@code m};
 * {@code r} only widens ranges at run time and is passed over. Ids that neither the line nor the variant pins are given
 * downward from 999, groups before users and in the order of the files, as {@code systemd-sysusers} does.
 */
final class Sysusers {
    private static final List<String> FOLDERS = List.of("/etc/sysusers.d", "/run/sysusers.d", "/usr/lib/sysusers.d");

    private final Accounts accounts;
    private final Map<String, Long> pinnedUsers;
    private final Map<String, Long> pinnedGroups;
    private final Map<String, Line> groups = new LinkedHashMap<>();
    private final Map<String, Line> users = new LinkedHashMap<>();
    private final List<Line> memberships = new ArrayList<>();

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
        for (Line line : groups.values()) {
            addGroup(line, tree);
        }
        for (Line line : users.values()) {
            addUser(line, tree);
        }
        for (Line line : memberships) {
            accounts.addMember(line.id, line.name);
        }
    }

    private void read(String file, String text) throws BuildException {
        List<String> words = new ArrayList<>(TextFiles.words(text));
        while (words.size() < 6) {
            words.add("-");
        }
        Line line = new Line(file, words.get(0), words.get(1), words.get(2), words.get(3), words.get(4), words.get(5));
        switch (line.type) {
            case "u", "u!" -> {
                users.putIfAbsent(line.name, line);
                groups.putIfAbsent(line.name, new Line(file, "u", line.name, groupIdOf(line.id), "-", "-", "-"));
            }
            case "g" -> groups.putIfAbsent(line.name, line);
            case "m" -> {
                memberships.add(line);
                users.putIfAbsent(line.name, new Line(file, "u", line.name, "-", "-", "-", "-"));
                groups.putIfAbsent(line.name, new Line(file, "u", line.name, "-", "-", "-", "-"));
                groups.putIfAbsent(line.id, new Line(file, "g", line.id, "-", "-", "-", "-"));
            }
            case "r" -> {}
            default ->
                throw new BuildException(
                        FailureCode.CONTENT,
                        file + ": line type \"" + line.type + "\" is not one of u, u!, g, m, r",
                        "replace the file through the variant's files");
        }
    }

    /** What the line says about the group of the same name: the id itself, or nothing when another group is named. */
    private static String groupIdOf(String id) {
        int colon = id.indexOf(':');
        if (colon < 0 || id.startsWith("/")) {
            return id;
        }
        return "=" + id.substring(colon + 1);
    }

    private void addGroup(Line line, FileTree tree) throws BuildException {
        if (line.id.startsWith("=") || accounts.group(line.name).isPresent()) {
            return; // the user's primary group is another one, or the group exists
        }
        Long id = pinnedGroups.get(line.name);
        if (id == null && line.type.equals("u")) {
            id = pinnedUsers.get(line.name);
        }
        if (id == null) {
            id = number(line, line.id, tree, false);
        }
        if (id == null || (!accounts.isFree(id) && pinnedGroups.get(line.name) == null && !line.id.matches("\\d+"))) {
            id = accounts.user(line.name)
                    .map(Accounts.User::uid)
                    .filter(uid -> accounts.groups().values().stream().noneMatch(g -> g.gid() == uid))
                    .orElseGet(this::allocate);
        }
        accounts.put(new Accounts.Group(line.name, id));
    }

    private void addUser(Line line, FileTree tree) throws BuildException {
        if (accounts.user(line.name).isPresent()) {
            return;
        }
        int colon = line.id.startsWith("/") ? -1 : line.id.indexOf(':');
        long gid = colon < 0
                ? accounts.group(line.name).orElseThrow().gid()
                : primaryGroup(line, line.id.substring(colon + 1));
        Long uid = pinnedUsers.get(line.name);
        if (uid == null) {
            uid = number(line, colon < 0 ? line.id : line.id.substring(0, colon), tree, true);
        }
        if (uid == null) {
            boolean same = colon < 0 && accounts.users().values().stream().noneMatch(user -> user.uid() == gid);
            uid = same ? (Long) gid : (Long) allocate();
        }
        accounts.put(new Accounts.User(
                line.name,
                uid,
                gid,
                unlessDash(line.comment, ""),
                unlessDash(line.home, line.name.equals("root") ? "/root" : "/"),
                unlessDash(line.shell, line.name.equals("root") ? "/bin/sh" : "/usr/sbin/nologin"),
                "!*",
                line.type.equals("u!")));
    }

    private long primaryGroup(Line line, String group) throws BuildException {
        if (group.matches("\\d+")) {
            return Long.parseLong(group);
        }
        return accounts.group(group)
                .orElseThrow(() -> new BuildException(
                        FailureCode.CONTENT,
                        line.file + ": user " + line.name + " wants the group " + group + ", which nothing declares",
                        "declare the group in the variant's groups"))
                .gid();
    }

    private long allocate() {
        return accounts.allocate();
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
