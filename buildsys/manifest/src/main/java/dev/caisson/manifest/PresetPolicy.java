package dev.caisson.manifest;

/** What happens to a unit that no preset names. */
public enum PresetPolicy implements Labelled {
    /** It is enabled, as systemd does on its own. */
    ENABLE,
    /** It stays off. */
    DISABLE
}
