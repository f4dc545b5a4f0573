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
                "/usr/sbin/alternatives --install /usr/bin/nc nmap /usr/bin/ncat 10 \\\n --slave /usr/share/x x /usr/share/y"
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
