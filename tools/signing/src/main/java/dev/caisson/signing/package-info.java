/**
 * Keys, X.509 certificates and CMS signatures.
 *
 * <p>Reads and writes PEM (RFC 7468): {@code CERTIFICATE}, {@code PRIVATE KEY} (PKCS#8, RFC 5958) and, reading only, {@code
 * RSA PRIVATE KEY} (PKCS#1); reads PKCS#12 key stores (RFC 7292). Makes RSA keys of 2048, 3072 and 4096 bits and X.509 v3
 * certificates (RFC 5280). Writes CMS SignedData (RFC 5652) with one signer, SHA-256 and RSASSA-PKCS1-v1_5 (RFC 8017 §8.2):
 * the same key and content give the same bytes. Verifies CMS SignedData with SHA-256, SHA-384 or SHA-512 and RSA or ECDSA
 * keys.
 *
 * <p>Time and randomness are arguments. A private key file is readable by its owner only from the moment at which it exists.
 *
 * <p>It refuses encrypted PEM keys, keys other than RSA for signing, SHA-1 and MD5, DER with indefinite lengths, and
 * structures nested deeper than 32 levels. It cannot revoke: no CRL, no OCSP.
 */
package dev.caisson.signing;
