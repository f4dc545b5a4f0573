/**
 * ELF objects as far as an image builder needs them (System V gABI chapter 4 and 5): sections, the dynamic section's names
 * ({@code DT_NEEDED}, {@code DT_SONAME}, {@code DT_RPATH}/{@code RUNPATH}), the program interpreter, and symbols; 32 and 64
 * bits, both byte orders. Also the cache of {@code ld.so} (glibc, {@code sysdeps/generic/dl-cache.h}), written in the format
 * 1.1 that every glibc since 2.2 reads.
 *
 * <p>Cannot write ELF.
 */
package dev.caisson.elf;
