package dev.caisson.rpm;

/** The versions of the package format, told apart by what the header has. */
public enum RpmFormat {
    /** rpm 2.1 to 3: no region. */
    V3,
    /** rpm 4: a region around each header. */
    V4,
    /** rpm 6: RPMFORMAT is 6. */
    V6
}
