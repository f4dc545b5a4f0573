package dev.caisson.engine.root;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the standard macros of RPM packages leave in scriptlets: presets of units, {@code ldconfig}, sysusers and tmpfiles,
 * alternatives, module indexes, the bundle of certificates, labels. The transforms have the same effects. File triggers have the same
 * commands in them: those of glibc and most of systemd's. A condition may stand around what is recognised; both branches then are.
 */
final class RpmScriptlets {
    /** Sections whose text {@link #remainder} judges; the names of Debian's scripts are others. */
    static final Set<String> SECTIONS = Set.of(
            "pretrans", "pre", "post", "posttrans", "triggerprein", "triggerin", "filetriggerin", "transfiletriggerin");

    private static final Pattern LDCONFIG = Pattern.compile("(/usr)?(/s?bin/)?ldconfig( -p| -X)?");
    private static final Pattern SHELL = Pattern.compile("(/usr)?/bin/(ba|da)?sh( -e)?");
    private static final Pattern QUIET =
            Pattern.compile("(\\s*(&>\\s*/dev/null|[12]?>\\s*/dev/null|2>\\s*&1|\\|\\|\\s*(:|true|exit \\$\\?)|;))+$");
    private static final Pattern HERE_DOCUMENT = Pattern.compile("<<-?\\s*['\"]?(\\w+)['\"]?");
    private static final String TEST =
            "(\\[ ?\"?\\$\\{?1\\}?\"? (-eq|-ge|-gt|==?) \"?[0-9]\"? \\]|\\[ -[xdef] \"?[-./\\w]+\"? \\]|test -[xdef]"
                    + " \"?[-./\\w]+\"?)";
    /** What a command at the start of a line may have in front of its name. */
    private static final String BIN = "(/usr)?(/s?bin/)?";

    private static final List<Pattern> RECOGNISED = List.of(
            Pattern.compile("set -[eux]+|:|true|exit 0|else|fi|then|done"),
            Pattern.compile("if " + TEST + "( (&&|\\|\\|) " + TEST + ")*\\s*;?( then)?"),
            Pattern.compile("(/usr/lib/systemd/)?systemd-update-helper (install|mark-install)-(system|user)-units("
                    + " [-@.:\\w\\\\]+)+"),
            Pattern.compile("(/usr/bin/|/bin/)?systemctl (--no-reload |--global |--user )*preset( [-@.:\\w\\\\]+)+"),
            Pattern.compile("(/usr/bin/|/bin/)?systemctl daemon-reload"),
            // These are about the running system, of which there is none.
            Pattern.compile(BIN + "systemctl (--[-\\w]+ )*(daemon-reexec|reload-or-restart --marked"
                    + "|(try-|cond)?restart( [-@.:\\w\\\\]+)+|(try-)?reload(-or-restart)?( [-@.:\\w\\\\]+)+)"),
            Pattern.compile("(/usr/lib/systemd/)?systemd-update-helper (system|user)-(reload|restart|reload-restart)"),
            Pattern.compile("(/usr/lib/systemd/)?systemd-sysctl( [-./\\w]+)*"),
            Pattern.compile(BIN + "udevadm (control (--reload(-rules)?|-R)|trigger( --[-=:\\w]+)*|settle)"),
            Pattern.compile(BIN + "update-ca-trust( extract)?"),
            Pattern.compile(BIN + "restorecon( -[RrFivp]+)*( [-./\\w]+)+"),
            LDCONFIG,
            Pattern.compile("(/usr/bin/|/bin/)?systemd-sysusers( --replace=[-./\\w]+)?( -|( [-./\\w]+)+)?"),
            Pattern.compile("(/usr/bin/|/bin/)?systemd-tmpfiles --create( [-./\\w]+)*"),
            Pattern.compile("(/usr)?(/s?bin/)?(update-)?alternatives\\s+--install\\s+[^$`;&|<>()]*"),
            Pattern.compile("(/usr)?(/s?bin/)?depmod( -a)?( [-.+\\w]+)?"),
            Pattern.compile("(/usr)?(/s?bin/)?kernel-install add [-.+\\w]+ [-./+\\w]+"),
            Pattern.compile("(/usr)?(/s?bin/)?install-info [^$`;&|<>()]*"));

    private RpmScriptlets() {}

    /**
     * The commands of a scriptlet that nothing accounts for.
     *
     * @param text with the interpreter in the first line
     */
    static List<String> remainder(String text) {
        int end = text.indexOf('\n');
        String interpreter = text.substring(2, end);
        String body = text.substring(end + 1);
        if (LDCONFIG.matcher(interpreter).matches() && body.isBlank()) {
            return List.of();
        }
        if (!SHELL.matcher(interpreter).matches()) {
            return List.of("#!" + interpreter);
        }
        List<String> unknown = new ArrayList<>();
        String terminator = null;
        for (String line : body.replace("\\\n", " ").split("\n", -1)) {
            String command = line.strip();
            if (command.startsWith("#!")) {
                continue;
            }
            if (terminator != null) {
                terminator = command.equals(terminator) ? null : terminator;
                continue;
            }
            Matcher here = HERE_DOCUMENT.matcher(command);
            if (here.find()) {
                terminator = here.group(1);
                command = here.replaceFirst("").strip();
            }
            command = QUIET.matcher(command).replaceFirst("").replaceAll("\\s+", " ");
            if (!command.isEmpty() && !command.startsWith("#") && !isRecognised(command)) {
                unknown.add(command);
            }
        }
        return unknown;
    }

    private static boolean isRecognised(String command) {
        return RECOGNISED.stream().anyMatch(p -> p.matcher(command).matches());
    }
}
