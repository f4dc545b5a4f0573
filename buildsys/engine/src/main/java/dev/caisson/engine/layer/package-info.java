/**
 * Packages as layers: a package is unpacked, its contents are encoded for the chosen file system and hashed, once; the result
 * is stored and every later build of any variant with the same package and file system copies its blocks. This is the unit of
 * reuse that makes an unchanged package cost nothing.
 */
package dev.caisson.engine.layer;
