/**
 * Disk images in the formats that clouds and hypervisors take: after a build ({@link dev.caisson.engine.formats.BuildFormats}) and
 * from one format into another ({@link dev.caisson.engine.formats.ImageConversion}). The formats are pure; what runs on which
 * worker is decided here ({@link dev.caisson.engine.formats.FormatPipeline}). Only a compressed raw image as input needs a
 * temporary file, since it cannot be read in any order.
 */
package dev.caisson.engine.formats;
