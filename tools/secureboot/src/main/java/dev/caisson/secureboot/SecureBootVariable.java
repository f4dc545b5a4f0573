package dev.caisson.secureboot;

import dev.caisson.bytes.Guid;
import java.nio.charset.StandardCharsets;

/** Names, owners and attributes of the variables that govern Secure Boot (UEFI 2.10 §3.3; EDK2 {@code AuthenticatedVariableFormat.h}). */
public final class SecureBootVariable {
    /** EFI_GLOBAL_VARIABLE, of PK and KEK. */
    public static final Guid GLOBAL = Guid.parse("8be4df61-93ca-11d2-aa0d-00e098032b8c");

    /** EFI_IMAGE_SECURITY_DATABASE_GUID, of db and dbx. */
    public static final Guid IMAGE_SECURITY_DATABASE = Guid.parse("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

    /** gEfiSecureBootEnableDisableGuid, of SecureBootEnable. */
    public static final Guid SECURE_BOOT_ENABLE = Guid.parse("f0a30bc7-af08-4556-99c4-001009c93a44");

    /** gEfiCustomModeEnableGuid, of CustomMode. */
    public static final Guid CUSTOM_MODE = Guid.parse("c076ec0c-7028-4399-a072-71ee5c448b9f");

    /** Non-volatile, for boot services only. */
    public static final int ATTRIBUTES_BOOT = 0x3;

    /** Non-volatile, boot services and run time, time-based authenticated: PK, KEK, db, dbx. */
    public static final int ATTRIBUTES_AUTHENTICATED = 0x27;

    private SecureBootVariable() {}

    /** A variable name as UEFI stores it, without the terminating NUL. */
    static byte[] utf16(String name) {
        return name.getBytes(StandardCharsets.UTF_16LE);
    }
}
