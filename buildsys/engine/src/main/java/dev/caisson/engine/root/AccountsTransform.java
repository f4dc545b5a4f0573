package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.GroupSpec;
import dev.caisson.manifest.UserSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes {@code /etc/passwd}, {@code group}, {@code shadow} and {@code gshadow}: Debian's base-passwd master files, then
 * sysusers.d, then the variant's own accounts. Ids that the variant pins hold for sysusers.d too. Files of these names that
 * packages or the variant bring are where it starts from.
 */
public final class AccountsTransform implements TreeTransform {
    private static final long SECONDS_PER_DAY = 86400;

    private final List<UserSpec> users;
    private final List<GroupSpec> groups;
    private final long epochSeconds;

    /**
     * @param users the variant's users
     * @param groups the variant's groups
     * @param epochSeconds becomes the day of the last password change
     */
    public AccountsTransform(List<UserSpec> users, List<GroupSpec> groups, long epochSeconds) {
        this.users = List.copyOf(users);
        this.groups = List.copyOf(groups);
        this.epochSeconds = epochSeconds;
    }

    @Override
    public String name() {
        return "accounts";
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        Accounts accounts = new Accounts();
        accounts.readPasswd(first(tree, "/etc/passwd", "/usr/share/base-passwd/passwd.master"));
        accounts.readGroup(first(tree, "/etc/group", "/usr/share/base-passwd/group.master"));
        accounts.readShadow(first(tree, "/etc/shadow"));
        Map<String, Long> pinnedUsers = new HashMap<>();
        Map<String, Long> pinnedGroups = new HashMap<>();
        users.forEach(u -> u.uid().ifPresent(uid -> pinnedUsers.put(u.name(), (long) uid)));
        groups.forEach(g -> g.gid().ifPresent(gid -> pinnedGroups.put(g.name(), (long) gid)));
        new Sysusers(accounts, pinnedUsers, pinnedGroups).apply(tree);
        for (GroupSpec group : groups) {
            if (accounts.group(group.name()).isEmpty()) {
                long gid = group.gid().isPresent() ? group.gid().getAsInt() : accounts.allocate();
                accounts.put(new Accounts.Group(group.name(), gid));
            }
        }
        for (UserSpec user : users) {
            user.shadow().ifPresent(password -> accounts.forgetShadow(user.name()));
            addUser(accounts, user);
        }
        for (GroupSpec group : groups) {
            group.members().forEach(member -> accounts.addMember(group.name(), member));
        }
        if (accounts.group("shadow").isEmpty()) {
            accounts.put(new Accounts.Group("shadow", accounts.isFree(42) ? 42 : accounts.allocate()));
        }
        checkIds(accounts);
        return write(tree, accounts);
    }

    private static String first(FileTree tree, String... paths) throws IOException {
        for (String path : paths) {
            var text = tree.text(path, TextFiles.LIMIT_BYTES);
            if (text.isPresent()) {
                return text.get();
            }
        }
        return "";
    }

    private static void addUser(Accounts accounts, UserSpec user) throws BuildException {
        Optional<Accounts.User> existing = accounts.user(user.name());
        long gid = primaryGroup(accounts, user, existing);
        long uid = user.uid().isPresent()
                ? user.uid().getAsInt()
                : existing.map(Accounts.User::uid).orElseGet(() -> userIdLike(accounts, gid));
        accounts.put(new Accounts.User(
                user.name(),
                uid,
                gid,
                user.description()
                        .or(() -> existing.map(Accounts.User::comment))
                        .orElse(""),
                user.home().or(() -> existing.map(Accounts.User::home)).orElse("/"),
                user.shell().or(() -> existing.map(Accounts.User::shell)).orElse("/usr/sbin/nologin"),
                user.shadow().or(() -> existing.map(Accounts.User::password)).orElse("!*"),
                existing.map(Accounts.User::expired).orElse(false)
                        && user.shadow().isEmpty()));
        for (String group : user.groups()) {
            requireGroup(accounts, user, group);
            accounts.addMember(group, user.name());
        }
    }

    private static long primaryGroup(Accounts accounts, UserSpec user, Optional<Accounts.User> existing)
            throws BuildException {
        if (user.group().isPresent()) {
            return requireGroup(accounts, user, user.group().get());
        }
        if (existing.isPresent()) {
            return existing.get().gid();
        }
        if (accounts.group(user.name()).isEmpty()) {
            boolean same = user.uid().isPresent() && accounts.isFree(user.uid().getAsInt());
            accounts.put(new Accounts.Group(user.name(), same ? user.uid().getAsInt() : accounts.allocate()));
        }
        return accounts.group(user.name()).orElseThrow().gid();
    }

    private static long requireGroup(Accounts accounts, UserSpec user, String group) throws BuildException {
        return accounts.group(group)
                .orElseThrow(() -> new BuildException(
                        FailureCode.CONTENT,
                        "user " + user.name() + ": its group " + group + " does not exist",
                        "declare it under groups"))
                .gid();
    }

    private static long userIdLike(Accounts accounts, long gid) {
        boolean taken = accounts.users().values().stream().anyMatch(user -> user.uid() == gid);
        return taken ? accounts.allocate() : gid;
    }

    private static void checkIds(Accounts accounts) throws BuildException {
        Map<Long, String> seen = new HashMap<>();
        for (Accounts.User user : accounts.users().values()) {
            String other = seen.putIfAbsent(user.uid(), user.name());
            if (other != null) {
                throw new BuildException(
                        FailureCode.CONTENT,
                        "users " + other + " and " + user.name() + " have the same uid " + user.uid(),
                        "pin another uid for one of them under users");
            }
        }
    }

    private FileTree write(FileTree tree, Accounts accounts) {
        long shadow = accounts.group("shadow").orElseThrow().gid();
        Attributes open = Attributes.ofRoot(0644, epochSeconds);
        Attributes secret = Attributes.ofRoot(0640, epochSeconds).withOwner(0, shadow);
        FileTree.Builder builder = tree.toBuilder();
        builder.directories(TreePath.of("/etc"), Attributes.ofRoot(0755, epochSeconds));
        builder.file("/etc/passwd", open, utf8(accounts.passwdText()));
        builder.file("/etc/group", open, utf8(accounts.groupText()));
        builder.file("/etc/shadow", secret, utf8(accounts.shadowText(epochSeconds / SECONDS_PER_DAY)));
        builder.file("/etc/gshadow", secret, utf8(accounts.gshadowText()));
        return builder.build();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
