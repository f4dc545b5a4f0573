package dev.caisson.manifest;

/** How EC2's firmware starts the image. */
public enum AmiBootMode implements Labelled {
    /** UEFI only; needed for Secure Boot to be relied on, and for the TPM. */
    UEFI("uefi"),
    /** UEFI where the instance type has it; elsewhere BIOS, silently without Secure Boot. */
    UEFI_PREFERRED("uefi-preferred"),
    /** BIOS. */
    LEGACY_BIOS("legacy-bios");

    private final String label;

    AmiBootMode(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
