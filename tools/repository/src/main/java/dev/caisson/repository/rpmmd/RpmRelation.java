package dev.caisson.repository.rpmmd;

/** The lists of {@code rpm:entry} elements, in the order in which createrepo_c writes them. The order is part of {@link RpmMdCache}'s format. */
public enum RpmRelation {
    PROVIDES,
    REQUIRES,
    CONFLICTS,
    OBSOLETES,
    SUGGESTS,
    ENHANCES,
    RECOMMENDS,
    SUPPLEMENTS;

    /** The element's local name. */
    public String element() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
