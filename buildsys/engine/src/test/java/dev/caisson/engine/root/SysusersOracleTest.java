package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.filetree.FileTree;
import dev.caisson.fixture.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code systemd-sysusers --root} as judge of ids and lines. */
@Tag("oracle")
class SysusersOracleTest {
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/bash
            daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
            nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
            """;
    private static final String GROUP = """
            root:x:0:
            daemon:x:1:
            adm:x:4:
            tty:x:5:
            kmem:x:15:
            audio:x:29:
            video:x:44:
            users:x:100:
            nogroup:x:65534:
            """;

    /** As systemd 257, dbus, openssh and others of Debian ship them. */
    private static final Map<String, String> DEBIAN = Map.of(
            "basic.conf",
            """
            # comment
            g nogroup 65534 -            -
            g root    0     -            -
            u root    0     "Super User" /root
            u nobody 65534:65534 "Kernel Overflow User" -
            g adm     4     -
            g tty     5     -
            g kmem    -     -
            g audio   29    -
            g input   -     -
            g kvm     -     -
            g render  -     -
            g sgx     -     -
            g video   44
            g users   100
            """,
            "dbus.conf",
            """
            u messagebus - "System Message Bus"
            """,
            "systemd-journal.conf",
            """
            g systemd-journal   - -
            """,
            "systemd-network.conf",
            """
            u! systemd-network - "systemd Network Management"
            """,
            "systemd-resolve.conf",
            """
            u! systemd-resolve - "systemd Resolver"
            """,
            "systemd-timesync.conf",
            """
            u! systemd-timesync - "systemd Time Synchronization"
            """,
            "openssh-server.conf",
            """
            u sshd -:65534 "sshd user" /run/sshd
            """,
            "polkit.conf",
            """
            u polkitd - "User for polkitd" / -
            m polkitd adm
            """);

    private static final Map<String, String> AWKWARD = Map.of("a.conf", """
            u early - "Early" /var/lib/early /bin/sh
            m member newgroup
            m early  adm
            u fixed 300
            u pair 301:adm
            u taken 4 "gid 4 is adm's"
            """, "b.conf", """
            g late -
            g wanted 301
            u wanted -
            u same 998
            g high 999
            u 'quoted' - 'with blanks'
            u both 303:wanted
            u early 555
            """, "c.conf", """
            g big 2000
            u big -
            u daemon -
            u other -:late
            m fixed late
            r - 400-500
            """);

    @TempDir
    Path root;

    @Test
    void debian_packages() throws Exception {
        compare(DEBIAN);
    }

    @Test
    void awkward_lines() throws Exception {
        compare(AWKWARD);
    }

    private static FileTree tree(Map<String, String> files) {
        FileTree.Builder builder = Trees.empty();
        builder.file("/etc/passwd", Trees.FILE, Trees.utf8(PASSWD));
        builder.file("/etc/group", Trees.FILE, Trees.utf8(GROUP));
        files.forEach((name, text) -> builder.file("/usr/lib/sysusers.d/" + name, Trees.FILE, Trees.utf8(text)));
        return builder.build();
    }

    private void compare(Map<String, String> files) throws Exception {
        Oracle.require("systemd-sysusers", "systemd");
        Map<String, String> known = new TreeMap<>();
        files.forEach((name, text) -> known.put(name, text.replace("u! ", "u "))); // since systemd 257
        Trees.write(tree(known), root);
        Oracle.run(root, "systemd-sysusers", "--root=" + root);
        FileTree ours = new AccountsTransform(List.of(), List.of(), 86400L * 20_000).apply(tree(files));
        assertThat(lines(Trees.text(ours, "/etc/passwd")))
                .isEqualTo(lines(Files.readString(root.resolve("etc/passwd"))));
        assertThat(groups(Trees.text(ours, "/etc/group")))
                .isEqualTo(groups(Files.readString(root.resolve("etc/group"))));
        Map<String, String> theirs = passwords(Files.readString(root.resolve("etc/shadow")));
        Map<String, String> mine = passwords(Trees.text(ours, "/etc/shadow"));
        assertThat(mine).containsAllEntriesOf(theirs);
    }

    private static List<String> lines(String text) {
        return text.lines().sorted().toList();
    }

    private static List<String> groups(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("shadow:")) // ours, for the files' owner
                .map(line -> {
                    String[] fields = line.split(":", -1);
                    return fields[0] + ":" + fields[2] + ":"
                            + Arrays.stream(fields[3].split(",", -1)).sorted().collect(Collectors.joining(","));
                })
                .sorted()
                .toList();
    }

    private static Map<String, String> passwords(String text) {
        return Stream.of(text.split("\n", -1))
                .filter(line -> !line.isEmpty())
                .map(line -> line.split(":", -1))
                .collect(Collectors.toMap(f -> f[0], f -> f[1], (a, b) -> a, TreeMap::new));
    }
}
