/**
 * OpenPGP (RFC 9580, and RFC 4880 for what it replaced): keyrings are read, signatures are checked and made.
 *
 * <p>Read: certificates, binary or armored, several per file, with v4 and v6 keys; detached signatures, binary or armored,
 * several per file; messages in the cleartext signature framework (RFC 9580 §7). RSA, ECDSA and EdDSA (algorithms 22 and 27)
 * verify through Bouncy Castle, none of whose types is visible here.
 *
 * <p>A signature counts only when everything that makes its key trustworthy holds at the time that the caller gives: a valid
 * self-signature or, for a subkey, a valid binding with its back signature; not expired; not revoked; allowed to sign; digest
 * and key of accepted strength. The clock is never read. Every certificate of the given keyring is a trust anchor; there is no
 * web of trust, no key server and no import of keys that travel with a message.
 *
 * <p>Written ({@link dev.caisson.openpgp.OpenPgpSigner}): v4 detached signatures over bytes, by RSA and Ed25519 keys, whose
 * signatures are deterministic.
 *
 * <p>Refused: MD5 and RIPEMD-160 signatures, SHA-1 ones, v3 signatures and DSA keys unless the policy allows them, v3 keys, Elgamal
 * keys, critical subpackets that are
 * not understood, GnuPG keyboxes, secret keys, packets of indefinite length in keyrings and signatures. It cannot encrypt or
 * decrypt.
 */
package dev.caisson.openpgp;
