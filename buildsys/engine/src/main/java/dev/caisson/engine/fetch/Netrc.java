package dev.caisson.engine.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Users and passwords by machine, as {@code ~/.netrc} and APT's {@code auth.conf} ({@code apt_auth.conf(5)}) have them: words
 * between blanks, {@code machine NAME login USER password SECRET}, {@code default}, and {@code macdef}, which is passed over. A
 * word in double quotes may hold blanks; {@code #} begins a comment where a keyword could stand. Contents never enter a message.
 */
final class Netrc {
    /**
     * One machine.
     *
     * @param machine a host name, in APT's files also {@code [protocol://]host[:port][/path]}; empty for {@code default}
     */
    record Entry(String machine, String login, String password) {
        @Override
        public String toString() {
            return "credentials for " + (machine.isEmpty() ? "every machine" : machine);
        }
    }

    private final String text;
    private int at;

    private Netrc(String text) {
        this.text = text;
    }

    /**
     * Reads a file.
     *
     * @param required whether its absence is an error; one that this user may not read counts as absent otherwise
     */
    static List<Entry> read(Path file, boolean required) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException | AccessDeniedException e) {
            if (!required) {
                return List.of();
            }
            throw new FetchException(
                    FetchException.Kind.BAD_CONFIGURATION,
                    file.toString(),
                    "cannot be read",
                    "correct the environment variable NETRC",
                    e);
        } catch (CharacterCodingException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_CONFIGURATION, file.toString(), "is not UTF-8 text", "", e);
        }
    }

    /** The entries of a text, in its order; what is not understood is passed over. */
    static List<Entry> parse(String text) {
        return new Netrc(text).entries();
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        String machine = null;
        String login = "";
        String password = "";
        for (String keyword = keyword(); keyword != null; keyword = keyword()) {
            switch (keyword) {
                case "machine", "default" -> {
                    add(entries, machine, login, password);
                    machine = keyword.equals("default") ? "" : value();
                    login = "";
                    password = "";
                }
                case "login", "user" -> login = value();
                case "password", "passwd" -> password = value();
                case "account" -> value();
                case "macdef" -> skipMacro();
                default -> {
                    // Unknown words are ignored, as APT does.
                }
            }
        }
        add(entries, machine, login, password);
        return entries;
    }

    private static void add(List<Entry> entries, String machine, String login, String password) {
        if (machine != null && (!login.isEmpty() || !password.isEmpty())) {
            entries.add(new Entry(machine, login, password));
        }
    }

    private String keyword() {
        skipBlanks();
        while (at < text.length() && text.charAt(at) == '#') {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
            skipBlanks();
        }
        return at == text.length() ? null : word();
    }

    private String value() {
        skipBlanks();
        return at == text.length() ? "" : word();
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        boolean quoted = text.charAt(at) == '"';
        for (at += quoted ? 1 : 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quoted ? c == '"' : Character.isWhitespace(c)) {
                at += quoted ? 1 : 0;
                break;
            }
            if (quoted && c == '\\' && at + 1 < text.length()) {
                c = text.charAt(++at);
            }
            word.append(c);
        }
        return word.toString();
    }

    /** A macro ends with an empty line. */
    private void skipMacro() {
        int end = text.indexOf("\n\n", at);
        at = end < 0 ? text.length() : end;
    }

    /** The first entry for a host by netrc's rules: its exact name, or {@code default}. */
    static Optional<Entry> find(List<Entry> entries, URI address) {
        String host = address.getHost() == null ? "" : address.getHost();
        return entries.stream()
                .filter(entry -> entry.machine.isEmpty() || entry.machine.equalsIgnoreCase(host))
                .findFirst();
    }

    /**
     * The first entry for an address by APT's rules: host, port and beginning of the path as far as they are given, and https
     * only unless the entry names another protocol.
     */
    static Optional<Entry> findApt(List<Entry> entries, URI address) {
        return entries.stream()
                .filter(entry -> matchesApt(entry.machine, address))
                .findFirst();
    }

    private static boolean matchesApt(String machine, URI address) {
        if (machine.isEmpty() || address.getHost() == null) {
            return false;
        }
        int scheme = machine.indexOf("://");
        String protocol = scheme < 0 ? "https" : machine.substring(0, scheme).toLowerCase(Locale.ROOT);
        String rest = scheme < 0 ? machine : machine.substring(scheme + 3);
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash);
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int colon = authority.matches(".*:\\d+") ? authority.lastIndexOf(':') : -1;
        String host = colon < 0 ? authority : authority.substring(0, colon);
        boolean portFits =
                colon < 0 || authority.substring(colon + 1).equals(Integer.toString(ProxySettings.port(address)));
        return protocol.equals(address.getScheme())
                && host.equalsIgnoreCase(address.getHost())
                && portFits
                && address.getRawPath().startsWith(path);
    }
}
