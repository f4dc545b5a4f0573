/**
 * From the finished root tree to artifacts: file system, hash tree, boot files, partitions, disk. Everything is planned before
 * the first byte is written, and written once, in parallel, with holes.
 */
package dev.caisson.engine.image;
