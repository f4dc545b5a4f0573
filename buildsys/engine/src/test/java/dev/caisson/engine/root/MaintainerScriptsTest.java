package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.manifest.ScriptAction;
import dev.caisson.manifest.ScriptKind;
import dev.caisson.manifest.ScriptRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaintainerScriptsTest {
    private static final String GENERATED = """
            #!/bin/sh
            set -e
            # Automatically added by dh_installsystemd/13.24.2
            if [ "$1" = "configure" ] || [ "$1" = "abort-upgrade" ]; then
            \tdeb-systemd-helper unmask 'x.service' >/dev/null || true
            fi
            # End automatically added section
            # Automatically added by dh_installtmpfiles/13.24.2
            if [ "$1" = "configure" ]; then
            \tsystemd-tmpfiles --create x.conf || true
            fi
            # End automatically added section
            """;
    private static final String FRAMED = """
            #!/bin/sh -e
            set -eu

            case "$1" in
                configure)
                    update-alternatives --install /usr/bin/pager pager /usr/bin/less 77 \\
                        --slave /usr/share/man/man1/pager.1.gz pager.1.gz /usr/share/man/man1/less.1.gz
                    ldconfig || true
                    ;;
                abort-upgrade | abort-remove | abort-deconfigure)
                    ;;
                *)
                    echo "postinst called with unknown argument \\`$1'" >&2
                    exit 1
                    ;;
            esac

            exit 0
            """;

    private static ScriptRule rule(String name, ScriptKind kind, Optional<String> content) {
        return new ScriptRule(
                name,
                kind,
                ScriptAction.IGNORED,
                "because",
                content.map(text -> DigestAlgorithm.SHA256.of(Trees.utf8(text))),
                Trees.HERE);
    }

    private static List<MaintainerScripts.Finding> check(String script, ScriptRule... rules) throws BuildException {
        return new MaintainerScripts(List.of(rules))
                .check(List.of(Trees.layer("pkg", Set.of(), Map.of("postinst", script))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#!/bin/sh\nset -e\nexit 0\n", "", "#!/bin/sh\n\n# nothing\n:\n", GENERATED, FRAMED})
    void recognised(String script) throws Exception {
        assertThat(check(script)).containsExactly(new MaintainerScripts.Finding("pkg", "postinst", "recognised"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rm -rf /var/cache/x",
                "exit 0; reboot",
                ": && touch /etc/x",
                "ldconfig && touch /x",
                "set -e; touch /x",
                "true || touch /x",
                "if [ -e /x ]; then touch /y; fi",
                "configure) touch /x ;;",
                "update-alternatives --install $LINK name /usr/bin/x 10",
                "update-alternatives --install /usr/bin/x x /usr/bin/y 10; touch /x",
                "update-alternatives --install /usr/bin/x x `choose` 10",
                "echo \"postinst called with unknown argument\" >&2; touch /x >&2"
            })
    void notRecognised_failsAndPrintsTheScript(String command) {
        String script = GENERATED + command + "\n";
        BuildException e = catchThrowableOfType(BuildException.class, () -> check(script));
        assertThat(e).as(command).isNotNull();
        assertThat(e).hasMessageContaining("pkg 1.0-1 postinst").hasMessageContaining(command);
        assertThat(e.hint()).contains("scripts:");
    }

    /** What is added by something that is not debhelper's is read like the rest. */
    @Test
    void unknownGenerator_isNotTrusted() {
        String script = GENERATED.replace("dh_installtmpfiles", "dh_evil");
        assertThat(MaintainerScripts.remainder(script)).isNotEmpty();
        assertThat(MaintainerScripts.remainder("# Automatically added by dh_icons\nrm -rf /\n"))
                .isNotEmpty();
    }

    @Test
    void rules_matchNameKindAndDigest() throws Exception {
        String script = "touch /x\n";
        assertThat(check(script, rule("pkg", ScriptKind.POSTINST, Optional.empty()))
                        .get(0)
                        .verdict())
                .isEqualTo("ignored: because");
        assertThat(check(script, rule("p*", ScriptKind.POSTINST, Optional.of(script))))
                .hasSize(1);
        for (ScriptRule wrong : List.of(
                rule("other", ScriptKind.POSTINST, Optional.empty()),
                rule("pkg", ScriptKind.PREINST, Optional.empty()),
                rule("pkg", ScriptKind.POSTINST, Optional.of("touch /y\n")))) {
            assertThat(catchThrowableOfType(BuildException.class, () -> check(script, wrong)))
                    .isNotNull();
        }
    }

    @Test
    void allUnknownScripts_areListedAtOnce() {
        BuildException e = catchThrowableOfType(
                BuildException.class,
                () -> new MaintainerScripts(List.of())
                        .check(List.of(
                                Trees.layer("one", Set.of(), Map.of("preinst", "a", "postinst", "b")),
                                Trees.layer("two", Set.of(), Map.of("prerm", "c")))));
        assertThat(e).hasMessageStartingWith("3 installation scripts are").hasMessageContaining("two 1.0-1 prerm");
    }
}
