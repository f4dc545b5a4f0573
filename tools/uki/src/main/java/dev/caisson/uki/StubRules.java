package dev.caisson.uki;

import java.util.List;

/** Which sections a stub measures into PCR 11, in which order. */
public enum StubRules {
    /** systemd 252: neither {@code .uname} nor {@code .sbat}. */
    SYSTEMD_252,
    /** systemd 257: {@code src/fundamental/uki.h}. */
    SYSTEMD_257;

    private static final List<UkiSection> MEASURED_252 = List.of(
            UkiSection.LINUX,
            UkiSection.OSREL,
            UkiSection.CMDLINE,
            UkiSection.INITRD,
            UkiSection.SPLASH,
            UkiSection.DTB,
            UkiSection.PCRPKEY);
    private static final List<UkiSection> MEASURED_257 = List.of(
            UkiSection.LINUX,
            UkiSection.OSREL,
            UkiSection.CMDLINE,
            UkiSection.INITRD,
            UkiSection.UCODE,
            UkiSection.SPLASH,
            UkiSection.DTB,
            UkiSection.UNAME,
            UkiSection.SBAT,
            UkiSection.PCRPKEY);

    /** The measured sections in order. */
    public List<UkiSection> measured() {
        return this == SYSTEMD_252 ? MEASURED_252 : MEASURED_257;
    }
}
