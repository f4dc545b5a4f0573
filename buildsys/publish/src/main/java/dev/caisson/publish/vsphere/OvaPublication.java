package dev.caisson.publish.vsphere;

/**
 * What was published.
 *
 * @param server name and version of the server
 * @param kind {@code virtual machine}, {@code template} or {@code library item}
 * @param name its name
 * @param id the server's name for it
 * @param digest SHA-256 of the package in hexadecimal
 * @param sentBytes what was sent; 0 when it was there already
 * @param unchanged whether it was there already
 */
public record OvaPublication(
        String server, String kind, String name, String id, String digest, long sentBytes, boolean unchanged) {}
