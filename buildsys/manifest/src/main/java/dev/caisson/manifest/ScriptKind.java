package dev.caisson.manifest;

/**
 * What an installation would run or act on: a member of a Debian package's control archive, or a section of an RPM package's
 * scriptlets and triggers.
 */
public enum ScriptKind implements Labelled {
    PREINST,
    POSTINST,
    PRERM,
    POSTRM,
    CONFIG,
    TRIGGERS,
    PRETRANS,
    PRE,
    POST,
    POSTTRANS,
    TRIGGERPREIN,
    TRIGGERIN,
    FILETRIGGERIN,
    TRANSFILETRIGGERIN
}
