package dev.caisson.engine.fetch;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The usual proxy variables: {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy}, lower case before
 * upper case, as curl reads them. Only HTTP proxies; a proxy's user and password may stand in its address.
 */
final class ProxySettings extends ProxySelector {
    private final Optional<URI> http;
    private final Optional<URI> https;
    private final List<String> direct;

    private ProxySettings(Optional<URI> http, Optional<URI> https, List<String> direct) {
        this.http = http;
        this.https = https;
        this.direct = direct;
    }

    static ProxySettings of(Map<String, String> environment) throws FetchException {
        Optional<URI> all = proxy(environment, "all_proxy");
        Optional<URI> http = proxy(environment, "http_proxy").or(() -> all);
        Optional<URI> https = proxy(environment, "https_proxy").or(() -> all);
        String direct = variable(environment, "no_proxy").orElse("");
        return new ProxySettings(
                http, https, List.of(direct.toLowerCase(Locale.ROOT).split("[,\\s]+")));
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        value = value != null ? value : environment.get(name.toUpperCase(Locale.ROOT));
        return Optional.ofNullable(value).map(String::strip).filter(v -> !v.isEmpty());
    }

    private static Optional<URI> proxy(Map<String, String> environment, String name) throws FetchException {
        Optional<String> value = variable(environment, name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(value.get().contains("://") ? value.get() : "http://" + value.get());
            if (uri.getHost() != null && "http".equals(uri.getScheme())) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // Reported below, without the text, which may hold a password.
        }
        throw new FetchException(
                FetchException.Kind.BAD_CONFIGURATION,
                "environment variable " + name,
                "is not the address of an HTTP proxy",
                "write http://HOST:PORT");
    }

    @Override
    public List<Proxy> select(URI uri) {
        Optional<URI> proxy = "https".equals(uri.getScheme()) ? https : http;
        if (proxy.isEmpty() || isDirect(uri)) {
            return List.of(Proxy.NO_PROXY);
        }
        URI address = proxy.get();
        int port = address.getPort() < 0 ? 80 : address.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port)));
    }

    private boolean isDirect(URI uri) {
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        for (String entry : direct) {
            int colon = entry.lastIndexOf(':');
            boolean withPort = colon > 0 && entry.indexOf(':') == colon;
            String name = withPort ? entry.substring(0, colon) : entry;
            if (withPort && !entry.substring(colon + 1).equals(Integer.toString(port(uri)))) {
                continue;
            }
            String suffix = name.startsWith("*.") ? name.substring(1) : name.startsWith(".") ? name : "." + name;
            if (name.equals("*") || !name.isEmpty() && (host.equals(name) || ("." + host).endsWith(suffix))) {
                return true;
            }
        }
        return false;
    }

    /** The port that an address means. */
    static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request itself reports the failure.
    }

    /** Answers proxies that ask who we are; only with what the proxy's own address says. */
    Optional<Authenticator> authenticator() {
        boolean any = http.or(() -> https).map(URI::getRawUserInfo).isPresent()
                || https.map(URI::getRawUserInfo).isPresent();
        return any ? Optional.of(new ProxyAuthenticator(http, https)) : Optional.empty();
    }

    private static final class ProxyAuthenticator extends Authenticator {
        private final List<URI> proxies;

        ProxyAuthenticator(Optional<URI> http, Optional<URI> https) {
            this.proxies = java.util.stream.Stream.concat(http.stream(), https.stream())
                    .toList();
        }

        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            if (getRequestorType() != RequestorType.PROXY) {
                return null;
            }
            for (URI proxy : proxies) {
                if (proxy.getRawUserInfo() != null && proxy.getHost().equalsIgnoreCase(getRequestingHost())) {
                    String[] parts = proxy.getRawUserInfo().split(":", 2);
                    String password = parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
                    return new PasswordAuthentication(
                            URLDecoder.decode(parts[0], StandardCharsets.UTF_8), password.toCharArray());
                }
            }
            return null;
        }
    }
}
