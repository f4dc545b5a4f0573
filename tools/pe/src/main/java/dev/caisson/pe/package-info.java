/**
 * PE/COFF images as UEFI uses them ("Microsoft Portable Executable and Common Object File Format Specification", and the
 * loader of EDK2, {@code BasePeCoff.c}, where it is stricter or looser).
 *
 * <p>Reads PE32 and PE32+ images with up to 96 sections: DOS header, COFF header, optional header, data directories,
 * section table (long names through the COFF string table), the attribute certificate table. Everything that points into
 * the file is checked: header and sections lie inside the file, raw data of two sections never overlap, the certificate
 * table is the last thing in the file. Not checked, because real images break it: alignment of addresses (systemd-stub 252
 * has two sections in one page) and the order of the section table.
 *
 * <p>Edits give a new image that shares the contents of the old one: append sections, replace a section's contents, set or
 * remove the certificate table, set the checksum. The same edits give the same bytes; time stamps are left alone.
 *
 * <p>It cannot write images from nothing, move existing sections, relocate code, edit resources or imports, or append
 * sections to images that use long section names.
 */
package dev.caisson.pe;
