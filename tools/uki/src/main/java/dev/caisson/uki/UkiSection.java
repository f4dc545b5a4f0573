package dev.caisson.uki;

/** The sections that a stub knows. The order of the constants is the order in the file. */
public enum UkiSection {
    /** os-release of the image. */
    OSREL(".osrel", true),
    /** Kernel command line; fixed under Secure Boot. */
    CMDLINE(".cmdline", true),
    /** Devicetree. */
    DTB(".dtb", true),
    /** What {@code uname -r} says of the kernel. */
    UNAME(".uname", true),
    /** Bitmap shown while booting. */
    SPLASH(".splash", true),
    /** Public key for signed PCR policies, PEM. */
    PCRPKEY(".pcrpkey", true),
    /** Signed PCR policies, JSON; not measured, because it holds a signature over the measurement. */
    PCRSIG(".pcrsig", false),
    /** Revocation metadata; the stub brings its own, which is extended. */
    SBAT(".sbat", true),
    /** Microcode, an uncompressed cpio that becomes the first initrd. */
    UCODE(".ucode", true),
    /** Initial RAM disk. */
    INITRD(".initrd", true),
    /** The kernel, itself a PE image. */
    LINUX(".linux", true);

    private final String sectionName;
    private final boolean measured;

    UkiSection(String sectionName, boolean measured) {
        this.sectionName = sectionName;
        this.measured = measured;
    }

    /** Name in the section table. */
    public String sectionName() {
        return sectionName;
    }

    /** Whether stubs that know the section measure it into PCR 11. */
    public boolean measured() {
        return measured;
    }
}
