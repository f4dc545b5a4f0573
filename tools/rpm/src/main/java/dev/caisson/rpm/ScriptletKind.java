package dev.caisson.rpm;

import java.util.Locale;

/** When a scriptlet is run, in the order of an installation and then a removal. */
public enum ScriptletKind {
    /** Before the transaction that installs. */
    PRETRANS(RpmTag.PRETRANS, RpmTag.PRETRANSPROG, RpmTag.PRETRANSFLAGS),
    /** Before installation. */
    PRE(RpmTag.PREIN, RpmTag.PREINPROG, RpmTag.PREINFLAGS),
    /** After installation. */
    POST(RpmTag.POSTIN, RpmTag.POSTINPROG, RpmTag.POSTINFLAGS),
    /** After the transaction that installs. */
    POSTTRANS(RpmTag.POSTTRANS, RpmTag.POSTTRANSPROG, RpmTag.POSTTRANSFLAGS),
    /** Before the transaction that removes. */
    PREUNTRANS(RpmTag.PREUNTRANS, RpmTag.PREUNTRANSPROG, RpmTag.PREUNTRANSFLAGS),
    /** Before removal. */
    PREUN(RpmTag.PREUN, RpmTag.PREUNPROG, RpmTag.PREUNFLAGS),
    /** After removal. */
    POSTUN(RpmTag.POSTUN, RpmTag.POSTUNPROG, RpmTag.POSTUNFLAGS),
    /** After the transaction that removes. */
    POSTUNTRANS(RpmTag.POSTUNTRANS, RpmTag.POSTUNTRANSPROG, RpmTag.POSTUNTRANSFLAGS),
    /** By {@code rpm --verify}. */
    VERIFYSCRIPT(RpmTag.VERIFYSCRIPT, RpmTag.VERIFYSCRIPTPROG, RpmTag.VERIFYSCRIPTFLAGS);

    private final int bodyTag;
    private final int interpreterTag;
    private final int flagsTag;

    ScriptletKind(int bodyTag, int interpreterTag, int flagsTag) {
        this.bodyTag = bodyTag;
        this.interpreterTag = interpreterTag;
        this.flagsTag = flagsTag;
    }

    int bodyTag() {
        return bodyTag;
    }

    int interpreterTag() {
        return interpreterTag;
    }

    int flagsTag() {
        return flagsTag;
    }

    /** The section's name in spec files, without {@code %}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
