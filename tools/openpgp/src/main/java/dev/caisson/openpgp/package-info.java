/**
 * OpenPGP (RFC 9580, and RFC 4880 for what it replaced): keyrings are read and signatures are checked.
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
 * <p>Refused: SHA-1, MD5 and RIPEMD-160 signatures, v3 signatures and keys, DSA and Elgamal keys, critical subpackets that are
 * not understood, GnuPG keyboxes, secret keys, packets of indefinite length in keyrings and signatures. It cannot sign,
 * encrypt or decrypt.
 */
package dev.caisson.openpgp;
