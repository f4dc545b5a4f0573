package dev.caisson.engine.fetch;

import dev.caisson.bytes.SortedListing;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Users and passwords for servers. For addresses of the machine's own APT sources those of {@code auth.conf} come first, then
 * for every address those of netrc. Nothing of it is ever part of a message.
 */
public final class Credentials {
    private final List<URI> aptSources;
    private final List<Netrc.Entry> apt;
    private final List<Netrc.Entry> netrc;

    private Credentials(List<URI> aptSources, List<Netrc.Entry> apt, List<Netrc.Entry> netrc) {
        this.aptSources = aptSources;
        this.apt = apt;
        this.netrc = netrc;
    }

    /**
     * Where credentials are; nothing is read yet.
     *
     * @param environment {@code NETRC} names a file, which must be there; otherwise {@code .netrc} in the folder {@code HOME}
     * @param aptFolder normally {@code /etc/apt}, with {@code auth.conf} and {@code auth.conf.d/*.conf}; empty: none
     * @param aptSources the addresses for which APT's credentials are used, and no others
     */
    public record Sources(Map<String, String> environment, Optional<Path> aptFolder, List<URI> aptSources) {
        /** Copies the collections. */
        public Sources {
            environment = Map.copyOf(environment);
            aptSources = List.copyOf(aptSources);
        }

        /** Only netrc. */
        public static Sources netrc(Map<String, String> environment) {
            return new Sources(environment, Optional.empty(), List.of());
        }

        /** Reads the files. */
        Credentials load() throws FetchException {
            try {
                return new Credentials(
                        aptSources, aptFolder.isPresent() ? readApt(aptFolder.get()) : List.of(), readNetrc());
            } catch (FetchException e) {
                throw e;
            } catch (IOException e) {
                throw new FetchException(
                        FetchException.Kind.BAD_CONFIGURATION,
                        "credentials",
                        "cannot be read (" + e.getMessage() + ")",
                        "check netrc and APT's auth.conf",
                        e);
            }
        }

        private List<Netrc.Entry> readNetrc() throws IOException {
            String named = environment.getOrDefault("NETRC", "");
            if (!named.isBlank()) {
                return Netrc.read(Path.of(named), true);
            }
            String home = environment.getOrDefault("HOME", environment.getOrDefault("USERPROFILE", ""));
            if (home.isBlank()) {
                return List.of();
            }
            List<Netrc.Entry> entries = Netrc.read(Path.of(home, ".netrc"), false);
            return entries.isEmpty() ? Netrc.read(Path.of(home, "_netrc"), false) : entries;
        }

        private static List<Netrc.Entry> readApt(Path folder) throws IOException {
            List<Netrc.Entry> entries = new ArrayList<>(Netrc.read(folder.resolve("auth.conf"), false));
            Path parts = folder.resolve("auth.conf.d");
            if (Files.isDirectory(parts) && Files.isReadable(parts)) {
                for (Path part : SortedListing.of(parts)) {
                    if (part.getFileName().toString().endsWith(".conf")) {
                        entries.addAll(Netrc.read(part, false));
                    }
                }
            }
            return entries;
        }
    }

    /** The value of the Authorization header for an address, if anything is known about it. */
    Optional<String> authorization(URI address) {
        Optional<Netrc.Entry> found = isAptSource(address) ? Netrc.findApt(apt, address) : Optional.empty();
        return found.or(() -> Netrc.find(netrc, address)).map(entry -> basic(entry.login() + ":" + entry.password()));
    }

    private boolean isAptSource(URI address) {
        for (URI source : aptSources) {
            if (source.getHost() != null
                    && source.getScheme().equals(address.getScheme())
                    && source.getHost().equalsIgnoreCase(address.getHost())
                    && ProxySettings.port(source) == ProxySettings.port(address)
                    && address.getRawPath().startsWith(source.getRawPath())) {
                return true;
            }
        }
        return false;
    }

    /** HTTP's Basic scheme (RFC 7617) for {@code user:password}. */
    static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }
}
