/**
 * UEFI Secure Boot: who may start what, and the proof.
 *
 * <ul>
 *   <li>Authenticode signatures in PE images ("Windows Authenticode Portable Executable Signature Format", 2008; UEFI 2.10
 *       §32.2.4): made with SHA-256 and RSA, without a signing time unless one is given, so that the same image and key give
 *       the same bytes; verified with any of SHA-256, SHA-384, SHA-512 as the signed digest.
 *   <li>EFI signature lists (§32.4.1): X.509 and SHA-256 are made and understood, other types are read and kept.
 *   <li>Authenticated variables (§8.2.2, EFI_VARIABLE_AUTHENTICATION_2): the {@code .auth} files that systemd-boot enrols.
 *   <li>Variable stores of EDK2 for QEMU (OVMF, AAVMF): read, and written with other variables; the areas of the
 *       fault-tolerant-write driver stay as they are.
 *   <li>The PK, KEK, db key hierarchy.
 * </ul>
 *
 * <p>It refuses to sign images with bytes between sections, and variable stores without authentication ("NvVars" of old OVMF
 * builds). It cannot write variables to a running machine. Validity periods of certificates are not checked: firmware does
 * not check them either.
 */
package dev.caisson.secureboot;
