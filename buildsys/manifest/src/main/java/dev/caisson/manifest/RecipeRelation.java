package dev.caisson.manifest;

/** How a data recipe's package stands to others. */
public enum RecipeRelation implements Labelled {
    /** Must be there. */
    REQUIRES,
    /** Is there with it. */
    PROVIDES,
    /** Must not be there. */
    CONFLICTS,
    /** Goes when it comes. */
    OBSOLETES,
    /** Should be there. */
    RECOMMENDS
}
