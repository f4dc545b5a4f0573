package dev.caisson.manifest;

/** Why a maintainer script need not run. */
public enum ScriptAction implements Labelled {
    /** Its effect on a fresh root is brought about in another way, which the reason names. */
    HANDLED,
    /** It has no effect on a fresh root that the image needs, for the reason given. */
    IGNORED
}
