package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.fetch.FetchException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A repository that is named by its address rather than in a manifest.
 *
 * @param name for answers
 * @param address of the archive's root, of a folder, or of an index file
 * @param priority the higher number wins; 0 when not given
 * @param suites APT: suites below {@code dists/}; none: a flat repository
 * @param components APT: of the suites
 * @param keyring OpenPGP keys that its metadata must be signed with
 * @param unsigned whether metadata without signature may be used; those of {@code file:} addresses always may
 */
public record NamedRepository(
        String name,
        URI address,
        int priority,
        List<String> suites,
        List<String> components,
        Optional<Path> keyring,
        boolean unsigned) {
    /** How it is written. */
    public static final String FORM =
            "NAME=URL[,priority=N][,suite=SUITE]…[,component=COMPONENT]…[,keyring=FILE][,unsigned]";

    /** Copies the lists. */
    public NamedRepository {
        suites = List.copyOf(suites);
        components = List.copyOf(components);
    }

    /**
     * Parses the form {@link #FORM}.
     *
     * @throws BuildException with {@link FailureCode#USAGE} for any other text
     */
    public static NamedRepository parse(String text) throws BuildException {
        int equals = text.indexOf('=');
        String[] words = text.substring(equals + 1).split(",(?=(?:priority|suite|component|keyring)=|unsigned(?:,|$))");
        String name = text.substring(0, Math.max(equals, 0));
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]*")) {
            throw wrong("the repository has no name or an impossible one");
        }
        int priority = 0;
        boolean unsigned = false;
        List<String> suites = new ArrayList<>();
        List<String> components = new ArrayList<>();
        Optional<Path> keyring = Optional.empty();
        for (int i = 1; i < words.length; i++) {
            String value = words[i].substring(words[i].indexOf('=') + 1);
            if (words[i].startsWith("priority=")) {
                if (!value.matches("-?\\d{1,6}")) {
                    throw wrong("the priority of " + name + " is \"" + value + "\", expected a number");
                }
                priority = Integer.parseInt(value);
            } else if (words[i].startsWith("suite=")) {
                suites.add(value);
            } else if (words[i].startsWith("component=")) {
                components.add(value);
            } else if (words[i].startsWith("keyring=")) {
                keyring = Optional.of(Path.of(value));
            } else {
                unsigned = true;
            }
        }
        return new NamedRepository(
                name,
                address(name, words[0]),
                priority,
                suites,
                components.isEmpty() ? List.of("main") : components,
                keyring,
                unsigned);
    }

    private static URI address(String name, String text) throws BuildException {
        try {
            URI uri = text.startsWith("/") ? Path.of(text).toUri() : new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme();
            boolean remote = (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null;
            boolean local = scheme.equals("file")
                    && uri.getPath() != null
                    && uri.getPath().startsWith("/");
            if (remote || local) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Reported below, without the text, which may hold a password.
        }
        throw wrong("the address of " + name + " is not a file:, http: or https: address");
    }

    private static BuildException wrong(String what) {
        return new BuildException(FailureCode.USAGE, what, "write --repository " + FORM);
    }

    /** Whether its files are on this machine. */
    public boolean isLocal() {
        return "file".equals(address.getScheme());
    }

    /** The address as a folder. */
    URI folder() {
        String text = address.toString();
        return text.endsWith("/") ? address : URI.create(text + "/");
    }

    /** Name and address, without credentials. */
    @Override
    public String toString() {
        return name + " (" + FetchException.display(address) + ")";
    }
}
