package dev.caisson.manifest;

/** How bad a diagnostic is. */
public enum Severity implements Labelled {
    /** Nothing can be built from this manifest. */
    ERROR,
    /** It can be built, but says something that has no effect or is likely not meant. */
    WARNING
}
