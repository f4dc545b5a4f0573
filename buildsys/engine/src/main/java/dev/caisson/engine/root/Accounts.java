package dev.caisson.engine.root;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * The users and groups of an image while they are collected: {@code passwd(5)}, {@code group(5)}, {@code shadow(5)} and
 * {@code gshadow(5)} as data.
 */
final class Accounts {
    /** The highest id that is given to a system account without a pinned one, as in Debian's and systemd's defaults. */
    static final int SYSTEM_ID_MAX = 999;

    private static final int SYSTEM_ID_MIN = 100;

    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, SortedSet<String>> members = new TreeMap<>();
    private final Map<String, String> shadowLines = new TreeMap<>();

    /**
     * A line of {@code passwd} with its password field of {@code shadow}.
     *
     * @param password the shadow field: {@code *}, {@code !*}, empty, or a hash
     * @param expired whether the account is locked entirely (expiry day 1), as sysusers' {@code u!} asks
     */
    record User(
            String name,
            long uid,
            long gid,
            String comment,
            String home,
            String shell,
            String password,
            boolean expired) {}

    /** A line of {@code group}. */
    record Group(String name, long gid) {}

    Optional<User> user(String name) {
        return Optional.ofNullable(users.get(name));
    }

    Optional<Group> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    Map<String, User> users() {
        return Collections.unmodifiableMap(users);
    }

    Map<String, Group> groups() {
        return Collections.unmodifiableMap(groups);
    }

    void put(User user) {
        users.put(user.name, user);
    }

    void put(Group group) {
        groups.put(group.name, group);
    }

    void addMember(String group, String user) {
        members.computeIfAbsent(group, g -> new TreeSet<>()).add(user);
    }

    boolean isFree(long id) {
        return users.values().stream().noneMatch(u -> u.uid == id)
                && groups.values().stream().noneMatch(g -> g.gid == id);
    }

    /** The highest free system id. */
    long allocate() {
        return allocate(this::isFree);
    }

    /** The highest system id that passes a test. */
    long allocate(LongPredicate isFree) {
        for (long id = SYSTEM_ID_MAX; id >= SYSTEM_ID_MIN; id--) {
            if (isFree.test(id)) {
                return id;
            }
        }
        throw new IllegalStateException("no free system id between " + SYSTEM_ID_MIN + " and " + SYSTEM_ID_MAX);
    }

    /** Reads {@code passwd} text. */
    void readPasswd(String text) throws CorruptDataException {
        for (String line : TextFiles.lines(text)) {
            String[] f = line.split(":", -1);
            if (f.length >= 7) {
                put(new User(f[0], id(line, f[2]), id(line, f[3]), f[4], f[5], f[6], "*", false));
            }
        }
    }

    /** Reads {@code group} text. */
    void readGroup(String text) throws CorruptDataException {
        for (String line : TextFiles.lines(text)) {
            String[] f = line.split(":", -1);
            if (f.length >= 4) {
                put(new Group(f[0], id(line, f[2])));
                for (String member : f[3].split(",", -1)) {
                    if (!member.isEmpty()) {
                        addMember(f[0], member);
                    }
                }
            }
        }
    }

    /** Reads {@code shadow} text: its lines stay as they are, except those of {@link #forgetShadow}. */
    void readShadow(String text) {
        for (String line : TextFiles.lines(text)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                shadowLines.put(line.substring(0, colon), line);
            }
        }
    }

    /** The user's line is made anew. */
    void forgetShadow(String user) {
        shadowLines.remove(user);
    }

    private static long id(String line, String text) throws CorruptDataException {
        if (!text.matches("\\d{1,10}") || Long.parseLong(text) >= 0xffffffffL) {
            throw new CorruptDataException(
                    "account line \"" + line + "\"",
                    FormatException.NO_OFFSET,
                    "has the id \"" + text + "\"",
                    "a number");
        }
        return Long.parseLong(text);
    }

    String passwdText() {
        StringBuilder out = new StringBuilder();
        users.values()
                .forEach(u -> out.append(String.join(
                                ":",
                                u.name,
                                "x",
                                Long.toString(u.uid),
                                Long.toString(u.gid),
                                u.comment,
                                u.home,
                                u.shell)
                        + "\n"));
        return out.toString();
    }

    String groupText() {
        StringBuilder out = new StringBuilder();
        groups.values()
                .forEach(g ->
                        out.append(String.join(":", g.name, "x", Long.toString(g.gid), memberList(g.name)) + "\n"));
        return out.toString();
    }

    /**
     * The {@code shadow} text.
     *
     * @param day days since 1970 that are given as the last change of every password
     */
    String shadowText(long day) {
        StringBuilder out = new StringBuilder();
        users.values()
                .forEach(u -> out.append(shadowLines.getOrDefault(u.name, shadowLine(u, day)))
                        .append('\n'));
        return out.toString();
    }

    private static String shadowLine(User u, long day) {
        String ageing = u.password.equals("*") ? ":0:99999:7::" : ":::::";
        return u.name + ":" + u.password + ":" + day + ageing + (u.expired ? "1" : "") + ":";
    }

    String gshadowText() {
        StringBuilder out = new StringBuilder();
        groups.values()
                .forEach(g -> out.append(g.name)
                        .append(":*::")
                        .append(memberList(g.name))
                        .append('\n'));
        return out.toString();
    }

    private String memberList(String group) {
        return String.join(",", members.getOrDefault(group, new TreeSet<>()));
    }
}
