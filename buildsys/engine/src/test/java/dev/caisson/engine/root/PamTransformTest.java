package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.filetree.FileTree;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The expected stacks are what a Debian 13 system has after installation. */
class PamTransformTest {
    private static final String UNIX = """
            Name: Unix authentication
            Default: yes
            Priority: 256
            Auth-Type: Primary
            Auth:
            \t[success=end default=ignore]\tpam_unix.so nullok try_first_pass
            Auth-Initial:
            \t[success=end default=ignore]\tpam_unix.so nullok
            Account-Type: Primary
            Account:
            \t[success=end new_authtok_reqd=done default=ignore]\tpam_unix.so
            Session-Type: Additional
            Session:
            \trequired\tpam_unix.so
            Password-Type: Primary
            Password:
            \t[success=end default=ignore]\tpam_unix.so obscure use_authtok try_first_pass yescrypt
            Password-Initial:
            \t[success=end default=ignore]\tpam_unix.so obscure yescrypt
            """;
    private static final String FIRST = """
            Name: Other
            Default: yes
            Priority: 900
            Auth-Type: Primary
            Auth:
            \t[success=end default=ignore]\tpam_other.so
            Session-Type: Additional
            Session-Interactive-Only: yes
            Session:
            \toptional\tpam_other.so
            """;

    private static FileTree.Builder tree() {
        FileTree.Builder builder = Trees.empty();
        for (String stack : List.of("auth", "account", "password", "session", "session-noninteractive")) {
            String type = stack.startsWith("session") ? "session" : stack;
            String variable = stack.equals("session-noninteractive") ? "session_nonint" : type;
            builder.file(
                    "/usr/share/pam/common-" + stack,
                    Trees.FILE,
                    Trees.utf8("# head\n$" + variable + "_primary\n" + type + "\trequisite\tpam_deny.so\n" + type
                            + "\trequired\tpam_permit.so\n$" + variable + "_additional\n"));
        }
        builder.file("/usr/share/pam-configs/unix", Trees.FILE, Trees.utf8(UNIX));
        builder.file(
                "/usr/share/pam-configs/mkhomedir",
                Trees.FILE,
                Trees.utf8(
                        "Name: x\nDefault: no\nPriority: 0\nSession-Type: Additional\nSession:\n\toptional\tpam_mkhomedir.so\n"));
        return builder;
    }

    private static List<String> lines(FileTree tree, String stack) throws Exception {
        return Trees.text(tree, "/etc/pam.d/common-" + stack)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.replaceAll("\\s+", " ").strip())
                .toList();
    }

    @Test
    void debianDefault() throws Exception {
        FileTree tree = new PamTransform(5).apply(tree().build());
        assertThat(lines(tree, "auth"))
                .containsExactly(
                        "auth [success=1 default=ignore] pam_unix.so nullok",
                        "auth requisite pam_deny.so",
                        "auth required pam_permit.so");
        assertThat(lines(tree, "account"))
                .containsExactly(
                        "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so",
                        "account requisite pam_deny.so",
                        "account required pam_permit.so");
        assertThat(lines(tree, "password"))
                .first()
                .isEqualTo("password [success=1 default=ignore] pam_unix.so obscure yescrypt");
        for (String stack : List.of("session", "session-noninteractive")) {
            assertThat(lines(tree, stack))
                    .containsExactly(
                            "session [default=1] pam_permit.so",
                            "session requisite pam_deny.so",
                            "session required pam_permit.so",
                            "session required pam_unix.so");
        }
    }

    @Test
    void twoProfiles_jumpOverEachOther() throws Exception {
        FileTree tree = new PamTransform(5)
                .apply(tree().file("/usr/share/pam-configs/other", Trees.FILE, Trees.utf8(FIRST))
                        .build());
        assertThat(lines(tree, "auth"))
                .startsWith(
                        "auth [success=2 default=ignore] pam_other.so",
                        "auth [success=1 default=ignore] pam_unix.so nullok try_first_pass");
        assertThat(lines(tree, "session")).endsWith("session optional pam_other.so", "session required pam_unix.so");
        assertThat(lines(tree, "session-noninteractive")).doesNotContain("session optional pam_other.so");
    }

    @Test
    void existingFiles_stay() throws Exception {
        FileTree tree = new PamTransform(5)
                .apply(tree().file("/etc/pam.d/common-auth", Trees.FILE, Trees.utf8("mine\n"))
                        .build());
        assertThat(Trees.text(tree, "/etc/pam.d/common-auth")).isEqualTo("mine\n");
        FileTree none = Trees.empty().build();
        assertThat(new PamTransform(5).apply(none)).isSameAs(none);
    }
}
