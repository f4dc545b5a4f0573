/**
 * Unified kernel images (UAPI.5, <a href="https://uapi-group.org/specifications/specs/unified_kernel_image/">specification</a>):
 * systemd's stub, a kernel, an initrd, a command line and an os-release in one PE image that firmware starts and one signature
 * covers.
 *
 * <p>Assembles them on the stubs of systemd 252 (image base 0, 512-byte section alignment) and 257 (high image base), for any
 * architecture; reads them without copying; predicts PCR 11, which the stub extends with what it is about to start.
 *
 * <p>Sections are appended in one fixed order; their virtual size is the exact size of their contents, because that is what
 * the stub measures. The command line has no terminator. Lines for SBAT are merged into the stub's own section.
 *
 * <p>It refuses signed stubs, stubs that already carry a kernel, kernels for another machine and empty sections. It cannot
 * make multi-profile images or add-ons, and signs nothing: that is {@code dev.caisson.secureboot}'s.
 */
package dev.caisson.uki;
