package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpmScriptletsTest {
    private static java.util.List<String> remainder(String body) {
        return RpmScriptlets.remainder("#!/bin/sh\n" + body + "\n");
    }

    @Test
    void ldconfigAsInterpreter_isRecognised() {
        assertThat(RpmScriptlets.remainder("#!/sbin/ldconfig\n\n")).isEmpty();
        assertThat(RpmScriptlets.remainder("#!/sbin/ldconfig -p\n\n")).isEmpty();
        assertThat(RpmScriptlets.remainder("#!<lua>\nposix.mkdir('/x')\n")).isNotEmpty();
    }

    @Test
    void whatTheMacrosOfSystemdLeave_isRecognised() {
        assertThat(remainder("""

            if [ $1 -eq 1 ] && [ -x "/usr/lib/systemd/systemd-update-helper" ]; then
                # Initial installation
                /usr/lib/systemd/systemd-update-helper install-system-units sshd.service sshd@.socket || :
            fi
            """)).isEmpty();
        assertThat(remainder("""
            if [ $1 -eq 1 ] ; then
                    # Initial installation
                    systemctl --no-reload preset chronyd.service &>/dev/null || :
            fi
            """)).isEmpty();
    }

    @Test
    void sysusersFromAHereDocument_isRecognised() {
        assertThat(remainder("""
            # generated from chrony.sysusers
            systemd-sysusers --replace=/usr/lib/sysusers.d/chrony.conf - <<SYSTEMD_INLINE_EOF >/dev/null 2>&1 || :
            u chrony - "chrony system user" /var/lib/chrony
            rm -rf / in a document is no command
            SYSTEMD_INLINE_EOF
            systemd-tmpfiles --create chrony.conf >/dev/null 2>&1 || :
            """)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/sbin/ldconfig",
                "depmod -a 6.12.0-1.x86_64",
                "/bin/kernel-install add 6.12.0-1 /lib/modules/6.12.0-1/vmlinuz || exit 0; true",
                "/usr/sbin/alternatives --install /usr/bin/nc nmap /usr/bin/ncat 10 \\\n"
                        + " --slave /usr/share/x x /usr/share/y"
            })
    void otherStandardCommands(String body) {
        if (body.contains("exit")) {
            assertThat(remainder(body)).isNotEmpty();
        } else {
            assertThat(remainder(body)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/update-ca-trust",
                "update-ca-trust extract >/dev/null 2>&1 || :",
                "/bin/kernel-install add 6.12.0-1.fc41.x86_64 /lib/modules/6.12.0-1.fc41.x86_64/vmlinuz || exit $?",
                "if test -d \"/run/systemd/system\"; then\n  /usr/bin/systemctl daemon-reload || :\n"
                        + "  /usr/bin/systemctl reload-or-restart --marked || :\nfi",
                "/usr/lib/systemd/systemd-update-helper system-reload-restart || :",
                "if [ -e /run/udev/control ]; then\n"
                        + "udevadm control --reload\n"
                        + "udevadm trigger --subsystem-match=block\n"
                        + "fi",
                "/usr/sbin/restorecon -R /var/lib/x /etc/x.conf &>/dev/null || :",
                "systemctl try-restart sshd.service sshd.socket >/dev/null 2>&1 || :",
                "/usr/lib/systemd/systemd-sysctl /usr/lib/sysctl.d/10-x.conf >/dev/null || :",
                "systemd-tmpfiles --create || :",
                "systemd-sysusers || :",
                "if [ $1 -eq 1 ] || [ -x /usr/bin/systemctl ]; then\nldconfig\nfi"
            })
    void macrosAndFileTriggersOfDistributions_areRecognised(String body) {
        assertThat(remainder(body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "systemd-hwdb update",
                "journalctl --update-catalog",
                "systemctl start x.service",
                "update-ca-trust; rm -rf /",
                "restorecon $(cat x)",
                "udevadm hwdb --update",
                "if test -d /x && rm -rf /; then",
                "systemctl restart x.service; touch /x",
                "getent passwd x >/dev/null || useradd -r x",
                "touch /etc/x",
                "ldconfig; rm -rf /var",
                "systemctl preset `cat /x`",
                "alternatives --install /a b $c 1",
                "<<EOF\ntext\nEOF\nrm x",
                "if [ -f /x ]; then rm /x; fi"
            })
    void anythingElse_isLeft(String body) {
        assertThat(remainder(body)).isNotEmpty();
    }
}
