package dev.caisson.ova;

import java.util.List;

/**
 * The keys that a new machine's firmware begins with, instead of VMware's and Microsoft's.
 *
 * @param platformKey PK, a certificate in DER
 * @param keyExchangeKeys KEK, certificates in DER
 * @param database db, certificates in DER
 * @param forbidden dbx, SHA-256 digests
 */
public record OvfSecureBoot(
        byte[] platformKey, List<byte[]> keyExchangeKeys, List<byte[]> database, List<byte[]> forbidden) {
    /** Copies the lists. */
    public OvfSecureBoot {
        keyExchangeKeys = List.copyOf(keyExchangeKeys);
        database = List.copyOf(database);
        forbidden = List.copyOf(forbidden);
    }
}
