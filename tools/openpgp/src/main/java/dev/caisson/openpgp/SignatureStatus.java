package dev.caisson.openpgp;

/** What one signature is worth. Only {@link #GOOD} counts; the others are in the order in which they explain a failure. */
public enum SignatureStatus {
    /** Made by a trusted key that was entitled to make it, over exactly these bytes. */
    GOOD("is good"),
    /** A key of the keyring is named but the bytes or the signature are not what it signed. */
    BAD("does not match the signed data"),
    /** The key, or the subkey's primary key, is revoked. */
    REVOKED_KEY("was made by a revoked key"),
    /** The key's life is over at the time of the check. */
    EXPIRED_KEY("was made by a key that has expired"),
    /** The signature itself carries an end of validity that has passed. */
    EXPIRED_SIGNATURE("has expired"),
    /** Made before its key, or after the time of the check. */
    WRONG_TIME("has an impossible time"),
    /** The key's flags do not allow signing. */
    NOT_A_SIGNING_KEY("was made by a key that may not sign"),
    /** No valid self-signature or binding ties the key to its certificate. */
    UNBOUND_KEY("was made by a key without a valid binding signature"),
    /** Made over MD5, SHA-1 or RIPEMD-160. */
    WEAK_DIGEST("uses a digest that is no longer safe"),
    /** Made with a key that is too short. */
    WEAK_KEY("was made by a key that is too short"),
    /** Uses a version, algorithm or critical subpacket that is not understood. */
    UNSUPPORTED("uses a feature that is not supported"),
    /** No certificate of the keyring has this key. */
    UNKNOWN_KEY("was made by a key that is not in the keyring");

    private final String phrase;

    SignatureStatus(String phrase) {
        this.phrase = phrase;
    }

    /** The predicate of a sentence about the signature. */
    public String phrase() {
        return phrase;
    }
}
