package dev.caisson.publish.aws.stub;

/** What goes wrong with a request. */
public enum Fault {
    /** Nothing. */
    NONE,
    /** Refused for the load; nothing is done. */
    THROTTLE,
    /** An internal error; nothing is done. */
    ERROR,
    /** An internal error after it was done. */
    ERROR_AFTER,
    /** Done, but the connection ends without an answer. */
    DROP_AFTER,
    /** The connection ends; nothing is done. */
    DROP,
    /** Done, the answer comes late. */
    SLOW,
    /** Done twice, as when the request was sent twice; the second answer is given. */
    TWICE,
    /** Refused for a missing permission. */
    DENIED;

    /** Decides for each request. */
    @FunctionalInterface
    public interface Plan {
        /**
         * @param action such as {@code ec2:CopyImage}
         * @param number of the request since the stub began, from 0
         */
        Fault decide(String action, int number);
    }
}
