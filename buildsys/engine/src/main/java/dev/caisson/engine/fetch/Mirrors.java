package dev.caisson.engine.fetch;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Resolves an archive's symbolic name, such as {@code debian-security}, to base addresses. The first of these that knows the
 * name decides: the command line ({@code --mirror NAME=URL}), the environment ({@code CAISSON_MIRROR_NAME}), {@code
 * mirrors.yaml} files in the order given, the machine's own APT sources.
 *
 * <p>One archive is never derived from another's address: mirrors of one often lack the other.
 */
public final class Mirrors {
    private static final String VARIABLE = "CAISSON_MIRROR_";

    private final Map<String, List<URI>> commandLine;
    private final Map<String, String> environment;
    private final List<Map<String, List<URI>>> files;
    private final List<URI> machine;

    private Mirrors(
            Map<String, List<URI>> commandLine,
            Map<String, String> environment,
            List<Map<String, List<URI>>> files,
            List<URI> machine) {
        this.commandLine = commandLine;
        this.environment = environment;
        this.files = files;
        this.machine = machine;
    }

    /**
     * Reads the configuration.
     *
     * @param commandLine {@code NAME=URL} each; a name may come several times
     * @param environment the process's
     * @param mirrorFiles {@code mirrors.yaml} files, the one that decides first; absent ones are passed over
     * @param aptFolder normally {@code /etc/apt}; absent ones are passed over
     * @throws FetchException when an address or a mirrors file is malformed
     */
    public static Mirrors of(
            List<String> commandLine, Map<String, String> environment, List<Path> mirrorFiles, Path aptFolder)
            throws IOException {
        Map<String, List<URI>> given = new TreeMap<>();
        for (String option : commandLine) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                throw new FetchException(
                        FetchException.Kind.BAD_CONFIGURATION, "--mirror " + option, "has no name", "write NAME=URL");
            }
            given.computeIfAbsent(option.substring(0, equals), name -> new ArrayList<>())
                    .add(base("--mirror", option.substring(equals + 1)));
        }
        List<Map<String, List<URI>>> files = new ArrayList<>();
        for (Path file : mirrorFiles) {
            files.add(MirrorsFile.read(file));
        }
        return new Mirrors(given, Map.copyOf(environment), files, AptSources.read(aptFolder));
    }

    /**
     * The base addresses of an archive, each ending in a slash, in the order in which to try them.
     *
     * @throws FetchException of kind {@code NO_MIRROR} when none is known; it says how to set one
     */
    public List<URI> resolve(String archive) throws FetchException {
        List<URI> given = commandLine.get(archive);
        if (given != null) {
            return List.copyOf(given);
        }
        String variable = environment.get(variable(archive));
        if (variable != null && !variable.isBlank()) {
            List<URI> uris = new ArrayList<>();
            for (String address : variable.strip().split("[\\s,]+")) {
                uris.add(base(variable(archive), address));
            }
            return uris;
        }
        for (Map<String, List<URI>> file : files) {
            if (file.containsKey(archive)) {
                return file.get(archive);
            }
        }
        List<URI> sources = machine.stream()
                .filter(uri -> names(uri).contains(archive))
                .distinct()
                .toList();
        if (!sources.isEmpty()) {
            return sources;
        }
        throw none(archive);
    }

    /** The addresses of the machine's own APT sources. */
    public List<URI> machineSources() {
        return List.copyOf(machine);
    }

    private FetchException none(String archive) {
        TreeSet<String> known = new TreeSet<>(commandLine.keySet());
        files.forEach(file -> known.addAll(file.keySet()));
        machine.forEach(uri -> known.addAll(names(uri)));
        String others = known.isEmpty() ? "" : " (known: " + String.join(", ", known) + ")";
        return new FetchException(
                FetchException.Kind.NO_MIRROR,
                "archive " + archive,
                "no mirror is known" + others,
                "set one with --mirror " + archive + "=URL, with " + variable(archive)
                        + "=URL in the environment, or with the line \"" + archive
                        + ": URL\" in mirrors.yaml; URL is the folder that holds dists/ and pool/");
    }

    private static String variable(String archive) {
        return VARIABLE + archive.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    /** What a source of the machine is called: the last segment of its path that is not a snapshot's time. */
    private static List<String> names(URI uri) {
        String[] segments = uri.getPath().split("/");
        for (int i = segments.length - 1; i >= 0; i--) {
            if (!segments[i].isEmpty() && !segments[i].matches("\\d{8}T\\d{6}Z")) {
                return List.of(segments[i]);
            }
        }
        return List.of();
    }

    /** Checks an address and makes it a folder. */
    static URI base(String where, String text) throws FetchException {
        try {
            URI uri = new URI(text.endsWith("/") ? text : text + "/");
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean remote = (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null;
            boolean local = scheme.equals("file")
                    && uri.getPath() != null
                    && uri.getPath().startsWith("/");
            if ((remote || local) && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Reported below; the text is not repeated because it may hold a password.
        }
        throw new FetchException(
                FetchException.Kind.BAD_CONFIGURATION,
                where,
                "has an address that is not a file:, http: or https: folder",
                "write for example https://HOST/PATH or file:///PATH");
    }
}
