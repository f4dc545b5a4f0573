package dev.caisson.publish.vsphere;

import dev.caisson.publish.Secret;
import java.net.URI;

/**
 * A vCenter, and who asks.
 *
 * @param address scheme, host and port; {@code https} everywhere but in tests
 * @param username the account
 * @param password its password
 * @param trust whose certificate the server may show
 */
public record VsphereServer(URI address, String username, Secret password, ServerTrust trust) {
    /** Leaves only scheme, host and port of the address. */
    public VsphereServer {
        if (address.getHost() == null || !"https".equals(address.getScheme())) {
            throw new IllegalArgumentException("\"" + address.getScheme() + "\" address, expected https://HOST");
        }
        address = URI.create("https://" + address.getRawAuthority().replaceFirst("^.*@", ""));
    }

    /** The address below which something is. */
    URI resolve(String path) {
        return address.resolve(path);
    }
}
