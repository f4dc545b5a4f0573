package dev.caisson.engine;

/** What a build tells about itself while it runs; implementations print, record or ignore it. Called from any thread. */
public interface Progress {
    /** Nobody listens. */
    Progress NONE = new Progress() {};

    /** A step begins. */
    default void begin(String step) {}

    /** A step has ended well. */
    default void end(String step) {}

    /** How many bytes a step took in and how many came out, where that says something; told at any time. */
    default void bytes(String step, long in, long out) {}

    /** Work of a kind that is counted: how many of how many units are done ({@code bytes} or things). */
    default void count(String what, long done, long total, boolean bytes) {}

    /** A sentence that the user should see even when all goes well. */
    default void note(String text) {}

    /** Something that may be wrong. */
    default void warning(String text) {}
}
