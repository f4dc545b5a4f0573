package dev.caisson.rpm;

import java.util.Locale;

/** How a package relates to capabilities. */
public enum DependencyKind {
    /** What it offers. */
    PROVIDES(RpmTag.PROVIDENAME, RpmTag.PROVIDEFLAGS, RpmTag.PROVIDEVERSION),
    /** What it needs. */
    REQUIRES(RpmTag.REQUIRENAME, RpmTag.REQUIREFLAGS, RpmTag.REQUIREVERSION),
    /** What it cannot be installed together with. */
    CONFLICTS(RpmTag.CONFLICTNAME, RpmTag.CONFLICTFLAGS, RpmTag.CONFLICTVERSION),
    /** What it replaces. */
    OBSOLETES(RpmTag.OBSOLETENAME, RpmTag.OBSOLETEFLAGS, RpmTag.OBSOLETEVERSION),
    /** What is installed with it if that is possible. */
    RECOMMENDS(RpmTag.RECOMMENDNAME, RpmTag.RECOMMENDFLAGS, RpmTag.RECOMMENDVERSION),
    /** What may be offered to the user with it. */
    SUGGESTS(RpmTag.SUGGESTNAME, RpmTag.SUGGESTFLAGS, RpmTag.SUGGESTVERSION),
    /** What it is installed with if that is possible. */
    SUPPLEMENTS(RpmTag.SUPPLEMENTNAME, RpmTag.SUPPLEMENTFLAGS, RpmTag.SUPPLEMENTVERSION),
    /** What it may be offered with. */
    ENHANCES(RpmTag.ENHANCENAME, RpmTag.ENHANCEFLAGS, RpmTag.ENHANCEVERSION),
    /** What is installed before it if both are installed. */
    ORDERS(RpmTag.ORDERNAME, RpmTag.ORDERFLAGS, RpmTag.ORDERVERSION);

    private final int nameTag;
    private final int flagsTag;
    private final int versionTag;

    DependencyKind(int nameTag, int flagsTag, int versionTag) {
        this.nameTag = nameTag;
        this.flagsTag = flagsTag;
        this.versionTag = versionTag;
    }

    int nameTag() {
        return nameTag;
    }

    int flagsTag() {
        return flagsTag;
    }

    int versionTag() {
        return versionTag;
    }

    /** In lower case, as in spec files. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
