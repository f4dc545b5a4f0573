package dev.caisson.engine.fetch;

import java.io.IOException;
import java.net.URI;

/** Something could not be fetched, or must not be used. The message says where (without credentials), what, and what to do. */
public final class FetchException extends IOException {
    /** What went wrong, so that nobody needs to read the message. */
    public enum Kind {
        /** No address is configured for an archive. */
        NO_MIRROR,
        /** An address or a configuration file is malformed. */
        BAD_CONFIGURATION,
        /** The network may not be used and the store does not have it. */
        OFFLINE,
        /** No mirror has the file. */
        NOT_FOUND,
        /** A server refuses access. */
        FORBIDDEN,
        /** No connection to a server of which there is only one. */
        NO_CONNECTION,
        /** No connection, a broken one, a time-out, an error of the server. */
        NETWORK,
        /** The bytes are not those that the signed metadata promise. */
        DIGEST_MISMATCH,
        /** The file is longer or shorter than the signed metadata say. */
        SIZE_MISMATCH,
        /** No good signature by a trusted key. */
        SIGNATURE,
        /** Signed metadata that have run out. */
        EXPIRED,
        /** Signed metadata older than those seen before. */
        DOWNGRADE,
        /** Signed metadata other than the pinned ones. */
        PIN_MISMATCH,
        /** Metadata that are damaged, of another suite, or lack what is asked for. */
        BAD_METADATA,
        /** This machine could not store the file. */
        STORAGE
    }

    private final Kind kind;
    private final String location;

    /**
     * @param kind what went wrong
     * @param location an address without credentials, or a name
     * @param what happened, a clause that continues the location
     * @param advice what to do, or empty
     */
    public FetchException(Kind kind, String location, String what, String advice) {
        this(kind, location, what, advice, null);
    }

    /** As above, with a cause. */
    public FetchException(Kind kind, String location, String what, String advice, Throwable cause) {
        super(location + ": " + what + (advice.isEmpty() ? "" : "; " + advice), cause);
        this.kind = kind;
        this.location = location;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** The address without credentials, or the archive's name. */
    public String location() {
        return location;
    }

    /** An address as messages show it: no user, no password, no query. */
    public static String display(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme() + ":";
        String authority = uri.getRawAuthority();
        if (authority == null) {
            return scheme + uri.getRawPath();
        }
        return scheme + "//" + authority.substring(authority.lastIndexOf('@') + 1) + uri.getRawPath();
    }
}
