package dev.caisson.manifest;

/** A member of a package's control archive that dpkg would run or act on. */
public enum ScriptKind implements Labelled {
    PREINST,
    POSTINST,
    PRERM,
    POSTRM,
    CONFIG,
    TRIGGERS
}
