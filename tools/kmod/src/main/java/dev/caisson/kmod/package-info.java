/**
 * Kernel modules: what a module says of itself ({@code .modinfo}), what it exports and needs, the files that {@code depmod}
 * makes of that (kmod's {@code tools/depmod.c} and {@code shared/... index.h}, index version 2.1), and the modules that a list
 * of names needs, in loading order.
 *
 * <p>Reads {@code .ko}, {@code .ko.gz}, {@code .ko.xz} and {@code .ko.zst}. Cannot load, sign or change modules.
 */
package dev.caisson.kmod;
